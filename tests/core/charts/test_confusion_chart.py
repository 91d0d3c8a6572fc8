import numpy as np
import pytest

from core.charts.confusion import MISTAKES_NAME, TITLES, confusion_data, with_mistakes

NAMES = ("ant", "bee", "cat")
COUNTS = np.array([[1200, 4, 0], [2, 90, 8], [0, 0, 0]])


def test_counts_are_written_and_empty_cells_left_blank():
    assert confusion_data(COUNTS, NAMES).texts == (("1200", "4", ""), ("2", "90", "8"), ("", "", ""))


@pytest.mark.parametrize(
    ("title", "first_row", "second_row"),
    [
        ("% of true", ("99.7", "0.3", ""), ("2.0", "90.0", "8.0")),
        ("% of predicted", ("99.8", "4.3", ""), ("0.2", "95.7", "100.0")),
        ("% of all", ("92.02", "0.31", ""), ("0.15", "6.90", "0.61")),
    ],
)
def test_shares_are_written_in_per_cent(title, first_row, second_row):
    [normalize] = [name for name, called in TITLES.items() if called == title]
    texts = confusion_data(COUNTS, NAMES, normalize).texts
    assert texts == (first_row, second_row, ("", "", ""))


def test_right_and_wrong_are_tinted_each_up_to_its_largest():
    data = confusion_data(COUNTS, NAMES)
    assert data.right == ((1.0, None, None), (None, 0.075, None), (None, None, None))
    assert data.wrong == ((None, 0.5, None), (0.25, None, 1.0), (None, None, None))


def test_a_hidden_diagonal_has_neither_text_nor_tint():
    data = confusion_data(COUNTS, NAMES, hide_diagonal=True)
    assert data.texts == (("", "4", ""), ("2", "", "8"), ("", "", ""))
    assert data.right == ((None,) * 3,) * 3
    assert data.wrong == confusion_data(COUNTS, NAMES).wrong


def test_hovering_tells_how_many_and_which_shares():
    hovers = confusion_data(COUNTS, NAMES, hide_diagonal=True).hovers

    def lines(true, predicted):
        return [str(line) for line in hovers[true][predicted]]

    assert lines(1, 2) == ["bee taken for cat", "8 of 100 images", "8.0% of true bee", "100.0% of predicted cat"]
    assert lines(0, 0)[:2] == ["ant, recognised", "1,200 of 1,204 images"]
    assert lines(2, 0) == ["cat taken for ant", "0 of 0 images", "0.0% of true cat", "0.0% of predicted ant"]


def test_a_run_without_mistakes_has_no_wrong_tint():
    data = confusion_data(np.diag([3, 4, 5]), NAMES)
    assert data.wrong == ((None,) * 3,) * 3


def sums(normalize):
    """The texts of the further column and the further row."""
    texts = with_mistakes(confusion_data(COUNTS, NAMES, normalize), COUNTS, normalize).texts
    return [row[-1] for row in texts], list(texts[-1])


@pytest.mark.parametrize(
    ("normalize", "of_true", "of_predicted", "of_all"),
    [
        ("none", ["4", "10", ""], ["2", "4", "8"], "14"),
        ("true", ["0.3", "10.0", ""], ["", "", ""], ""),
        ("predicted", ["", "", ""], ["0.2", "4.3", "100.0"], ""),
        ("all", ["0.31", "0.77", ""], ["0.15", "0.31", "0.61"], "1.07"),
    ],
)
def test_sums_of_mistakes_are_in_the_unit_of_the_cells_beside_them(normalize, of_true, of_predicted, of_all):
    column, row = sums(normalize)
    assert column == [*of_true, of_all]
    assert row == [*of_predicted, of_all]


def test_sums_of_mistakes_have_no_tint_and_say_what_they_are():
    bare = confusion_data(COUNTS, NAMES)
    data = with_mistakes(bare, COUNTS, "none")
    assert data.class_names == (*NAMES, MISTAKES_NAME)
    for tints, before in ((data.right, bare.right), (data.wrong, bare.wrong)):
        assert tints == (*((*row, None) for row in before), (None,) * 4)
    assert [row[:3] for row in data.hovers[:3]] == [tuple(row) for row in bare.hovers]
    said = [[str(line) for line in lines] for lines in (data.hovers[1][3], data.hovers[3][2], data.hovers[3][3])]
    assert said == [["True bee", "10 mistakes"], ["Predicted cat", "8 mistakes"], ["All classes", "14 mistakes"]]
