"""Who may join the class, see it and change it, and what is kept of it."""

import inspect
import json
import shutil

import numpy as np
import pytest

from core.classroom import classroom as module
from core.classroom.classroom import Classroom
from core.classroom.hand_ins import MOST_DIGITS
from core.classroom.members import MOST_MEMBERS
from core.classroom.tries import MOST_OF_ALL, MOST_OF_ONE, WrongCodes
from core.errors import ClassroomError, CollectionError, LimitReached, NotYours
from core.owners.visitor import OPERATOR
from core.storage import reading
from core.teaching.collection import make_digit
from tests.core.classroom.conftest import CODE, digits
from tests.made import Noon, full_disk

# Every method, by who may call it, with its arguments.
TEACHERS = {"remove": ("0" * 32,), "set_closed": (True,), "clear": (), "check_teacher": ()}
MEMBERS = {"hand_in": (digits(1),), "take_back": (), "leave": ()}
INSIDE = {"roll": ()}
ANYBODY = {"me", "join", "own_hand_in", "seen_by", "is_teacher", "is_closed", "is_there", "code"}


def names(room):
    return [member.nickname for member in room.roll().members]


def labels(room):
    return {
        member.nickname: [digit.label for digit in room.roll().hand_ins[member.owner].digits]
        for member in room.roll().members
        if member.owner in room.roll().hand_ins
    }


def test_every_method_is_known_to_these_tests():
    public = {name for name, _ in inspect.getmembers(Classroom) if not name.startswith("_")}
    assert public == {*TEACHERS, *MEMBERS, *INSIDE, *ANYBODY}


@pytest.mark.parametrize("action", TEACHERS)
def test_a_pupil_does_nothing_that_is_the_teachers(pupil, teacher, action):
    ada = pupil("Ada", digits(1))
    before = teacher.roll()
    with pytest.raises(NotYours, match="Only the teacher can do this"):
        getattr(ada, action)(*TEACHERS[action])
    assert teacher.roll() == before
    assert not teacher.is_closed


@pytest.mark.parametrize("action", [*MEMBERS, *INSIDE, *TEACHERS])
def test_an_outsider_neither_sees_nor_changes_the_class(pupil, visitor, teacher, action):
    pupil("Ada", digits(1))
    before = teacher.roll()
    with pytest.raises(NotYours):
        getattr(visitor(), action)(*{**MEMBERS, **INSIDE, **TEACHERS}[action])
    assert teacher.roll() == before


def test_the_code_is_for_those_inside(pupil, visitor, teacher):
    assert pupil("Ada").code == teacher.code == CODE
    with pytest.raises(NotYours, match="Join it first"):
        assert visitor().code


def test_a_member_is_known_by_the_key_and_by_nothing_else(pupil, visitor, teacher):
    ada = pupil("Ada")
    assert ada.me().nickname == "Ada"
    assert visitor().me() is None
    assert teacher.me() is None
    assert names(ada) == names(teacher) == ["Ada"]


@pytest.mark.parametrize("shown", ["", "class-7", "class-7b!", "7b", "x" * 10_000])
def test_a_wrong_code_joins_nobody(visitor, teacher, shown):
    with pytest.raises(ClassroomError, match="not the code of the class"):
        visitor().join(shown, "Ada")
    assert names(teacher) == []


def test_without_a_code_there_is_no_class_to_join(tmp_path, visitor):
    room = Classroom(tmp_path, lambda: "").seen_by(visitor().visitor)
    assert not room.is_there
    with pytest.raises(ClassroomError, match="not the code"):
        room.join("", "Ada")


def test_case_and_space_around_the_code_do_not_matter(visitor):
    assert visitor().join(f" {CODE.upper()}\n", "Ada").nickname == "Ada"


@pytest.mark.parametrize(
    ("nickname", "problem"),
    [
        ("", "1 to 30 characters; this one has 0"),
        (" \n\t ", "this one has 0"),
        ("a" * 31, "this one has 31"),
        ("A\u202eda", "signs that cannot be seen"),
        ("A\u200bda", "signs that cannot be seen"),
        ("\x00Ada", "signs that cannot be seen"),
        ("\ud800da", "signs that cannot be seen"),
        ("ADA", "is taken"),
        ("Ａda", "is taken"),
        ("  Ada ", "is taken"),
    ],
)
def test_a_nickname_is_short_visible_and_ones_own(pupil, visitor, teacher, nickname, problem):
    pupil("Ada")
    with pytest.raises(ClassroomError, match=problem):
        visitor().join(CODE, nickname)
    assert names(teacher) == ["Ada"]


@pytest.mark.parametrize("nickname", ["<b>Ada</b>", "**Ada** [x](y)", "Åsa 1", "艾达", "🦊"])
def test_a_nickname_is_kept_as_it_was_typed(pupil, teacher, nickname):
    pupil(nickname)
    assert names(teacher) == [nickname]


def test_pupils_who_join_within_one_second_stand_in_their_order(pupil, teacher):
    nicknames = ["Eve", "Ada", "Dan", "Bo", "Cy"]
    for nickname in nicknames:
        pupil(nickname)
    assert names(teacher) == nicknames


def test_joining_again_changes_the_nickname_alone(pupil, teacher, monkeypatch):
    ada = pupil("Ada", digits(1, 2))
    joined = ada.me().joined
    monkeypatch.setattr(module, "datetime", Noon)
    ada.join(CODE, "ada")
    assert labels(teacher) == {"ada": [1, 2]}
    assert ada.me().joined == joined


def test_the_teacher_is_no_member(teacher):
    with pytest.raises(ClassroomError, match="no member"):
        teacher.join(CODE, "Teacher")


def test_a_closed_class_takes_nobody_until_it_is_opened(pupil, visitor, teacher):
    ada = pupil("Ada")
    teacher.set_closed(True)
    assert ada.is_closed
    with pytest.raises(ClassroomError, match="The class is closed"):
        visitor().join(CODE, "Bo")
    # Those who are there go on.
    ada.hand_in(digits(3))
    # Also by a second click.
    teacher.set_closed(False)
    teacher.set_closed(False)
    visitor().join(CODE, "Bo")
    assert sorted(names(teacher)) == ["Ada", "Bo"]


def test_a_full_class_takes_nobody(visitor, teacher, monkeypatch):
    monkeypatch.setattr(module, "MOST_MEMBERS", 2)
    members = [visitor() for _ in range(3)]
    for number, member in enumerate(members[:2]):
        member.join(CODE, f"Pupil {number}")
    with pytest.raises(LimitReached, match="2 members at most"):
        members[2].join(CODE, "Late")
    # Whoever is inside may change the nickname.
    members[0].join(CODE, "First")
    teacher.remove(members[1].visitor.owner)
    members[2].join(CODE, "Late")
    assert sorted(names(teacher)) == ["First", "Late"]
    assert MOST_MEMBERS == 60


def test_digits_are_handed_in_replaced_and_taken_back(pupil, teacher):
    ada = pupil("Ada", digits(1, 2))
    pupil("Bo", digits(3))
    assert labels(teacher) == {"Ada": [1, 2], "Bo": [3]}
    assert teacher.roll().n_digits == 3
    ada.hand_in(digits(4))
    assert labels(teacher) == {"Ada": [4], "Bo": [3]}
    assert [digit.label for digit in ada.own_hand_in().digits] == [4]
    ada.take_back()
    ada.take_back()
    assert labels(teacher) == {"Bo": [3]}
    assert ada.own_hand_in() is None


def test_the_pen_s_way_and_the_time_are_not_handed_in(pupil, teacher):
    picture = np.full((28, 28), 9, np.uint8)
    pupil("Ada", (make_digit(5, picture, [np.array([[1.0, 2.0]])], "2026-01-31T12:00:00+00:00"),))
    [hand_in] = teacher.roll().hand_ins.values()
    assert hand_in.digits[0].strokes == ()
    assert hand_in.digits[0].created == ""
    assert np.array_equal(hand_in.digits[0].picture, picture)


def test_nothing_and_too_much_are_not_handed_in(pupil, teacher):
    ada = pupil("Ada", digits(1))
    with pytest.raises(CollectionError, match="no digits to hand in"):
        ada.hand_in(())
    with pytest.raises(LimitReached, match="kept 201 digits; at most 200"):
        ada.hand_in(digits(*[1] * (MOST_DIGITS + 1)))
    assert labels(teacher) == {"Ada": [1]}
    ada.hand_in(digits(*[2] * MOST_DIGITS))
    assert labels(teacher) == {"Ada": [2] * MOST_DIGITS}


def test_who_leaves_or_is_removed_leaves_nothing_behind(pupil, teacher):
    ada, bo, cy = (pupil(name, digits(1)) for name in ("Ada", "Bo", "Cy"))
    ada.leave()
    teacher.remove(bo.visitor.owner)
    assert names(teacher) == ["Cy"]
    files = [file.stem for file in teacher.folder.rglob("*.json")]
    assert files == [cy.visitor.owner] * 2
    with pytest.raises(NotYours):
        bo.roll()


def test_clearing_deletes_all_and_opens_the_class(pupil, visitor, teacher):
    pupil("Ada", digits(1))
    teacher.set_closed(True)
    teacher.clear()
    teacher.clear()
    assert teacher.roll().members == ()
    assert list(teacher.folder.rglob("*.json")) == []
    visitor().join(CODE, "Bo")


def test_a_clearing_that_breaks_off_leaves_no_digits_without_their_member(pupil, teacher, monkeypatch):
    pupil("Ada", digits(1))
    remove = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", lambda folder: (remove(folder), full_disk()))
    with pytest.raises(ClassroomError):
        teacher.clear()
    assert (names(teacher), labels(teacher)) == (["Ada"], {})
    monkeypatch.undo()
    teacher.clear()
    assert names(teacher) == []


def test_a_made_up_owner_leads_nowhere(pupil, teacher, tmp_path):
    pupil("Ada")
    (tmp_path / "kept.json").write_text("{}")
    teacher.remove("../../../kept")
    assert (tmp_path / "kept.json").exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "It is not JSON"),
        ("[]", "must hold a JSON object"),
        ("[" * 1500, "nested more than 32 deep"),
        ('{"nickname": "Eve"}', "joined is 'None'; it must be a time with its zone"),
        ('{"nickname": "Eve", "joined": 5}', "joined is '5'; it must be a time"),
        ('{"nickname": "Eve", "joined": "2026-01-31T12:00"}', "must be a time with its zone"),
        ('{"nickname": " Eve", "joined": "2026-01-31T12:00+00:00"}', "is not plain"),
        ('{"nickname": "", "joined": "2026-01-31T12:00+00:00"}', "1 to 30 characters"),
        ('{"nickname": "\\ud800", "joined": "2026-01-31T12:00+00:00"}', "cannot be shown"),
        (json.dumps({"nickname": "x" * 3000}), "at most 2,000 are read"),
    ],
)
def test_a_damaged_member_is_skipped_and_named_to_the_teacher_alone(pupil, teacher, content, problem):
    ada = pupil("Ada", digits(1))
    (teacher.folder / "members" / f"{'e' * 32}.json").write_text(content)
    assert names(teacher) == ["Ada"]
    [told] = teacher.roll().damaged
    assert problem in str(told)
    assert ada.roll().damaged == ()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 90_000, b" " * 400_001])
def test_a_damaged_hand_in_is_skipped_and_named(pupil, teacher, content):
    ada = pupil("Ada", digits(1))
    pupil("Bo", digits(2))
    (teacher.folder / "digits" / f"{ada.visitor.owner}.json").write_bytes(content)
    assert labels(teacher) == {"Bo": [2]}
    assert len(teacher.roll().damaged) == 1
    assert ada.own_hand_in() is None
    # Handing in again mends it.
    ada.hand_in(digits(3))
    assert labels(teacher) == {"Ada": [3], "Bo": [2]}


def test_more_than_may_be_handed_in_is_not_read(pupil, teacher, monkeypatch):
    ada = pupil("Ada", digits(1))
    with monkeypatch.context() as patched:
        patched.setattr("core.classroom.hand_ins.MOST_DIGITS", 300)
        ada.hand_in(digits(*[1] * 201))
    assert labels(teacher) == {}
    assert "has 201 digits; at most 200 are read" in str(teacher.roll().damaged[0])


def test_other_files_are_left_alone(pupil, teacher):
    pupil("Ada")
    for name in ("notes.txt", "E" * 32 + ".json", ".x.json"):
        (teacher.folder / "members" / name).write_text("?")
    assert names(teacher) == ["Ada"]
    assert teacher.roll().damaged == ()


def test_only_what_has_changed_is_read_again(pupil, teacher, monkeypatch):
    ada, bo = pupil("Ada", digits(1)), pupil("Bo", digits(2))
    first = teacher.roll()
    opened = []
    real = reading.open_regular
    monkeypatch.setattr(reading, "open_regular", lambda file, *more: opened.append(file.stem) or real(file, *more))
    assert teacher.roll().version == first.version
    assert opened == []
    bo.hand_in(digits(3))
    opened.clear()
    assert ada.roll().version != first.version
    assert opened == [bo.visitor.owner]


def test_a_full_disk_is_said_and_changes_nothing(pupil, teacher, monkeypatch):
    ada = pupil("Ada", digits(1))
    monkeypatch.setattr(module, "write_atomically", full_disk)
    with pytest.raises(ClassroomError, match=r"cannot be saved in .*: No space left on device"):
        ada.hand_in(digits(2))
    assert labels(teacher) == {"Ada": [1]}


def test_wrong_codes_are_limited_for_each_visitor(visitor):
    eve, ada = visitor(), visitor()
    for _ in range(MOST_OF_ONE):
        with pytest.raises(ClassroomError, match="not the code"):
            eve.join("guess", "Eve")
    # The right one does not help either, or else trying would go on.
    with pytest.raises(LimitReached, match="at most 5 a minute"):
        eve.join(CODE, "Eve")
    ada.join(CODE, "Ada")


def test_wrong_codes_are_forgotten_after_a_minute():
    now = [0.0]
    codes = WrongCodes(lambda: now[0])
    for _ in range(MOST_OF_ONE):
        codes.check("one")
        codes.note("one")
        now[0] += 1
    with pytest.raises(LimitReached, match=r"Try again in 55 s\."):
        codes.check("one")
    now[0] = 60.0
    codes.check("one")
    codes.note("one")
    with pytest.raises(LimitReached, match=r"Try again in 1 s\."):
        codes.check("one")


def test_wrong_codes_of_many_new_visitors_are_limited_together():
    codes = WrongCodes(lambda: 0.0)
    for number in range(MOST_OF_ALL):
        codes.check(str(number))
        codes.note(str(number))
    with pytest.raises(LimitReached, match="at most 100 a minute"):
        codes.check("new")


def test_the_operator_is_the_teacher(teacher, pupil):
    assert teacher.visitor == OPERATOR
    assert teacher.is_teacher
    assert not pupil("Ada").is_teacher
