"""Fitting a network's calibration on some images, and checking it on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.data.datasets import Labels
from core.learners.base import Probabilities
from core.metrics.classification import score
from core.storage.arrays import digest
from core.uncertainty.conformal import LEVEL, conformal_threshold, prediction_sets
from core.uncertainty.record import Calibration, Check
from core.uncertainty.temperature import (
    Bins,
    apply_temperature,
    expected_calibration_error,
    fit_temperature,
    reliability_bins,
)


@dataclass(frozen=True)
class Sample:
    """Images that a network has not been trained on: what they are, in words; its probabilities; the labels."""

    words: str
    probabilities: Probabilities
    labels: Labels


def fit(weights: Path, samples: Sequence[Sample], checks: Sequence[Sample]) -> Calibration:
    """Fit a calibration on all samples, and check it on others. At least one image.

    The threshold is the smallest that any sample asks for by itself, so that the promise holds for each kind of
    image. Raises OSError.
    """
    probabilities = np.concatenate([sample.probabilities for sample in samples])
    labels = np.concatenate([sample.labels for sample in samples])
    temperature = fit_temperature(probabilities, labels)
    thresholds = [_threshold(sample, temperature) for sample in samples]
    known = [threshold for threshold in thresholds if threshold is not None]
    threshold = min(known) if len(known) == len(thresholds) else None
    words = " and ".join(sample.words for sample in samples)
    done = tuple(check(sample, temperature, threshold) for sample in checks)
    return Calibration(digest(weights), words, len(labels), temperature, LEVEL, threshold, done)


def check(sample: Sample, temperature: float, threshold: float | None) -> Check:
    """Measure a temperature and a threshold on a sample."""
    calibrated = apply_temperature(sample.probabilities, temperature)
    raw_bins, bins = (reliability_bins(shares, sample.labels) for shares in (sample.probabilities, calibrated))
    coverage = size = None
    if threshold is not None:
        sets = prediction_sets(calibrated, threshold)
        coverage = float(np.mean([label in likely for label, likely in zip(sample.labels, sets, strict=True)]))
        size = float(np.mean([len(likely) for likely in sets]))
    return Check(
        words=sample.words,
        n=len(sample.labels),
        raw_loss=score(sample.labels, sample.probabilities).loss,
        loss=score(sample.labels, calibrated).loss,
        raw_error=expected_calibration_error(raw_bins),
        error=expected_calibration_error(bins),
        coverage=coverage,
        set_size=size,
        raw_bins=_rows(raw_bins),
        bins=_rows(bins),
    )


def _threshold(sample: Sample, temperature: float) -> float | None:
    calibrated = apply_temperature(sample.probabilities, temperature)
    return conformal_threshold(calibrated[np.arange(len(sample.labels)), sample.labels])


def _rows(bins: Bins) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float(value) for value in row) for row in bins)
