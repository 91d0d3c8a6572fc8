"""How difficult images are, by how many networks they are wrong for."""

import numpy as np

from core.evaluation.difficulty import count_difficulty

LABELS = np.array([0, 1, 2, 1])


def test_each_image_is_as_difficult_as_networks_are_wrong_on_it():
    answers = [np.array([0, 1, 2, 0]), np.array([0, 0, 2, 0]), np.array([0, 1, 2, 2])]
    found = count_difficulty(LABELS, answers)
    assert found.n_wrong.tolist() == [0, 1, 0, 3]
    assert found.n_networks == 3


def test_classes_of_any_integer_type_are_compared():
    assert count_difficulty(LABELS, [np.array([1, 1, 2, 1], np.uint8)]).n_wrong.tolist() == [1, 0, 0, 0]


def test_without_networks_nothing_is_difficult():
    found = count_difficulty(LABELS, [])
    assert found.n_wrong.tolist() == [0, 0, 0, 0]
    assert found.n_networks == 0
