import numpy as np
import pytest

from core.errors import RunError
from core.evaluation.samples import make_samples

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
    return make_samples(LABELS, PROBABILITIES, 3)


def places(answers):
    return answers.index.tolist()


def test_each_image_has_its_answer(answers):
    assert places(answers) == [0, 1, 2, 3, 4, 5]
    assert answers.y_true.tolist() == LABELS.tolist()
    assert answers.y_pred.tolist() == [0, 0, 1, 1, 0, 1]
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


@pytest.mark.parametrize("probabilities", [PROBABILITIES[:5], PROBABILITIES[:, :2], np.ones((6, 4)) / 4])
def test_predictions_of_another_shape_are_refused(probabilities):
    images, classes = probabilities.shape
    message = f"predictions of {classes} classes for {images} images, but the test set has 3 and 6"
    with pytest.raises(RunError, match=message):
        make_samples(LABELS, probabilities, 3)


def test_predictions_that_are_not_numbers_are_refused():
    broken = PROBABILITIES.copy()
    broken[2, 1] = np.nan
    with pytest.raises(RunError, match="not finite"):
        make_samples(LABELS, broken, 3)
