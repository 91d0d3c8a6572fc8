"""What a page shows where something goes wrong, as a visitor without a browser."""

import ast
import logging
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.settings import PROJECT

PAGE = """
import streamlit as st
from core.errors import ComputeError, ExplanationError
from pages.components.shell.errors import callback, fragment, open_dialog, showing_errors

def fail(error):
    raise error

def click(error):
    st.button("Do it", on_click=callback(fail), args=(error,))
    st.write("drawn")

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
    [error] = [*app.error, *app.toast]
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


@pytest.mark.parametrize("body", ["with showing_errors():\n    click(error)", "fragment(click)(error)"])
def test_a_callback_s_defect_is_logged_and_its_number_shown_while_the_page_is_drawn(body, defects):
    app = run(f'error = KeyError("a secret")\n{body}')
    assert not app.toast
    app.button[0].click().run()
    [record] = defects
    assert record.getMessage() == f"Defect {number_in(app)}"
    assert "KeyError: 'a secret'" in logging.Formatter().format(record)
    assert not app.exception
    assert shown(app.markdown) == ["drawn"]
    # It is told once, and stays in the browser until it is closed there.
    assert (app.toast[0].proto.duration, app.toast[0].icon) == (0, ":material/bug_report:")
    assert not app.run().toast
    defects.clear()


def test_a_callback_s_expected_error_is_shown_in_its_words():
    app = run('with showing_errors():\n    click(ComputeError("It is {what}.", what="*so*"))')
    app.button[0].click().run()
    assert shown(app.toast) == [r"It is \*so\*."]
    assert app.toast[0].icon == ":material/error:"
    assert not app.exception


def test_a_page_s_defect_leaves_the_title(monkeypatch, defects):
    monkeypatch.setattr("pages.components.home.preload.preload_charts", lambda: 1 / 0)
    app = AppTest.from_file(PROJECT / "app.py", default_timeout=60).run()
    assert shown(app.title) == ["MNIST Lab"]
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


def is_guarded(value):
    """Whether what is given as a callback shows its errors; Streamlit's own words for none, such as "rerun", do."""
    if isinstance(value, ast.IfExp):
        return is_guarded(value.body) and is_guarded(value.orelse)
    is_call = isinstance(value, ast.Call) and isinstance(value.func, ast.Name)
    return isinstance(value, ast.Constant) or (is_call and value.func.id in {"callback", "when_changed"})


def named_values(node):
    """What a call gives by name, or a dictionary under a word."""
    if isinstance(node, ast.Call):
        return [(keyword.arg, keyword.value) for keyword in node.keywords]
    if isinstance(node, ast.Dict):
        return [(getattr(key, "value", None), value) for key, value in zip(node.keys, node.values, strict=True)]
    return []


def test_pages_use_callbacks_that_show_their_errors():
    callbacks = [
        (f"{path.relative_to(PROJECT)}:{value.lineno}", value)
        for path in sorted(Path(PROJECT, "pages").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name, value in named_values(node)
        if re.fullmatch(r"on_(click|select|\w*change)", str(name))
    ]
    assert len(callbacks) > 40
    assert [place for place, value in callbacks if not is_guarded(value)] == []
