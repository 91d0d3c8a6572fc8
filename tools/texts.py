"""Collects every text that a reader can see into `locales/texts.pot`: `python -m tools.texts`.

To add a language, with `LL` its code, such as zh_Hans (`pybabel` comes with requirements-dev.txt):

    pybabel init -D texts -i locales/texts.pot -d locales -l LL
    (translate locales/LL/LC_MESSAGES/texts.po)
    pybabel compile -D texts -d locales

After texts have changed, `pybabel update -D texts -i locales/texts.pot -d locales` brings the new ones into each
language's file.
"""

from __future__ import annotations

import argparse
import ast
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from core import errors
from core.settings import PROJECT
from core.storage.atomic import write_atomically
from core.texts.catalogue import DOMAIN, LOCALES

FOLDERS = ("models", "core", "pages")
POT_FILE = LOCALES / f"{DOMAIN}.pot"
# Functions whose first argument is a text.
_SINGLE = ("message", "mark", "tr", "tr_plain", "tr_html", "OptionError")


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
    file = io.BytesIO()
    write_po(file, catalog, width=120, omit_header=True, sort_output=True, include_lineno=False)
    return f"# Texts of MNIST Lab, collected by `python -m tools.texts`.\n{file.getvalue().decode()}"


def main(arguments: list[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(arguments)
    catalog = collect_texts()
    write_atomically(POT_FILE, template(catalog))
    print(f"{len(catalog)} texts in {POT_FILE.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
