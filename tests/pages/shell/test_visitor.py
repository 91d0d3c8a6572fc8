"""Who may visit, and who is the owner."""

import pytest
from streamlit.runtime.context import StreamlitHeaders
from streamlit.testing.v1 import AppTest

from core import settings
from pages.components.shell import visitor
from pages.components.shell.visitor import is_local, is_operator, may_visit, named_host

LOOPBACK = [None, "127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"]
ELSEWHERE = ["192.168.0.7", "10.0.0.1", "8.8.8.8", "fe80::1", "2001:db8::1", "::ffff:192.168.0.7", "0.0.0.0", "", "x"]
LOCAL_HOSTS = [
    "localhost",
    "localhost:8501",
    "LocalHost:80",
    "localhost.",
    "localhost.:8501",
    "127.0.0.1",
    "127.0.0.1:8501",
    "[::1]",
    "[::1]:8501",
]
OTHER_HOSTS = [
    "",
    " ",
    ":8501",
    "lab.example",
    "lab.example:8501",
    "localhost.example",
    "localhost.example:8501",
    "notlocalhost",
    "127.0.0.1.example",
    "127.0.0.10",
    "127.0.0.1.nip.io",
    "127x0x0x1",
    "192.168.0.7",
    "0.0.0.0:8501",
    "[::2]",
    "[::1]x",
    "::1",
    "user@localhost",
    "localhost:8501:1",
    "localhost:x",
    "localhost\n",
    "localhost/evil",
]


@pytest.mark.parametrize("address", LOOPBACK)
@pytest.mark.parametrize("host", LOCAL_HOSTS)
def test_a_visit_from_this_machine_is_answered(address, host):
    assert is_local(address, host)
    assert may_visit(address, host, is_open=False)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_a_visit_from_elsewhere_is_not(address):
    assert not may_visit(address, "localhost:8501", is_open=False)


@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_a_name_that_others_can_give_to_this_machine_is_not_answered(host):
    assert not may_visit(None, host, is_open=False)


@pytest.mark.parametrize(("address", "host"), [("192.168.0.7", "lab.example"), (None, ""), ("x", "")])
def test_an_open_app_answers_everyone(address, host):
    assert may_visit(address, host, is_open=True)


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ([("Host", "localhost:8501")], "localhost:8501"),
        ([("host", "lab.example")], "lab.example"),
        ([("Origin", "http://localhost")], ""),
        ([("Host", "localhost"), ("Host", "lab.example")], ""),
        ([("Host", "localhost"), ("X-Forwarded-For", "8.8.8.8")], ""),
        ([("Host", "localhost"), ("x-forwarded-host", "lab.example")], ""),
        ([("Host", "localhost"), ("Forwarded", "for=8.8.8.8")], ""),
        ([("Host", "localhost"), ("x-real-ip", "8.8.8.8")], ""),
        # The connection has ended.
        ([], ""),
    ],
)
def test_the_host_is_the_one_that_a_direct_visit_names(headers, host):
    assert named_host(StreamlitHeaders(headers)) == host


@pytest.mark.parametrize(
    ("connection", "is_open", "expected"),
    [
        ((None, "localhost:8501"), False, True),
        ((None, "localhost:8501"), True, False),
        (("192.168.0.7", "localhost:8501"), False, False),
        ((None, "lab.example"), False, False),
    ],
)
def test_the_owner_sits_at_the_machine_of_an_app_that_is_not_open(monkeypatch, connection, is_open, expected):
    monkeypatch.setattr(visitor, "_connection", lambda: connection)
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1" if is_open else "")
    assert is_operator() is expected


def test_whoever_may_not_visit_sees_why_and_nothing_else(visit_script, monkeypatch):
    monkeypatch.setattr(visitor, "_connection", lambda: ("192.168.0.7", "lab.example"))
    whole = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60).run()
    # A page's script refuses them also where it runs by itself.
    for app in (whole, visit_script("home"), visit_script("draw")):
        assert not app.exception
        assert [element.value for element in app.title] == ["MNIST Lab"]
        assert "answers visitors on its own machine alone" in app.info[0].value
        assert r"**MNIST\_LAB\_OPEN** to 1" in app.markdown[0].value
        assert len(app.button) + len(app.caption) + len(app.selectbox) + len(app.toggle) == 0
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    app = visit_script("draw")
    assert not app.info
    assert app.selectbox
    assert app.caption


def test_settings_that_cannot_be_read_let_nobody_in(monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "perhaps")
    app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60).run()
    assert not app.exception
    assert [element.value for element in app.title] == ["MNIST Lab"]
    assert "perhaps" in app.error[0].value
    assert len(app.button) + len(app.caption) + len(app.selectbox) + len(app.toggle) == 0
