from core.classroom.handwriting import all_handwriting, shelves_by_class, shelves_by_pupil, take_in_turn
from tests.core.classroom.conftest import digits


def seen(writing, shelves):
    return [
        (shelf.heading, [(writing.nicknames[place], int(writing.images.labels[place])) for place in shelf.places])
        for shelf in shelves
    ]


def test_all_digits_stand_with_their_writers(pupil, teacher):
    mine = digits(3, 1)
    pupil("Ada", mine), pupil("Bo", digits(1)), pupil("Cy")
    writing = all_handwriting(teacher.roll())
    assert sorted(zip(writing.nicknames, writing.images.labels.tolist(), strict=True)) == [
        ("Ada", 1),
        ("Ada", 3),
        ("Bo", 1),
    ]
    place = writing.nicknames.index("Ada")
    assert (writing.images.images[place] == mine[0].picture).all()


def test_nobody_s_handwriting_is_empty(teacher):
    writing = all_handwriting(teacher.roll())
    assert len(writing.images) == 0
    assert shelves_by_class(writing, 5) == shelves_by_pupil(writing, 5) == ()


def test_by_class_each_digit_that_was_written_has_a_row_shared_among_its_writers(pupil, teacher):
    pupil("Ada", digits(1, 1, 1, 7))
    pupil("Bo", digits(1))
    writing = all_handwriting(teacher.roll())
    ones, sevens = seen(writing, shelves_by_class(writing, 2))
    assert (ones[0], sorted(ones[1])) == ("1", [("Ada", 1), ("Bo", 1)])
    assert sevens == ("7", [("Ada", 7)])


def test_by_pupil_each_writer_has_a_row_in_the_order_of_the_classes(pupil, teacher):
    pupil("Ada", digits(7, 1, 1, 1))
    writing = all_handwriting(teacher.roll())
    assert seen(writing, shelves_by_pupil(writing, 3)) == [("Ada", [("Ada", 1), ("Ada", 1), ("Ada", 7)])]
    assert seen(writing, shelves_by_pupil(writing, 2)) == [("Ada", [("Ada", 1), ("Ada", 7)])]


def test_heaps_are_taken_from_in_turn():
    assert take_in_turn([[1, 2, 3], [4], []], 10) == (1, 4, 2, 3)
    assert take_in_turn([[1, 2], [3]], 2) == (1, 3)
    assert take_in_turn([], 5) == ()
