"""What the browser's tab is told to keep, and what becomes of what it gives back. The script: see tests/browser."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.components.shell import tab_storage


@pytest.fixture
def told(monkeypatch):
    """What the component was told, and the callback for what it sends."""
    calls = []
    monkeypatch.setattr(tab_storage, "_COMPONENT", lambda **arguments: calls.append(arguments))
    return calls


def page():
    import streamlit as st

    from pages.components.shell.tab_storage import keep_in_tab

    def take(text):
        st.session_state["text"] = text

    keep_in_tab("notes", st.session_state.get("text", ""), take, "_here")


def data(told):
    return told[-1]["data"]


def test_a_new_session_asks_for_what_the_tab_kept_until_it_has_a_text(told):
    app = AppTest.from_function(page).run()
    assert data(told) == {"name": "notes", "text": "", "is_new": True}
    app.session_state["text"] = "mine"
    app.run()
    assert data(told) == {"name": "notes", "text": "mine", "is_new": False}
    # Nothing is now something to be kept.
    app.session_state["text"] = ""
    app.run()
    assert data(told) == {"name": "notes", "text": "", "is_new": False}


@pytest.mark.parametrize(("kept", "taken"), [("of before", "of before"), (None, None), (["no text"], None)])
def test_only_a_text_that_the_tab_kept_is_taken(monkeypatch, kept, taken):
    took = []
    monkeypatch.setattr(tab_storage.st, "session_state", {"tab_notes": {"kept": kept}})
    tab_storage._hand_over("tab_notes", "known", took.append)
    assert took == ([taken] if taken else [])
    assert ("known" in tab_storage.st.session_state) is bool(taken)
