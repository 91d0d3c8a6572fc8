import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, log_loss, precision_recall_fscore_support

from core.metrics.classification import (
    ConfusedPair,
    class_scores,
    count_confusion,
    most_confused,
    normalize_confusion,
    sample_losses,
    score,
)

# Class 3 has no image and class 2 is never predicted.
COUNTS = np.array([[5, 1, 0, 0], [2, 7, 0, 1], [1, 3, 0, 0], [0, 0, 0, 0]])


def answers(count=500, classes=10, seed=0):
    random = np.random.default_rng(seed)
    probabilities = random.dirichlet(np.full(classes, 0.5), count)
    labels = random.integers(0, classes, count)
    # Right half of the time.
    right = random.random(count) < 0.5
    labels[right] = probabilities.argmax(1)[right]
    return labels, probabilities


def answers_with_counts():
    true, predicted = np.nonzero(COUNTS)
    repeats = COUNTS[true, predicted]
    return np.repeat(true, repeats), np.repeat(predicted, repeats)


def test_score_is_what_scikit_learn_says():
    labels, probabilities = answers()
    result = score(labels, probabilities)
    assert result.loss == pytest.approx(log_loss(labels, probabilities, labels=range(10)))
    assert result.accuracy == pytest.approx(np.mean(probabilities.argmax(1) == labels))
    assert 0.4 < result.accuracy < 0.7


def test_the_loss_of_a_class_ruled_out_is_large_but_finite():
    [loss] = sample_losses(np.array([1]), np.array([[1.0, 0.0]], np.float32))
    assert 20 < loss < 40


def test_counts_are_what_scikit_learn_says():
    labels, probabilities = answers()
    predicted = probabilities.argmax(1)
    assert np.array_equal(count_confusion(labels, predicted), confusion_matrix(labels, predicted, labels=range(10)))


@pytest.mark.parametrize("normalize", ["true", "predicted", "all"])
def test_shares_are_what_scikit_learn_says(normalize):
    # Every class has images here; what scikit-learn does with an empty one is tested below.
    labels, probabilities = answers()
    predicted = probabilities.argmax(1)
    theirs = confusion_matrix(labels, predicted, normalize={"predicted": "pred"}.get(normalize, normalize))
    assert normalize_confusion(count_confusion(labels, predicted), normalize) == pytest.approx(theirs)


@pytest.mark.parametrize(("normalize", "axis"), [("true", 1), ("predicted", 0)])
def test_shares_of_an_empty_class_are_zero(normalize, axis):
    shares = normalize_confusion(COUNTS, normalize)
    assert shares.sum(axis=axis) == pytest.approx((COUNTS.sum(axis=axis) > 0).astype(float))


def test_shares_of_nothing_at_all_are_zero():
    assert not normalize_confusion(np.zeros((3, 3), int), "all").any()


def test_counts_stay_as_they_are():
    assert np.array_equal(normalize_confusion(COUNTS, "none"), COUNTS)


def test_class_scores_are_what_scikit_learn_says():
    labels, predicted = answers_with_counts()
    theirs = precision_recall_fscore_support(labels, predicted, labels=range(4), zero_division=0)
    ours = class_scores(COUNTS)
    for name, values in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        assert [getattr(one, name) for one in ours] == pytest.approx(list(values)), name


def test_the_most_confused_pairs_come_first_and_equal_ones_in_reading_order():
    counts = np.array([[90, 2, 0], [7, 80, 2], [0, 0, 95]])
    assert most_confused(counts, 2) == (ConfusedPair(1, 0, 7), ConfusedPair(0, 1, 2))
    assert most_confused(counts, 9) == (ConfusedPair(1, 0, 7), ConfusedPair(0, 1, 2), ConfusedPair(1, 2, 2))
    assert counts[0, 0] == 90


def test_a_perfect_network_confuses_nothing():
    assert most_confused(np.diag([3, 4]), 5) == ()


def test_a_class_that_is_rarely_right_has_a_score_too():
    scores = class_scores(np.array([[1, 9], [9, 1]]))
    assert [one.f1 for one in scores] == pytest.approx([0.1, 0.1])
