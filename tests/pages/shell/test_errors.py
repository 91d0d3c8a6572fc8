"""What a page shows where something goes wrong, as a visitor without a browser."""

import ast
import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import PROJECT
from pages.components.shell import sitemap

PAGE = """
import streamlit as st
from core.errors import ComputeError, ExplanationError
from pages.components.shell.errors import fragment, open_dialog, showing_errors

def fail(error):
    raise error

def part(error):
    st.write("begun")
    if st.button("Again"):
        fail(error)

def ask(error):
    def draw():
        st.write("asked")
        fail(error)

    open_dialog("Really?", draw)

"""


def run(body):
    return AppTest.from_string(PAGE + body, default_timeout=30).run()


def shown(elements):
    return [element.value for element in elements]


def number_in(app):
    [error] = app.error
    return re.fullmatch(
        r"Something went wrong here\. The server's log has the details under number ([0-9a-f]{6})\.", error.value
    )[1]


def test_an_expected_error_is_shown_in_its_place():
    app = run('with showing_errors():\n    fail(ComputeError("It is {what}.", what="*so*"))\nst.write("after")')
    assert shown(app.error) == [r"It is \*so\*."]
    assert shown(app.markdown) == ["after"]


def test_what_cannot_be_explained_is_no_error():
    app = run('with showing_errors():\n    fail(ExplanationError("It has no layers."))')
    assert shown(app.info) == ["It has no layers."]
    assert not app.error


def test_an_error_of_the_system_is_shown_in_its_words():
    app = run('with showing_errors():\n    open("/nowhere/at/all")')
    assert shown(app.error) == ["No such file or directory"]


def test_a_defect_is_logged_and_its_number_shown(defects):
    app = run('with showing_errors():\n    fail(KeyError("a secret"))\nst.write("after")')
    assert not app.exception
    assert shown(app.markdown) == ["after"]
    [record] = defects
    assert record.getMessage() == f"Defect {number_in(app)}"
    assert "KeyError: 'a secret'" in logging.Formatter().format(record)
    defects.clear()


def test_a_stop_and_a_rerun_pass():
    app = run('with showing_errors():\n    st.stop()\nst.write("after")')
    assert not app.markdown
    body = 'if st.session_state.setdefault("n", 0) < 2:\n    st.session_state.n += 1\n    with showing_errors():\n'
    app = run(f"{body}        st.rerun()\nst.write(str(st.session_state.n))")
    assert shown(app.markdown) == ["2"]
    assert not app.error


def test_a_fragment_shows_its_own_defects(defects):
    app = run('fragment(part)(KeyError("x"))\nst.write("after")')
    assert shown(app.markdown) == ["begun", "after"]
    app.button[0].click().run()
    assert number_in(app) in defects[0].getMessage()
    assert not app.exception
    assert shown(app.markdown) == ["begun", "after"]
    defects.clear()


def test_a_dialog_shows_its_own_defects(defects):
    app = run('with showing_errors():\n    ask(KeyError("x"))')
    assert number_in(app) in defects[0].getMessage()
    assert shown(app.markdown) == ["asked"]
    defects.clear()


def test_a_page_s_defect_leaves_the_navigation_and_the_title(monkeypatch, defects):
    monkeypatch.setattr("pages.components.sweep.form.choose_space", lambda: 1 / 0)
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=60).run()
    # AppTest runs a page's script without app.py, as a server does at its first visit; the page hands over to app.py.
    monkeypatch.setattr(sitemap, "_app_has_run", False)
    app.switch_page("pages/sweep.py").run()
    assert shown(app.title) == ["Sweep"]
    assert number_in(app) in defects[0].getMessage()
    assert not app.exception
    defects.clear()


@pytest.mark.parametrize("name", ["fragment", "dialog"])
def test_pages_use_fragments_and_dialogs_that_show_their_errors(name):
    used = [
        str(path.relative_to(PROJECT))
        for path in sorted(Path(PROJECT, "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == name
    ]
    assert used == ["pages/components/shell/errors.py"]
