"""Which texts are collected for translators."""

from tools.texts import collect_texts


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
