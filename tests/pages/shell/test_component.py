"""A part of a page that is written in JavaScript, with and without a server that draws it."""

import pytest
import streamlit as st
from streamlit.errors import StreamlitAPIException

from pages.components.shell.component import Component


@pytest.fixture
def registered(monkeypatch):
    """What Streamlit was asked to register."""
    asked = []

    def component(name, **parts):
        asked.append({"name": name} | parts)
        return lambda **arguments: drawn.append(arguments)

    drawn = []
    monkeypatch.setattr(st.components.v2, "component", component)
    return asked, drawn


def test_it_is_registered_when_it_is_drawn_first_with_its_scripts_in_their_order(registered, tmp_path):
    asked, drawn = registered
    scripts = tmp_path / "b.js", tmp_path / "a.js"
    for file in scripts:
        file.write_text(f"// {file.name}é", encoding="utf-8")
    part = Component("clock", *scripts, html="<p></p>", style="p {}")
    assert asked == []
    part(key="first", data={"hour": 1}, on_hour_change=print)
    part(key="second")
    assert asked == [{"name": "clock", "html": "<p></p>", "css": "p {}", "js": "// b.jsé\n// a.jsé"}]
    assert drawn == [
        {"key": "first", "data": {"hour": 1}, "on_hour_change": print},
        {"key": "second", "data": None},
    ]


def test_without_a_server_it_draws_nothing_and_is_registered_anew_once_there_is_one(registered, monkeypatch, tmp_path):
    _, drawn = registered
    script = tmp_path / "clock.js"
    script.write_text("")
    part = Component("clock", script)

    def refuse(**_):
        raise StreamlitAPIException

    with monkeypatch.context() as without_server:
        without_server.setattr(st.components.v2, "component", lambda *_, **__: refuse)
        part(key="first")
    assert drawn == []
    part(key="first")
    assert drawn == [{"key": "first", "data": None}]


@pytest.mark.parametrize("is_hidden", [True, False])
def test_only_a_hidden_one_takes_no_room(registered, monkeypatch, tmp_path, is_hidden):
    _, drawn = registered
    script = tmp_path / "clock.js"
    script.write_text("")
    styles = []
    monkeypatch.setattr(st, "html", styles.append)
    Component("clock", script, is_hidden=is_hidden)(key="first")
    assert styles == ["<style>.st-key-first { display: none; }</style>"] * is_hidden
    assert len(drawn) == 1
