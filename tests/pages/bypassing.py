"""Words on a page that do not come from the catalogue: what lies outside of the pseudo-language's marks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html.parser import HTMLParser

from tests.pages.pseudo_language import CLOSE, OPEN
from tests.pages.shown_texts import Shown

# What no translator changes, and why.
MAY_STAND = {
    "an icon, or the colour of a piece of Markdown": r":material/\w+:|:\w+(-badge|-background)?\[",
    "a field that the browser's chart library fills": r"%?\{[^}]*\}",
    "code": r"`[^`]*`",
    "a unit": r"\b(MB|kB|min|ms|px)\b",
    "a digest": r"\b[0-9a-f]{16}\b",
    "a path of this machine, and the variable that sets it": r"(/[\w\\.-]+){2,}|MNIST(\\?_[A-Z]+)+",
    "a proper name: of a run of the tests, a data set, an architecture, an optimizer": (
        r"\b(Mine|Other|(Fashion-)?MNIST|MLP|CNN|SGD|NumPy|PyTorch)\b"
    ),
    "a name in the code: of a layer, a tensor, a type of number, a device, a package, a method": (
        r"\b((flatten|dense|softmax|relu\d|fc\d)(\.weight|\.bias)?|float(32|64)|cpu|python|torch|numpy|"
        r"(Linear|Relu|SoftmaxCrossEntropy|NumpyMlp)\.(forward|backward|train\\_step))\b"
    ),
}
_MAY_STAND = re.compile("|".join(MAY_STAND.values()))
_FORMULA = re.compile(r"(\${1,2})(.+?)\1", re.DOTALL)
_WORD = re.compile("[a-zà-ɏ]{2}", re.IGNORECASE)
_SHOWN_ATTRIBUTES = {"title", "alt", "aria-label", "placeholder"}


def bypassing(texts: Iterable[Shown]) -> list[Shown]:
    """The texts that have words outside of all marks, each once: its place and those words alone."""
    found = [Shown(shown.place, " ".join(words_outside(shown.text).split())) for shown in texts]
    return list(dict.fromkeys(shown for shown in found if _WORD.search(shown.text)))


def words_outside(text: str) -> str:
    """What of a text, HTML or not, lies outside of all marks, but for what may stand there.

    Attributes of HTML that are shown or read aloud are included. A mark that is open at the end is told too: then
    somebody has cut a translated text.
    """
    reader = _Reader()
    reader.feed(text)
    reader.close()
    outside = _FORMULA.sub(_words_of_formula, "".join(reader.outside))
    return _MAY_STAND.sub(" ", outside) + (" (a text was cut)" if reader.depth else "")


def _words_of_formula(formula: re.Match[str]) -> str:
    return " ".join(re.findall(r"\\text\{([^}]*)\}", formula[2]))


class _Reader(HTMLParser):
    """Takes HTML apart. outside: the texts that lie outside of marks. depth: how many marks are open."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.depth = 0
        self._hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden = tag if tag in ("style", "script") else ""
        self.outside.append(" ")
        for name, value in attrs:
            # A field within an attribute closes the marks and opens them again, so all attributes count.
            outside = self._read(value or "")
            if name in _SHOWN_ATTRIBUTES:
                self.outside.append(f" {outside} ")

    def handle_endtag(self, tag: str) -> None:
        self.outside.append(" ")
        if tag == self._hidden:
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.outside.append(self._read(data))

    def _read(self, text: str) -> str:
        outside = []
        for part in re.split(f"([{OPEN}{CLOSE}])", text):
            if part in (OPEN, CLOSE):
                self.depth += 1 if part == OPEN else -1
                outside.append(" ")
            elif self.depth == 0:
                outside.append(part)
        return "".join(outside)
