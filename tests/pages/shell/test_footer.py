"""What stands below each page of an app that is open to others."""

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.execution.compute_client import ComputeClient
from core.hosting.status import ServerStatus
from core.learners.device_name import device_name
from core.owners.visitor import new_key
from pages.components.shell import footer, visitor
from pages.components.shell.cookies.visitor_cookie import OPERATOR_COOKIE, VISITOR_COOKIE
from tests.pages.drawing import texts

OPERATOR_KEY = "the-key-of-the-operator"
STATUS = ServerStatus("0.1.0", 1_234_567_890, 1.25, 4)


def page():
    from pages.components.shell.footer import show_footer
    from pages.components.shell.visitor import require_admission

    require_admission()
    show_footer()


@pytest.fixture
def visit(monkeypatch):
    """Draws the footer for a visitor with cookies by name; no compute process is started."""
    st.cache_resource.clear()
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", OPERATOR_KEY)
    monkeypatch.setattr(footer, "server_status", lambda: STATUS)
    monkeypatch.setattr(ComputeClient, "call", lambda _, function: "H100" if function is device_name else "")

    def draw(**cookies):
        monkeypatch.setattr(visitor, "_cookie", lambda name: cookies.get(name, ""))
        app = AppTest.from_function(page, default_timeout=30).run()
        assert not app.exception
        return app

    yield draw
    st.cache_resource.clear()


@pytest.fixture
def is_open(monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")


@pytest.mark.parametrize("cookies", [{}, {OPERATOR_COOKIE: OPERATOR_KEY}])
def test_an_app_for_one_person_has_none(visit, cookies):
    app = visit(**cookies)
    assert not app.caption
    assert "visitor" not in app.query_params


@pytest.mark.usefixtures("is_open")
def test_whose_browser_keeps_cookies_sees_none(visit):
    app = visit(**{VISITOR_COOKIE: new_key()})
    assert not app.caption
    assert not app.get("bidi_component")


@pytest.mark.usefixtures("is_open")
def test_whose_browser_keeps_none_is_told_that_the_key_is_in_the_address(visit):
    app = visit()
    assert "take “visitor=…” out of it before you share it" in texts(app.caption)
    [address] = [part.proto for part in app.get("bidi_component") if part.proto.component_name == "mnist_lab_address"]
    assert app.session_state["visitor_key"] in address.json


@pytest.mark.usefixtures("is_open")
def test_the_operator_sees_how_the_server_is(visit, monkeypatch):
    app = visit(**{OPERATOR_COOKIE: OPERATOR_KEY})
    figures = "MNIST Lab 0.1.0 · {} · 1,235 MB of memory · load 1.2 on 4 cores · 0 training, 0 waiting"
    assert app.caption[0].value == figures.format("–")
    # Once the process with torch is there, it tells the device.
    queue = footer.whole_queue()
    queue.compute.is_ready.set()
    monkeypatch.setattr(footer, "whole_queue", lambda: queue)
    assert app.run().caption[0].value == figures.format("H100")
