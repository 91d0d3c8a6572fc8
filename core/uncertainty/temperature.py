"""Temperature scaling: probabilities of which those near 90 % are right nine times in ten.

One number for each network, its temperature, divides the logits before the softmax. After C. Guo et al. 2017,
"On Calibration of Modern Neural Networks" (arXiv:1706.04599).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.learners.base import Probabilities

BINS = 15
# Lower limit of a probability under the logarithm, since float32 can round it to 0.
_TINY = 1e-38
# Limits of the temperature. On images that are all predicted right, the fit alone would go to 0.
SHARPEST = 0.5
FLATTEST = 50.0
# Steps of the bisection; each halves the interval.
_HALVINGS = 60

# Rows (images, mean confidence, accuracy): (BINS, 3).
Bins = NDArray[np.float64]


def apply_temperature(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Class probabilities (N, C) as if the network's logits had been divided by the temperature.

    The logarithms of probabilities are the logits up to a constant per row, which the softmax cancels.
    """
    scores = _log(probabilities) / temperature
    shares = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(shares / shares.sum(1, keepdims=True), np.float32)


def soften(confidence: float, temperature: float) -> float:
    """What a probability, above 0 and below 1, becomes where a single other class has the rest."""
    odds = ((1 - confidence) / confidence) ** (1 / temperature)
    return float(1 / (1 + odds))


def fit_temperature(probabilities: Probabilities, labels: Labels) -> float:
    """The temperature with the smallest cross-entropy on class probabilities (N, C) and labels (N,), N ≥ 1.

    Between 0.5 and 50.
    """
    logits = _log(probabilities)
    right = logits[np.arange(len(labels)), labels]
    low, high = -np.log(FLATTEST), -np.log(SHARPEST)
    # The cross-entropy is convex in the inverse temperature, so its derivative changes sign once.
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        scores = logits * np.exp(middle)
        shares = np.exp(scores - scores.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = ((shares * logits).sum(1) - right).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(np.exp(-(low + high) / 2))


def reliability_bins(probabilities: Probabilities, labels: Labels) -> Bins:
    """Images by confidence (the probability of the predicted class) in bins of equal width from 0 to 1.

    An empty bin has confidence and accuracy 0.
    """
    return bin_by_confidence(probabilities.max(1).astype(np.float64), probabilities.argmax(1) == labels)


def bin_by_confidence(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> Bins:
    """As `reliability_bins`, of the probabilities of the predicted classes (N,) and whether these are right (N,)."""
    number = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(number, minlength=BINS)
    sums = [np.bincount(number, weights=values, minlength=BINS) for values in (confidence, right)]
    means = [np.divide(values, counts, out=np.zeros(BINS), where=counts > 0) for values in sums]
    return np.column_stack([counts, *means])


def expected_calibration_error(bins: Bins) -> float:
    """ECE: the absolute difference of confidence and accuracy in each bin, averaged over the images."""
    counts, confidence, accuracy = bins.T
    return float((counts * np.abs(confidence - accuracy)).sum() / max(1.0, counts.sum()))


def _log(probabilities: Probabilities) -> NDArray[np.float64]:
    logarithms: NDArray[np.float64] = np.log(np.maximum(probabilities.astype(np.float64), _TINY))
    return logarithms
