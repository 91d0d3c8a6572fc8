"""What the middleware adds to the answers of a server, asked without one."""

from functools import partial

import pytest

from core import settings
from core.owners.visitor import is_key, new_key
from pages.components.shell.cookies.visitor_cookie import (
    OPERATOR_COOKIE,
    VISITOR_COOKIE,
    VisitorCookie,
    is_operator_key,
)
from tests.pages.shell.cookies import asking

OPERATOR_KEY = "the-key-of-the-operator"


@pytest.fixture(autouse=True)
def open_app(monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", OPERATOR_KEY)


ask = partial(asking.ask, VisitorCookie)


def test_a_new_browser_gets_a_key_that_no_script_can_read():
    status, _, cookies = ask("/train")
    cookie = cookies[VISITOR_COOKIE]
    assert status == 200
    assert is_key(cookie.value)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/", "")
    assert int(cookie["max-age"]) == 365 * 24 * 3600
    assert ask("/train")[2][VISITOR_COOKIE].value != cookie.value


def test_over_https_the_cookie_goes_over_https_alone():
    assert ask(scheme="https")[2][VISITOR_COOKIE]["secure"] is True
    assert ask(x_forwarded_proto="https")[2][VISITOR_COOKIE]["secure"] is True


def test_a_browser_with_a_key_keeps_it():
    assert not ask(cookie=f"a=b; {VISITOR_COOKIE}={new_key()}")[2]


@pytest.mark.parametrize("cookie", [f"{VISITOR_COOKIE}=short", "a=b", ";;=", f'{VISITOR_COOKIE}="\\', "=" * 10_000])
def test_a_cookie_that_is_no_key_is_replaced(cookie):
    assert is_key(ask(cookie=cookie)[2][VISITOR_COOKIE].value)


@pytest.mark.parametrize(
    "request_",
    [
        {"path": "/_stcore/health"},
        {"path": "/static/js/index.js"},
        {"path": "/media/a.png"},
        {"path": "/component/canvas/index.html"},
        {"method": "POST"},
        {"kind": "websocket"},
        {"accept": "*/*"},
    ],
)
def test_what_a_page_is_made_of_gets_no_cookie(request_):
    assert not ask(**request_)[2]


def test_nothing_is_set_while_the_app_is_closed(monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "")
    assert not ask()[2]
    monkeypatch.setenv(settings.OPEN_VARIABLE, "wrong")
    assert not ask()[2]


def test_the_operators_key_becomes_a_cookie_and_leaves_the_address():
    status, headers, cookies = ask("/train", f"run=a&operator={OPERATOR_KEY}&look=why")
    assert (status, headers["location"]) == (303, "/train?run=a&look=why")
    assert cookies[OPERATOR_COOKIE].value == OPERATOR_KEY
    assert cookies[OPERATOR_COOKIE]["httponly"] is True
    assert ask("/", f"operator={OPERATOR_KEY}")[1]["location"] == "/"


def test_a_wrong_key_leaves_the_address_too():
    status, headers, cookies = ask("/", "operator=wrong")
    assert (status, headers["location"]) == (303, "/")
    assert not cookies


def test_nobody_is_sent_to_another_host():
    assert ask("//evil.example/", f"operator={OPERATOR_KEY}")[1]["location"] == "/evil.example/"


def test_without_a_key_nobody_is_the_operator(monkeypatch):
    assert is_operator_key(OPERATOR_KEY)
    assert not is_operator_key(OPERATOR_KEY + "x")
    assert not is_operator_key("é")
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", "")
    assert not is_operator_key("")
    assert OPERATOR_COOKIE not in ask("/", "operator=")[2]
