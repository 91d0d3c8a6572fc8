"""The class in its states, as `test_pages.py` compares pages."""

import pytest

from core.classroom.classroom import Classroom
from core.owners.visitor import Visitor, visitor_with
from core.training.events import EpochEnd
from pages.components.classroom.views import VIEWS
from tests.pages.made_runs import make_result, make_run
from tests.pages.mine import made

CODE = "1234-5678"


@pytest.fixture
def room(monkeypatch, runs_folder):
    """A class without pupils; who visits it is its teacher."""
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", CODE)
    return Classroom(runs_folder / "classroom", lambda: CODE)


@pytest.fixture
def class_of_two(room, store):
    """A class of two pupils, each with digits handed in and a run."""
    for number, name in enumerate(("Ada", "Bo")):
        pupil = room.seen_by(visitor_with(str(number) * 43))
        pupil.join(CODE, name)
        pupil.hand_in(made(3 + number))
    for number, member in enumerate(room.roll().members):
        result = make_result(test_accuracy=0.9 + number / 100)
        record = make_run(store.seen_by(Visitor(member.owner)), f"r{number}", "Mine", result=result)
        record.log.append(EpochEnd(5, 1, 0.5, 0.5, 0.5, 0.9, None, None, 1.0))
    return room


@pytest.mark.usefixtures("class_of_two")
@pytest.mark.parametrize("view", VIEWS)
def test_the_class_as_its_teacher_sees_it(visit, check, view):
    check(visit("classroom", board=view))


@pytest.mark.usefixtures("room")
@pytest.mark.parametrize("view", VIEWS)
def test_without_pupils(visit, check, view):
    check(visit("classroom", board=view))


@pytest.mark.parametrize("view", ["handwriting", "confusion", "teach"])
def test_without_digits(visit, check, room, mine, view):
    room.seen_by(visitor_with("0" * 43)).join(CODE, "Ada")
    check(visit("classroom", board=view, run=mine.id))


@pytest.mark.usefixtures("class_of_two")
@pytest.mark.parametrize("where", [{"board": "confusion"}, {"board": "confusion", "true": "1"}, {"board": "teach"}])
def test_with_a_network(visit, check, mine, where):
    check(visit("classroom", run=mine.id, **where))


@pytest.mark.usefixtures("class_of_two")
def test_while_its_network_learns(visit, check, mine, school):
    school.ends = False
    app = visit("classroom", board="teach", run=mine.id)
    check(app.button(key="teach_class").click().run())


@pytest.mark.usefixtures("class_of_two", "school")
def test_after_its_network_has_learned(visit, check, mine):
    app = visit("classroom", board="teach", run=mine.id)
    check(app.button(key="teach_class").click().run(), without=r"\d+ of 360|\d+ more right")


@pytest.mark.usefixtures("class_of_two")
def test_of_which_a_file_is_damaged_and_that_nobody_else_may_join(visit, check, room):
    room.set_closed(True)
    (room.folder / "members" / f"{'e' * 32}.json").write_text("?")
    check(visit("classroom"))
