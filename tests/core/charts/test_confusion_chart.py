import numpy as np
import pytest

from core.charts.confusion import TITLES, confusion_chart, confusion_data

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
    assert hovers[1][2] == "<b>bee taken for cat</b><br>8 of 100 images<br>8.0% of true bee<br>100.0% of predicted cat"
    assert hovers[0][0].startswith("<b>ant, recognised</b><br>1,200 of 1,204 images<br>")
    assert hovers[2][0] == "<b>cat taken for ant</b><br>0 of 0 images<br>0.0% of true cat<br>0.0% of predicted ant"


def test_a_run_without_mistakes_has_no_wrong_tint():
    data = confusion_data(np.diag([3, 4, 5]), NAMES)
    assert data.wrong == ((None,) * 3,) * 3


def test_every_cell_of_the_chart_can_be_clicked():
    targets = confusion_chart(confusion_data(COUNTS, NAMES)).data[-1]
    cells = dict(zip(zip(targets.y, targets.x, strict=True), targets.hovertext, strict=True))
    assert len(cells) == 9
    assert cells[1, 2].startswith("<b>bee taken for cat</b>")
    assert cells[2, 1].startswith("<b>cat taken for bee</b>")


def test_the_chart_has_square_cells_with_the_first_class_on_top():
    layout = confusion_chart(confusion_data(COUNTS, NAMES)).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Predicted", "True")
    assert layout.yaxis.scaleanchor == "x"
    assert layout.xaxis.range == (-0.5, 2.5)
    assert layout.yaxis.range == (2.5, -0.5)
    assert layout.xaxis.ticktext == NAMES


def test_texts_lie_on_their_cells():
    texts = confusion_chart(confusion_data(COUNTS, NAMES)).data[2]
    written = {(y, x): text for y, x, text in zip(texts.y, texts.x, texts.text, strict=True) if text}
    assert written == {(0, 0): "1200", (0, 1): "4", (1, 0): "2", (1, 1): "90", (1, 2): "8"}
