import numpy as np
import pytest

from core.charts.evaluation.confusion import confusion_data
from core.charts.evaluation.confusion_sums import MISTAKES_NAME, with_mistakes

NAMES = ("ant", "bee", "cat")
COUNTS = np.array([[1200, 4, 0], [2, 90, 8], [0, 0, 0]])


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
