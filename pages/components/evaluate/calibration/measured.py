"""What is measured of a run's probabilities on its test set."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import ImageSet, Labels
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message
from core.uncertainty.fitting import Sample, check
from core.uncertainty.image_words import test_set_words
from core.uncertainty.intervals import Interval, error_intervals
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.record import Calibration, Check
from core.uncertainty.temperature import apply_temperature
from pages.components.data.images_in_memory import load_test_images
from pages.components.shell.services import job_queue

# Intervals in the cache, of all visitors together.
_MAX_ANSWERS = 50


@dataclass(frozen=True)
class Measured:
    """A run's probabilities on its test set.

    calibration: None without one, and then `problem` says why.
    samples: its predictions, calibrated where there is a calibration.
    check: its reliability; raw and calibrated are the same without a calibration.
    raw: its class probabilities as they are (N, C).
    """

    info: DatasetInfo
    test: ImageSet
    calibration: Calibration | None
    problem: Message
    samples: Samples
    check: Check
    raw: Probabilities

    @property
    def is_calibrated(self) -> bool:
        """Whether there is a calibration."""
        return self.calibration is not None

    @property
    def temperature(self) -> float:
        """Of the calibration; 1, which changes nothing, without one."""
        return self.calibration.temperature if self.calibration else 1.0


def measure(record: RunRecord) -> Measured:
    """Measure a run whose data set is there. Raises LabError, OSError."""
    info = find_dataset(record.config.dataset)
    test = load_test_images(info.name, data_root())
    raw = load_test_predictions(record, test)
    calibration, problem = usable_calibration(record.path)
    samples = make_samples(test.labels, apply_temperature(raw, calibration.temperature) if calibration else raw)
    temperature = calibration.temperature if calibration else 1.0
    checked = check(Sample(test_set_words(info), raw, test.labels), temperature, None)
    return Measured(info, test, calibration, problem, samples, checked, raw)


def ask_intervals(measured: Measured) -> tuple[Interval, Interval]:
    """The intervals of the expected calibration errors, raw and calibrated. They take a moment.

    Raises LabError.
    """
    return _ask_intervals(measured.raw, measured.test.labels, measured.temperature)


@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _ask_intervals(probabilities: Probabilities, labels: Labels, temperature: float) -> tuple[Interval, Interval]:
    return job_queue().compute.call(error_intervals, probabilities, labels, temperature)
