"""Every sentence that a reader sees comes from the catalogue (`core.texts`), so that a second language can be added."""

import ast
import re
from pathlib import Path

import pytest

from core.settings import PROJECT
from tools import texts

PACKAGES = ("models", "core", "pages")
# Functions whose first argument is a text of the catalogue.
MARKERS = {"tr", "tr_plain", "tr_html", "message", "mark", "plural"}
# Functions of Streamlit that show their first argument, or these named ones, to the reader.
SHOWING = {
    "button",
    "caption",
    "checkbox",
    "download_button",
    "error",
    "expander",
    "file_uploader",
    "header",
    "info",
    "markdown",
    "metric",
    "multiselect",
    "number_input",
    "pills",
    "popover",
    "progress",
    "radio",
    "segmented_control",
    "select_slider",
    "selectbox",
    "slider",
    "spinner",
    "subheader",
    "success",
    "tabs",
    "text",
    "text_input",
    "title",
    "toast",
    "toggle",
    "warning",
    "write",
}
SHOWN = {"label", "help", "placeholder"}


def sources(*packages):
    files = [file for package in packages for file in sorted((PROJECT / package).rglob("*.py"))]
    return [*files, PROJECT / "app.py"] if "pages" in packages else files


def calls(file: Path):
    return [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]


def name_of(call: ast.AST) -> str:
    function = getattr(call, "func", None)
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def place(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(PROJECT)}:{node.lineno}"


def is_sentence(node: ast.AST) -> bool:
    """Whether it is a string with words in it, or is built from such strings. A path and the app's name are none."""
    if isinstance(node, ast.Constant):
        text = str(node.value) if isinstance(node.value, str) else ""
        return bool(re.search(r"[A-Za-z]{2}", re.sub(r":material/\w+:|^MNIST Lab$|^/\S+$", "", text)))
    if isinstance(node, ast.JoinedStr):
        return any(is_sentence(part) for part in node.values if isinstance(part, ast.Constant))
    return isinstance(node, ast.BinOp) and (is_sentence(node.left) or is_sentence(node.right))


def test_a_text_is_marked_as_it_stands_so_that_it_can_be_collected():
    built = [
        place(file, call)
        for file in sources(*PACKAGES)
        for call in calls(file)
        if name_of(call) in MARKERS and call.args and isinstance(call.args[0], (ast.JoinedStr, ast.BinOp))
    ]
    assert built == []


def test_no_widget_shows_a_text_that_is_not_from_the_catalogue():
    shown = [
        place(file, call)
        for file in sources("pages")
        for call in calls(file)
        if isinstance(call.func, ast.Attribute) and call.func.attr in SHOWING
        for argument in [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg in SHOWN)]
        if is_sentence(argument) or (isinstance(argument, ast.List) and any(map(is_sentence, argument.elts)))
    ]
    assert shown == []


def test_where_nothing_is_chosen_yet_a_text_of_the_catalogue_says_what_to_choose():
    silent = [
        place(file, call)
        for file in sources("pages")
        for call in calls(file)
        for given in [{keyword.arg: keyword.value for keyword in call.keywords}]
        if name_of(call) == "multiselect"
        or (name_of(call) == "selectbox" and getattr(given.get("index"), "value", "first") is None)
        if name_of(given.get("placeholder", ast.Constant(""))) != "tr_plain"
    ]
    assert silent == []


def test_no_error_is_built_from_pieces():
    built = [
        place(file, node)
        for file in sources(*PACKAGES)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and name_of(node.exc).endswith("Error")
        if name_of(node.exc) not in {"ValueError", "TypeError", "OSError", "KeyError", "ArgumentTypeError"}
        for argument in node.exc.args[:1]
        if isinstance(argument, (ast.JoinedStr, ast.BinOp))
    ]
    assert built == []


def test_the_template_for_translators_holds_every_text():
    assert texts.POT_FILE.read_text() == texts.template(texts.collect_texts()), "run python -m tools.texts"


@pytest.mark.parametrize("package", ["models", "core"])
def test_core_returns_values_and_the_pages_draw_them(package):
    drawing = [
        f"{place(file, node)} imports plotly"
        for file in sources(package)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        and any(
            name.split(".")[0] in {"plotly", "streamlit"}
            for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names])
        )
    ]
    tags = re.compile(r"</?(div|span|p|b|i|u|small|table|td|th|tr|svg|img|style|figure)[ >]")
    drawing += [
        f"{place(file, node)} holds HTML"
        for file in sources(package)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and tags.search(node.value)
    ]
    assert drawing == []


# A string in a script, words beside each other in it, and what stands before a string that a reader sees.
_LITERAL = re.compile(r"""(?P<quote>["'`])(?P<text>(?:(?!(?P=quote))[^\n])*)(?P=quote)""")
_TWO_WORDS = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")
# What is a rule, a selector, a colour or classes of CSS, and no sentence.
_OF_CSS = re.compile(r"[:;{}\[\]#.]|^picture target$|^color-mix")
_SHOWN_IN_SCRIPTS = re.compile(r"(textContent|innerText|innerHTML|title|placeholder|alt|aria-label)[\"']?[,:=\s]+$")


def words_of_scripts(source: str):
    """The words that a script itself would show."""
    code = re.sub(r"^\s*//.*$|/\*.*?\*/", "", source, flags=re.MULTILINE | re.DOTALL)
    for found in _LITERAL.finditer(code):
        text = re.sub(r"\$\{.*?\}", "", found["text"])
        is_sentence = _TWO_WORDS.search(text) and not _OF_CSS.search(text)
        line_before = code[: found.start()].rpartition("\n")[2]
        if is_sentence or (_SHOWN_IN_SCRIPTS.search(line_before) and re.search(r"[A-Za-z]{2}", text)):
            yield text


def test_scripts_are_given_their_texts():
    scripts = sorted((PROJECT / "pages").rglob("*.js"))
    assert scripts
    assert {script.name: found for script in scripts if (found := list(words_of_scripts(script.read_text())))} == {}


@pytest.mark.parametrize(
    "line",
    ['said.textContent = "Nothing";', "root.setAttribute('aria-label', 'Canvas');", "say(`${count} images left`);"],
)
def test_words_in_a_script_are_noticed(line):
    assert list(words_of_scripts(line))
