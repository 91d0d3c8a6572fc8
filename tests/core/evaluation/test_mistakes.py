import numpy as np
import pytest

from core.errors import RunError
from core.evaluation.answers import answers_from

LABELS = np.array([0, 1, 1, 2, 2, 0])
PROBABILITIES = np.array(
    [
        [0.9, 0.1, 0.0],  # right
        [0.7, 0.2, 0.1],  # 1 taken for 0
        [0.0, 0.6, 0.4],  # right
        [0.0, 0.99, 0.01],  # 2 taken for 1, the worst
        [0.5, 0.1, 0.4],  # 2 taken for 0
        [0.4, 0.6, 0.0],  # 0 taken for 1; as bad as the one before
    ],
    np.float32,
)


@pytest.fixture
def answers():
    return answers_from(LABELS, PROBABILITIES, 3)


def places(answers):
    return answers.index.tolist()


def test_each_image_has_its_answer(answers):
    assert places(answers) == [0, 1, 2, 3, 4, 5]
    assert answers.true.tolist() == LABELS.tolist()
    assert answers.predicted.tolist() == [0, 0, 1, 1, 0, 1]
    assert answers.confidence == pytest.approx([0.9, 0.7, 0.6, 0.99, 0.5, 0.6])
    assert answers.loss == pytest.approx(-np.log([0.9, 0.2, 0.6, 0.01, 0.4, 0.4]))


def test_mistakes_are_the_wrong_answers(answers):
    assert places(answers.mistakes()) == [1, 3, 4, 5]


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        (None, None, [0, 1, 2, 3, 4, 5]),
        (2, None, [3, 4]),
        (None, 0, [0, 1, 4]),
        (0, 0, [0]),
        (2, 2, []),
    ],
)
def test_selecting_by_either_class_or_by_cell(answers, true, predicted, expected):
    assert places(answers.select(true, predicted)) == expected


def test_the_worst_come_first_and_equal_ones_keep_their_order(answers):
    assert places(answers.mistakes().worst_first()) == [3, 1, 4, 5]


def test_pages_hold_every_answer_once(answers):
    assert [answers.count_pages(size) for size in (1, 3, 4, 6, 7)] == [6, 2, 2, 1, 1]
    assert [places(answers.page(number, 4)) for number in (1, 2)] == [[0, 1, 2, 3], [4, 5]]


@pytest.mark.parametrize(("number", "expected"), [(0, [0, 1, 2, 3]), (9, [4, 5])])
def test_a_page_beyond_the_ends_gives_the_nearest(answers, number, expected):
    assert places(answers.page(number, 4)) == expected


def test_nothing_has_one_empty_page(answers):
    nothing = answers.select(2, 2)
    assert len(nothing) == 0
    assert nothing.count_pages(4) == 1
    assert places(nothing.page(1, 4)) == []


@pytest.mark.parametrize("probabilities", [PROBABILITIES[:5], PROBABILITIES[:, :2], np.ones((6, 4)) / 4])
def test_predictions_of_another_shape_are_refused(probabilities):
    images, classes = probabilities.shape
    message = f"predictions of {classes} classes for {images} images, but the test set has 3 and 6"
    with pytest.raises(RunError, match=message):
        answers_from(LABELS, probabilities, 3)


def test_predictions_that_are_not_numbers_are_refused():
    broken = PROBABILITIES.copy()
    broken[2, 1] = np.nan
    with pytest.raises(RunError, match="not finite"):
        answers_from(LABELS, broken, 3)
