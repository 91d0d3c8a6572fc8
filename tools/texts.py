"""Collects every text that a reader can see into `locales/texts.pot`, and brings the languages up to date.

`python -m tools.texts` adds new texts to each `locales/<language>/LC_MESSAGES/texts.po`, where they wait for their
translation, drops those that are gone, and compiles the file to the `texts.mo` that the app reads. Call it whenever
English texts or translations have changed.

`python -m tools.texts --add de` begins another language, whose code is a locale's, such as de or zh_Hans.
"""

from __future__ import annotations

import argparse
import ast
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from babel.core import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as BabelMessage
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from core import errors
from core.settings import PROJECT
from core.storage.atomic import write_atomically
from core.texts.catalogue import DOMAIN, LOCALES

FOLDERS = ("models", "core", "pages")
POT_FILE = LOCALES / f"{DOMAIN}.pot"
_LINE_LENGTH = 120
# What a compiled file says of itself. Dates and versions would make another file of the same texts.
_HEADERS = ("Content-Type", "Plural-Forms")
# Functions whose first argument is a text.
_SINGLE = ("message", "mark", "tr", "tr_plain", "tr_html", "OptionError")


class _CompiledCatalog(Catalog):
    """A catalogue that always makes the same file of the same texts."""

    # Babel's own property can be set as well, which nobody does here.
    @property  # type: ignore[misc]
    def mime_headers(self) -> list[tuple[str, str]]:
        """The headers by name."""
        return [header for header in super().mime_headers if header[0] in _HEADERS]


def error_names() -> list[str]:
    """The classes of `core.errors`, whose first argument is a text."""
    return [
        name for name, value in vars(errors).items() if isinstance(value, type) and value.__module__ == "core.errors"
    ]


def keywords() -> dict[str, tuple[int, ...] | None]:
    """The calls that hold texts, as Babel wants them: the places of the arguments, None for the first alone."""
    return {**dict.fromkeys((*_SINGLE, *error_names())), "plural": (1, 2)}


def collect_texts(project: Path = PROJECT) -> Catalog:
    """The texts of the project's source code, with the files that they stand in."""
    catalog = Catalog(project="MNIST Lab", charset="utf-8", fuzzy=False)
    for folder in FOLDERS:
        found: Any = extract_from_dir(project / folder, [("**.py", find_calls)], keywords=keywords())  # type: ignore[list-item]
        for file, _, text, _, _ in found:
            catalog.add(text, locations=[(f"{folder}/{file}", 0)])
    return catalog


def find_calls(
    source: IO[bytes], names: Collection[str], _tags: Collection[str], options: dict[str, Any]
) -> Iterator[tuple[int, str, tuple[str | None, ...], list[str]]]:
    """The calls of these functions, as Babel wants them: line, function, arguments (None for no string), no comments.

    Babel's own reader of Python passes over the calls within an f-string.
    """
    assert not options
    for node in ast.walk(ast.parse(source.read())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in names:
                yield node.lineno, name, tuple(map(_string, node.args)), []


def _string(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def template(catalog: Catalog) -> str:
    """The catalogue as the text of a .pot file, the same for the same texts."""
    return f"# Texts of MNIST Lab, collected by `python -m tools.texts`.\n{_as_text(catalog)}"


def language_file(language: str, folder: Path = LOCALES, ending: str = "po") -> Path:
    """Where a language's translations stand; with the ending "mo" the compiled ones."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def translated_languages(folder: Path = LOCALES) -> list[str]:
    """The languages that there are translations in."""
    return sorted(file.parts[-3] for file in folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def read_language(language: str, folder: Path = LOCALES) -> Catalog:
    """A language's translations; none where it has no file yet."""
    file = language_file(language, folder)
    content = file.read_bytes() if file.is_file() else b""
    return read_po(io.BytesIO(content), locale=language)


def update_language(language: str, texts: Catalog, folder: Path = LOCALES) -> tuple[str, bytes, int]:
    """What a language's file and its compiled one are to hold for these texts, and how many are not translated yet."""
    catalog = read_language(language, folder)
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    # A plural without a translation would be shown as an empty text.
    translated = _CompiledCatalog(language, charset="utf-8")
    entries = [entry for entry in catalog if entry.id]
    for entry in entries:
        if is_translated(entry):
            translated.add(entry.id, entry.string)
    compiled = io.BytesIO()
    write_mo(compiled, translated)
    return f"# MNIST Lab in {language}.\n{_as_text(catalog)}", compiled.getvalue(), len(entries) - len(translated)


def is_translated(entry: BabelMessage) -> bool:
    """Whether it has a translation in each of its forms."""
    return all(entry.string) if isinstance(entry.string, tuple) else bool(entry.string)


def _as_text(catalog: Catalog) -> str:
    file = io.BytesIO()
    write_po(file, catalog, width=_LINE_LENGTH, omit_header=True, sort_output=True, include_lineno=False)
    return file.getvalue().decode()


def main(arguments: list[str] | None = None, folder: Path = LOCALES) -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--add", metavar="LANGUAGE", help="begin the translation into this language")
    given = parser.parse_args(arguments)
    try:
        added = [str(Locale.parse(given.add))] if given.add else []
    except (ValueError, UnknownLocaleError):
        parser.error(f"--add is {given.add!r}; it must be a language's code, such as de or zh_Hans")
    texts = collect_texts()
    write_atomically(folder / POT_FILE.name, template(texts))
    print(f"{len(texts)} texts in {POT_FILE.name}")
    for language in sorted({*translated_languages(folder), *added}):
        text, compiled, waiting = update_language(language, texts, folder)
        language_file(language, folder).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(language_file(language, folder), text)
        language_file(language, folder, "mo").write_bytes(compiled)
        print(f"{language}: {waiting} of them wait for their translation")


if __name__ == "__main__":
    main()
