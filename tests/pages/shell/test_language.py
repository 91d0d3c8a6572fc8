"""The language of a visit: by the address, by the visitor's earlier choice, by the browser."""

import json
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.components.shell.cookies.language_cookie import LANGUAGE_COOKIE


def page():
    import streamlit as st

    from pages.components.shell.language_choice import show_language_choice
    from pages.components.shell.texts import tr

    st.title(tr("Train"))
    show_language_choice()


@pytest.fixture
def visit(monkeypatch):
    """Draws a page for a browser with this locale and these cookies."""

    def draw(locale=None, **cookies):
        monkeypatch.setattr(st, "context", SimpleNamespace(cookies=cookies, locale=locale))
        app = AppTest.from_function(page, default_timeout=30).run()
        assert not app.exception
        return app

    return draw


def links(app):
    [choice] = [part.proto for part in app.get("bidi_component") if part.proto.component_name == "mnist_lab_languages"]
    return json.loads(choice.json)


@pytest.mark.parametrize(
    ("locale", "cookies", "title"),
    [
        ("zh-CN", {}, "训练"),
        ("zh", {}, "训练"),
        ("en-GB", {}, "Train"),
        ("fr", {}, "Train"),
        (None, {}, "Train"),
        ("zh-CN", {LANGUAGE_COOKIE: "en"}, "Train"),
        ("en-US", {LANGUAGE_COOKIE: "zh_Hans"}, "训练"),
        ("zh-CN", {LANGUAGE_COOKIE: "../../etc"}, "Train"),
    ],
)
def test_a_choice_comes_before_the_browsers_language(visit, locale, cookies, title):
    assert visit(locale, **cookies).title[0].value == title


def test_without_the_middleware_the_address_asks_for_a_language_all_the_same(monkeypatch):
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies={LANGUAGE_COOKIE: "en"}, locale="en-US"))
    app = AppTest.from_function(page, default_timeout=30)
    app.query_params["lang"] = "zh"
    assert app.run().title[0].value == "训练"
    # It holds on the next page, too, whose address does not have it.
    del app.query_params["lang"]
    assert app.run().title[0].value == "训练"


def test_a_visit_keeps_its_language_when_the_connection_has_ended(visit, monkeypatch):
    app = visit("zh-CN")
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies={}, locale=None))
    assert app.run().title[0].value == "训练"


def test_a_visit_whose_language_is_not_known_yet_takes_it_once_it_is(visit, monkeypatch):
    app = visit()
    monkeypatch.setattr(st, "context", SimpleNamespace(cookies={}, locale="zh-CN"))
    assert app.run().title[0].value == "训练"


def test_the_other_languages_are_offered_by_their_own_names(visit):
    assert links(visit("zh-CN")) == {
        "label": "语言",
        "parameter": "lang",
        "shown": "zh-Hans",
        "others": [{"tag": "en", "name": "English"}],
    }
    assert links(visit("en"))["others"] == [{"tag": "zh-Hans", "name": "简体中文"}]
