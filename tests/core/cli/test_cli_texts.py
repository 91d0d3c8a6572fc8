"""The language of the command line."""

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from core.cli import texts
from core.cli.texts import tr
from core.errors import ConfigError
from core.texts.catalogue import best_language, find_catalogue
from core.texts.message import message


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue with one text."""
    catalog = Catalog(locale="de")
    catalog.add("There is no run {id!r}.", "Es gibt keinen Lauf {id!r}.")
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "texts.mo").open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(texts, "best_language", lambda wanted: best_language(wanted, tmp_path))
    monkeypatch.setattr(texts, "find_catalogue", lambda language: find_catalogue(language, tmp_path))
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(
    ("variables", "text"),
    [
        ({}, "There is no run 'x'."),
        ({"LANG": "C.UTF-8"}, "There is no run 'x'."),
        ({"LANG": "de_DE.UTF-8"}, "Es gibt keinen Lauf 'x'."),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "en_GB"}, "There is no run 'x'."),
        ({"LANG": "en_GB", "LC_MESSAGES": "de"}, "Es gibt keinen Lauf 'x'."),
    ],
)
def test_the_terminal_s_language_is_taken_where_there_are_texts_in_it(monkeypatch, variables, text):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert tr("There is no run {id!r}.", id="x") == text
    assert tr(message("There is no run {id!r}.", id="x")) == text
    assert tr(ConfigError("There is no run {id!r}.", id="x")) == text
