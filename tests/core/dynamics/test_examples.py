"""Training dynamics against their definitions, worked out one image at a time."""

from itertools import pairwise

import numpy as np
import pytest

from core.dynamics.examples import AMBIGUOUS, EASY, HARD, read_examples, summarize_examples
from core.errors import RunError
from core.runs.epoch_files import find_epochs, write_epoch
from core.training.epoch_record import EpochRecord


def make_records(probability, correct):
    """Records of epochs 1, 2, … from tables (E, N)."""
    tables = zip(np.array(probability, np.float16), np.array(correct, bool), strict=True)
    return [EpochRecord(epoch, *rows) for epoch, rows in enumerate(tables, 1)]


def one_image(correct, probability=None):
    """The dynamics of one image that was right in these epochs."""
    shares = [[value] for value in (probability or [0.5] * len(correct))]
    return summarize_examples(make_records(shares, [[value] for value in correct]))


def count_forgetting(trend):
    """Transitions from right to wrong, as the authors' code counts them."""
    return sum(before and not after for before, after in pairwise(trend))


def test_confidence_and_variability_are_mean_and_standard_deviation():
    probability = np.random.default_rng(0).random((7, 50)).astype(np.float16)
    correct = np.random.default_rng(1).random((7, 50)) < 0.6
    found = summarize_examples(make_records(probability, correct))
    exact = probability.astype(np.float64)
    np.testing.assert_allclose(found.confidence, exact.mean(0), rtol=1e-6)
    np.testing.assert_allclose(found.variability, exact.std(0), rtol=1e-5)
    np.testing.assert_allclose(found.correctness, correct.mean(0), rtol=1e-6)
    assert found.forgotten.tolist() == [count_forgetting(trend) for trend in correct.T.tolist()]
    first = [trend.index(True) + 1 if any(trend) else 0 for trend in correct.T.tolist()]
    assert found.learnt.tolist() == first
    assert (found.n_epochs, len(found)) == (7, 50)


@pytest.mark.parametrize(
    ("correct", "forgotten", "learnt"),
    [
        ([1, 1, 1], 0, 1),
        ([0, 1, 1], 0, 2),
        ([1, 0, 1, 0, 0], 2, 1),
        # Never learnt, so there is nothing to forget.
        ([0, 0, 0], 0, 0),
        ([1], 0, 1),
    ],
)
def test_forgetting_is_going_from_right_to_wrong(correct, forgotten, learnt):
    found = one_image(correct)
    assert (found.forgotten.tolist(), found.learnt.tolist()) == ([forgotten], [learnt])


def test_an_epoch_without_a_record_of_an_image_is_left_out():
    nan = np.nan
    found = one_image([1, 0, 1, 0], [0.8, nan, 0.6, 0.1])
    assert found.confidence == pytest.approx(0.5, abs=1e-3)
    assert found.variability == pytest.approx(np.std([0.8, 0.6, 0.1]), abs=1e-3)
    assert found.correctness == pytest.approx(2 / 3)
    # Right in epoch 3 after right in epoch 1: the missing epoch between them is no forgetting.
    assert found.forgotten == 1
    # Across a missing epoch it is.
    assert one_image([1, 0, 0], [0.8, nan, 0.1]).forgotten == 1
    assert one_image([0, 1], [nan, 0.9]).learnt == 2


def test_an_image_that_no_epoch_recorded_has_no_figures():
    found = one_image([0, 0], [np.nan, np.nan])
    assert np.isnan([found.confidence[0], found.variability[0], found.correctness[0]]).all()
    assert (found.region.tolist(), found.forgotten.tolist(), found.learnt.tolist()) == ([-1], [0], [0])


@pytest.mark.parametrize(
    ("probability", "region"),
    [
        ([0.9, 1.0, 1.0], EASY),
        ([0.1, 0.0, 0.2], HARD),
        ([0.0, 1.0, 0.0], AMBIGUOUS),
        ([0.5, 0.5, 0.5], EASY),
        ([0.4, 0.4, 0.4], HARD),
    ],
)
def test_regions_of_the_map(probability, region):
    assert one_image([1] * 3, probability).region.tolist() == [region]


def test_a_constant_probability_has_no_variability():
    # Sums of squares must not give a tiny negative variance.
    found = one_image([1] * 9, [0.1] * 9)
    assert found.variability.tolist() == [pytest.approx(0, abs=1e-6)]


def test_records_of_other_images_are_refused():
    records = make_records([[0.5, 0.5]], [[1, 1]]) + make_records([[0.5]], [[1]])
    with pytest.raises(RunError, match="is of 1 training images, those before it of 2"):
        summarize_examples(records)


@pytest.mark.parametrize(("n_epochs", "first"), [(1, 1), (2, 1), (3, 2), (5, 2)])
def test_the_first_of_three_epochs_or_more_does_not_count_for_the_map(tmp_path, n_epochs, first):
    probability = [[0.1]] + [[0.9]] * (n_epochs - 1)
    for record in make_records(probability, np.array(probability) > 0.5):
        write_epoch(tmp_path, record)
    found = read_examples(find_epochs(tmp_path))
    assert (found.n_epochs, found.first_counted) == (n_epochs, first)
    assert found.confidence[0] == pytest.approx(np.mean(probability[first - 1 :]), abs=1e-3)
    # It counts as an epoch in which the image was not known yet.
    assert found.learnt.tolist() == [2 if n_epochs > 1 else 0]
