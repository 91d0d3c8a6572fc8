"""How far chance in the choice of images may reach in a calibration error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.learners.base import Probabilities
from core.uncertainty.temperature import apply_temperature, bin_by_confidence, expected_calibration_error

LEVEL = 0.95
_RESAMPLES = 1000
# Resamples that are held in memory at once.
_BATCH = 50
_SEED = 1


@dataclass(frozen=True)
class Interval:
    """A 95 % interval of an expected calibration error, from 0 to 1."""

    low: float
    high: float


def error_intervals(probabilities: Probabilities, labels: Labels, temperature: float) -> tuple[Interval, Interval]:
    """The intervals for class probabilities (N, C), as they are and with the temperature.

    Importing what it needs takes a second, so pages have it computed in the compute process.
    """
    calibrated = apply_temperature(probabilities, temperature)
    return error_interval(probabilities, labels), error_interval(calibrated, labels)


def error_interval(probabilities: Probabilities, labels: Labels) -> Interval:
    """A bootstrap interval over the images: the basic one, not the percentiles.

    Images drawn with repetition differ more from their own confidence, so the error of every resample is too high
    by about what the measured error is too high by itself. The basic interval takes that off; the percentiles would
    count it twice. See A. Davison and D. Hinkley 1997, "Bootstrap Methods and their Application", 5.2.
    """
    from scipy.stats import bootstrap

    data = (probabilities.max(1).astype(np.float64), probabilities.argmax(1) == labels)
    found = bootstrap(
        data,
        _error,
        paired=True,
        vectorized=False,
        n_resamples=_RESAMPLES,
        batch=_BATCH,
        confidence_level=LEVEL,
        method="basic",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Interval(max(0.0, float(found.low)), max(0.0, float(found.high)))


def _error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    return expected_calibration_error(bin_by_confidence(confidence, right))
