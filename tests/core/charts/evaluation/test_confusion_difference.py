import numpy as np

from core.charts.evaluation.confusion_difference import confusion_difference_data

NAMES = ("ant", "bee", "cat")
A = np.array([[1200, 4, 0], [2, 90, 8], [0, 0, 0]])
B = np.array([[1204, 0, 0], [3, 93, 4], [0, 0, 0]])


def test_each_cell_says_how_many_more_or_fewer_the_second_network_has():
    assert confusion_difference_data(A, B, NAMES).texts == (("+4", "−4", ""), ("+1", "+3", "−4"), ("", "", ""))


def test_both_signs_and_the_diagonal_share_one_scale():
    data = confusion_difference_data(A, B, NAMES)
    assert data.largest == 4
    assert data.more == ((1.0, None, None), (0.25, 0.75, None), (None,) * 3)
    assert data.fewer == ((None, 1.0, None), (None, None, 1.0), (None,) * 3)


def test_a_hover_has_both_counts_and_their_difference():
    hovers = confusion_difference_data(A, B, NAMES).hovers
    assert [str(line) for line in hovers[1][2]] == ["bee taken for cat", "A: 8", "B: 4", "Difference: −4"]
    assert [str(line) for line in hovers[0][0]] == ["ant, recognised", "A: 1,200", "B: 1,204", "Difference: +4"]
    assert [str(line) for line in hovers[2][0]][-1] == "Difference: 0"


def test_exchanging_the_networks_exchanges_the_signs():
    there, back = confusion_difference_data(A, B, NAMES), confusion_difference_data(B, A, NAMES)
    assert (there.more, there.fewer) == (back.fewer, back.more)


def test_equal_networks_have_no_tints():
    data = confusion_difference_data(A, A, NAMES)
    assert data.largest == 0
    assert data.more == data.fewer == ((None,) * 3,) * 3
