"""The Classroom page as its teacher and as its pupils visit it."""

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.classroom.classroom import Classroom
from core.owners.visitor import new_key, visitor_with
from pages.components.shell import visitor
from pages.components.shell.cookies.visitor_cookie import OPERATOR_COOKIE, VISITOR_COOKIE
from tests.pages.mine import made

CODE, OPERATOR_KEY = "class-7b", "the-key-of-the-operator"


@pytest.fixture(autouse=True)
def open_app(monkeypatch):
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", OPERATOR_KEY)
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", CODE)


@pytest.fixture
def room(runs_folder):
    """The class as its teacher sees it."""
    return Classroom(runs_folder / "classroom", lambda: CODE)


@pytest.fixture
def keys(room):
    """The keys of pupils by nickname; each is a member who has handed in as many digits as the place says."""
    held = {}

    def join(*nicknames, digits=()):
        for place, nickname in enumerate(nicknames):
            held[nickname] = new_key()
            pupil = room.seen_by(visitor_with(held[nickname]))
            pupil.join(CODE, nickname)
            if place < len(digits) and digits[place]:
                pupil.hand_in(made(digits[place]))
        return held

    return join


@pytest.fixture
def visit(host, monkeypatch):
    """Opens the Classroom page as the holder of a visitor's key, or as the teacher."""
    assert not host.asked

    def open_page(key="", **parameters):
        cookies = {VISITOR_COOKIE: key} if key else {OPERATOR_COOKIE: OPERATOR_KEY}
        monkeypatch.setattr(visitor, "_cookie", lambda name: cookies.get(name, ""))
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=60).run()
        app.switch_page("pages/classroom.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    return open_page
