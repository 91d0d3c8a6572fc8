"""What steps said of their images is what PyTorch says of the same logits."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.learners.step_metrics import measure_steps

SIZES = [4, 3, 5]
LABELS = np.arange(12) % 10


def check(logits, labels):
    found = measure_steps(logits, labels, SIZES)
    scores, truth = torch.tensor(logits), torch.tensor(labels)
    losses = F.cross_entropy(scores, truth, reduction="none")
    np.testing.assert_allclose(found.losses, [part.mean() for part in losses.split(SIZES)], rtol=1e-5)
    np.testing.assert_allclose(found.true_probability, (-losses).exp(), rtol=2e-3)
    np.testing.assert_array_equal(found.correct, scores.argmax(1) == truth)
    return found


def made_logits():
    return np.random.default_rng(1).normal(0, 3, (12, 10)).astype(np.float32)


def test_each_step_has_its_loss_and_each_image_its_probability():
    found = check(made_logits(), LABELS)
    assert found.true_probability.dtype == np.float16
    assert 0 < found.correct.sum() < 12


@pytest.mark.parametrize("label", [2, 7])
def test_of_equal_logits_the_first_is_the_answer(label):
    logits = made_logits()
    logits[5, [2, 7]] = 20
    labels = LABELS.copy()
    labels[5] = label
    assert check(logits, labels).correct[5] == (label == 2)


def test_a_network_that_says_nothing_answers_the_first_class():
    found = check(np.zeros((12, 10), np.float32), LABELS)
    assert found.correct.tolist() == (LABELS == 0).tolist()


def test_steps_of_a_network_that_diverges_have_no_loss():
    logits = made_logits()
    logits[5] = np.nan
    logits[11, 3] = np.inf
    losses = measure_steps(logits, LABELS, SIZES).losses
    assert np.isfinite(losses).tolist() == [True, False, False]
