"""An app that is open to others, as its visitors and pupils see it, compared as `test_pages.py` compares pages."""

import pytest

from core import settings
from core.classroom.classroom import Classroom
from core.owners.visitor import visitor_with
from core.runs.record import PAUSED, RUNNING, STOPPED, RunState
from core.storage.locks import hold_as_worker
from core.sweep.records import SweepStore
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.shell import visitor
from pages.components.shell.cookies.visitor_cookie import OPERATOR_COOKIE, VISITOR_COOKIE
from tests.pages.classroom.conftest import CODE, OPERATOR_KEY
from tests.pages.drawing import ONE, as_object
from tests.pages.made_runs import make_result, make_run
from tests.pages.mine import made
from tests.sweeps import add_trial, make_space

# Keys of two visitors, whose owners have the same names in each run of the tests.
ME, OTHER = "m" * 43, "o" * 43


@pytest.fixture
def cookies(monkeypatch):
    """Those of the visitor's browser, in an open app."""
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")
    monkeypatch.setenv("MNIST_LAB_OPERATOR_KEY", OPERATOR_KEY)
    held = {VISITOR_COOKIE: ME}
    monkeypatch.setattr(visitor, "_cookie", lambda name: held.get(name, ""))
    return held


@pytest.fixture
def theirs(cookies, store):
    """Another visitor's run, and one's own."""
    assert cookies
    make_run(store.seen_by(visitor_with(ME)), "mine", "Mine", result=make_result())

    def make(status):
        state = RunState(status, step=40, epoch=1, total_steps=114)
        return make_run(store.seen_by(visitor_with(OTHER)), "theirs", "Theirs", state, make_result())

    return make


@pytest.mark.parametrize("page", ["home", "train", "draw", "sweep", "twins"])
@pytest.mark.usefixtures("cookies")
def test_a_new_visitor(visit, check, page):
    check(visit(page))


@pytest.mark.parametrize("status", [STOPPED, RUNNING, PAUSED])
def test_another_visitor_s_run(visit, check, theirs, status):
    record = theirs(status)
    with hold_as_worker(record.path):
        check(visit("train", run="theirs"), "run")


def test_another_visitor_s_sweep(visit, check, cookies, store):
    assert cookies
    runs = store.seen_by(visitor_with(OTHER))
    sweep = SweepStore(runs).create(make_space(lr=(0.1, 0.2)), "Theirs")
    add_trial(runs, sweep, 0, accuracy=0.8)
    check(visit("sweep", sweep=sweep.id), "sweep")


@pytest.mark.parametrize("page", ["home", "train"])
def test_the_operator(visit, check, theirs, cookies, page):
    theirs(STOPPED)
    cookies[OPERATOR_COOKIE] = OPERATOR_KEY
    check(visit(page))


@pytest.mark.parametrize("where", [{}, {"look": "mine"}, {"source": "upload"}])
@pytest.mark.usefixtures("cookies")
def test_without_uploads(visit, check, mine, where, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_UPLOADS", "0")
    check(visit("draw", {DRAWING: [as_object(ONE)], "my_digits": made(2)}, run=mine.id, **where))


@pytest.mark.usefixtures("cookies")
def test_without_downloads(visit, check, monkeypatch):
    monkeypatch.setenv("MNIST_LAB_DOWNLOADS", "0")
    check(visit("train", dataset="mnist"))


@pytest.fixture
def room(cookies, runs_folder, monkeypatch):
    """A class, as its teacher sees it."""
    assert cookies
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", CODE)
    return Classroom(runs_folder / "classroom", lambda: CODE)


@pytest.mark.parametrize("where", [{}, {"class": CODE}])
@pytest.mark.usefixtures("room")
def test_a_visitor_who_has_not_joined(visit, check, where):
    check(visit("classroom", **where))


@pytest.mark.parametrize("board", ["join", "runs", "curves", "handwriting", "confusion"])
def test_a_pupil(visit, check, room, board):
    pupil = room.seen_by(visitor_with(ME))
    pupil.join(CODE, "Ada")
    pupil.hand_in(made(3))
    check(visit("classroom", board=board))


@pytest.mark.parametrize("has_handed_in", [False, True])
def test_a_pupil_s_own_digits(visit, check, room, mine, has_handed_in):
    pupil = room.seen_by(visitor_with(ME))
    pupil.join(CODE, "Ada")
    if has_handed_in:
        pupil.hand_in(made(3))
    check(visit("draw", {"my_digits": made(4)}, look="mine", run=mine.id))


def test_a_class_that_is_closed(visit, check, room):
    room.set_closed(True)
    check(visit("classroom"))
