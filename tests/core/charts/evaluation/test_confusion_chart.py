import numpy as np
import pytest

from core.charts.evaluation.confusion import TITLES, confusion_data

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
