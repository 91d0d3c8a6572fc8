"""Calibrated probabilities: one temperature a network, so that what it calls 90 % is right nine times of ten.

After C. Guo et al. 2017, "On Calibration of Modern Neural Networks" (arXiv:1706.04599).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.learners.base import Probabilities

BINS = 15
# Keeps logarithms finite where float32 rounds a probability to 0.
_TINY = 1e-38
# Where all validation images are read right, the fit alone would call every answer certain.
SHARPEST, FLATTEST = 0.5, 50.0
_HALVINGS = 60

# Rows of images, mean confidence and share of right answers, (BINS, 3).
Bins = NDArray[np.float64]


def apply_temperature(probabilities: Probabilities, temperature: float) -> Probabilities:
    """Class probabilities (N, C) as if the network's logits had been divided by the temperature.

    Their logarithms are the logits up to a constant a row, which the softmax takes out again.
    """
    scores = _log(probabilities) / temperature
    shares = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(shares / shares.sum(1, keepdims=True), np.float32)


def fit_temperature(probabilities: Probabilities, labels: Labels) -> float:
    """The temperature with the smallest cross-entropy on class probabilities (N, C) and labels (N,), N ≥ 1.

    Between 0.5 and 50.
    """
    logits = _log(probabilities)
    right = logits[np.arange(len(labels)), labels]
    low, high = -np.log(FLATTEST), -np.log(SHARPEST)
    # The cross-entropy is convex in the inverse temperature, so its slope changes sign once.
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        scores = logits * np.exp(middle)
        shares = np.exp(scores - scores.max(1, keepdims=True))
        shares /= shares.sum(1, keepdims=True)
        slope = ((shares * logits).sum(1) - right).mean()
        low, high = (low, middle) if slope > 0 else (middle, high)
    return float(np.exp(-(low + high) / 2))


def reliability_bins(probabilities: Probabilities, labels: Labels) -> Bins:
    """Images by confidence, the probability of the likeliest class, in bins of equal width from 0 to 1.

    An empty bin has confidence and accuracy 0.
    """
    confidence = probabilities.max(1).astype(np.float64)
    right = probabilities.argmax(1) == labels
    number = np.minimum((confidence * BINS).astype(int), BINS - 1)
    counts = np.bincount(number, minlength=BINS)
    sums = [np.bincount(number, weights=values, minlength=BINS) for values in (confidence, right)]
    means = [np.divide(values, counts, out=np.zeros(BINS), where=counts > 0) for values in sums]
    return np.column_stack([counts, *means])


def expected_calibration_error(bins: Bins) -> float:
    """ECE: how far confidence and accuracy are apart, averaged over the images."""
    counts, confidence, accuracy = bins.T
    return float((counts * np.abs(confidence - accuracy)).sum() / max(1.0, counts.sum()))


def _log(probabilities: Probabilities) -> NDArray[np.float64]:
    logarithms: NDArray[np.float64] = np.log(np.maximum(probabilities.astype(np.float64), _TINY))
    return logarithms
