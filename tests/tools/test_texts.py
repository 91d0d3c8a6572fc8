"""Which texts are collected for translators, and how a language's files follow them."""

import gettext

import pytest
from babel.messages.catalog import Catalog

from tools import texts
from tools.texts import collect_texts, language_file, main, translated_languages


def collect(tmp_path, source):
    for folder in ("models", "core", "pages"):
        (tmp_path / folder).mkdir()
    (tmp_path / "pages" / "page.py").write_text(source)
    return [entry.id for entry in collect_texts(tmp_path) if entry.id]


def test_texts_and_their_plurals_are_collected_by_the_calls_that_they_stand_in(tmp_path):
    source = 'tr("One {a}", a=tr("Two"))\nst.caption(tr(plural("{count} day", "{count} days", 2)))\nother("Three")'
    assert set(collect(tmp_path, source)) == {"One {a}", "Two", ("{count} day", "{count} days")}


def test_a_text_within_an_f_string_is_collected(tmp_path):
    assert collect(tmp_path, "x = f\"<b>{tr_html('Bold')}</b>\"") == ["Bold"]


def test_what_is_no_string_is_left_out(tmp_path):
    assert collect(tmp_path, "tr(title)\ntr(f'{title}')\nplural(one, many, 2)") == []


@pytest.fixture
def english(monkeypatch):
    """Sets the texts that the source code has."""

    def put(*ids):
        catalog = Catalog(charset="utf-8")
        for text in ids:
            catalog.add(text)
        monkeypatch.setattr(texts, "collect_texts", lambda: catalog)

    return put


def translate(folder, old, new):
    file = language_file("de", folder)
    content = file.read_text(encoding="utf-8")
    assert content.count(old) == 1
    file.write_text(content.replace(old, new), encoding="utf-8")


def shown(folder):
    return gettext.translation("texts", folder, ["de"])


def test_a_language_begins_with_all_texts_waiting(english, tmp_path, capsys):
    english("Start", ("{count} run", "{count} runs"))
    main(["--add", "de"], tmp_path)
    assert translated_languages(tmp_path) == ["de"]
    assert capsys.readouterr().out == "2 texts in texts.pot\nde: 2 of them wait for their translation\n"
    # None is shown as an empty text meanwhile.
    assert shown(tmp_path).gettext("Start") == "Start"
    assert shown(tmp_path).ngettext("{count} run", "{count} runs", 2) == "{count} runs"


def test_translations_stay_where_the_english_stays(english, tmp_path, capsys):
    english("Start", "Stop", ("{count} run", "{count} runs"))
    main(["--add", "de"], tmp_path)
    translate(tmp_path, 'msgid "Start"\nmsgstr ""', 'msgid "Start"\nmsgstr "Los"')
    translate(tmp_path, 'msgid "Stop"\nmsgstr ""', 'msgid "Stop"\nmsgstr "Halt"')
    translate(tmp_path, 'msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "{count} Lauf"\nmsgstr[1] "{count} Läufe"')
    english("Start", "Pause", ("{count} run", "{count} runs"))
    capsys.readouterr()
    main([], tmp_path)
    assert capsys.readouterr().out == "3 texts in texts.pot\nde: 1 of them wait for their translation\n"
    assert "Halt" not in language_file("de", tmp_path).read_text(encoding="utf-8")
    assert [shown(tmp_path).gettext(text) for text in ("Start", "Pause")] == ["Los", "Pause"]
    assert [shown(tmp_path).ngettext("{count} run", "{count} runs", n) for n in (1, 2)] == [
        "{count} Lauf",
        "{count} Läufe",
    ]


def test_the_same_texts_make_the_same_files(english, tmp_path):
    english("Start")
    main(["--add", "de"], tmp_path)
    translate(tmp_path, 'msgstr ""', 'msgstr "Los"')
    main([], tmp_path)
    files = [language_file("de", tmp_path, ending) for ending in ("po", "mo")]
    before = [file.read_bytes() for file in files]
    main([], tmp_path)
    assert [file.read_bytes() for file in files] == before


@pytest.mark.parametrize("language", ["klingon", "d", "../x"])
def test_what_is_no_language_is_refused(english, tmp_path, capsys, language):
    english("Start")
    with pytest.raises(SystemExit):
        main(["--add", language], tmp_path)
    assert f"--add is {language!r}" in capsys.readouterr().err
    assert not [*tmp_path.iterdir()]
