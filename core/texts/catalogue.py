"""The texts in a reader's language, by gettext: English is the source, `locales/<language>` holds translations.

`python -m tools.texts` writes `locales/texts.pot`, the list of all texts, from the source code.
"""

from __future__ import annotations

import gettext
from functools import cache, lru_cache
from pathlib import Path

from core.texts.message import Escape, Message, render

LOCALES = Path(__file__).resolve().parents[2] / "locales"
DOMAIN = "texts"
SOURCE_LANGUAGE = "en"


class Catalogue:
    """All texts in one language. What has no translation stays English."""

    def __init__(self, language: str, folder: Path = LOCALES) -> None:
        self.language = language
        self._translations = gettext.translation(DOMAIN, folder, [language], fallback=True)

    def text(self, text: Message, escape: Escape = str) -> str:
        """A message in words; see `render`."""
        return render(text, self._translate, escape)

    def _translate(self, one: str, many: str, count: int) -> str:
        return self._translations.ngettext(one, many, count) if many else self._translations.gettext(one)


@cache
def find_catalogue(language: str, folder: Path = LOCALES) -> Catalogue:
    """The catalogue of a language, read once. An unknown language gives English."""
    return Catalogue(language, folder)


@cache
def languages(folder: Path = LOCALES) -> tuple[str, ...]:
    """The languages that there are texts in, the source language first."""
    found = sorted(file.parts[-3] for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (SOURCE_LANGUAGE, *(language for language in found if language != SOURCE_LANGUAGE))


# Asked for each text. As many as there are locales at once; a browser may send any.
@lru_cache(maxsize=256)
def best_language(wanted: str, folder: Path = LOCALES) -> str:
    """The language to show for a locale such as "zh-CN": the same one, or one of the same kind, or English."""
    offered = {language.lower().replace("_", "-"): language for language in languages(folder)}
    parts = wanted.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        start = "-".join(parts[:length])
        for name, language in offered.items():
            if name == start or name.startswith(f"{start}-"):
                return language
    return SOURCE_LANGUAGE
