"""A run's predictions for its test set, as the views show them."""

from __future__ import annotations

from core.data.datasets import ImageSet
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.runs.record import RunRecord
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration
from core.uncertainty.temperature import apply_temperature


def load_samples(record: RunRecord, test: ImageSet, calibration: Calibration | None) -> Samples:
    """The predictions with probabilities calibrated by `calibration`, or raw ones without it. Raises RunError."""
    probabilities = load_test_predictions(record, test)
    if calibration is not None:
        probabilities = apply_temperature(probabilities, calibration.temperature)
    return make_samples(test.labels, probabilities)


def load_calibrated_samples(record: RunRecord, test: ImageSet) -> Samples:
    """The predictions with calibrated probabilities where the run is calibrated. Raises RunError."""
    return load_samples(record, test, usable_calibration(record.path)[0])
