"""Calibrating a run: by its validation images, checked on its test set."""

from __future__ import annotations

from pathlib import Path

from core.data import Dataset, ImageSet, load_dataset
from core.errors import RunError
from core.evaluation import load_predictions
from core.inference import load_learner
from core.learner import Learner
from core.runs import RunRecord, read_run
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import Calibration, write_calibration


def calibrate(record: RunRecord, dataset: Dataset, learner: Learner) -> Calibration | None:
    """Calibrate a run that has been measured, and save the result; None without validation images.

    `learner` has the run's kept weights. Raises CheckpointError, OSError.
    """
    _, val = dataset.split(record.config.count_val(len(dataset.train)))
    if not len(val):
        return None
    title = dataset.info.title
    sample = take_sample(f"{len(val):,} validation images of {title}", val, learner)
    test = Sample(f"{title}’s test images", load_predictions(record.predictions), dataset.test.labels)
    calibration = fit(record.weights, [sample], [test])
    write_calibration(record.path, calibration)
    return calibration


def calibrate_run(run: Path, data_root: Path) -> Calibration:
    """As `calibrate`, of the run in this folder. Raises LabError, also when it has no validation images; OSError."""
    record = read_run(run)
    calibration = calibrate(record, load_dataset(record.config.dataset, data_root), load_learner(run))
    if calibration is None:
        raise RunError(f"“{record.name}” was trained on all images, so none are left to calibrate it on.")
    return calibration


def take_sample(words: str, images: ImageSet, learner: Learner) -> Sample:
    """A network's probabilities for images that it has not been trained on."""
    return Sample(words, learner.predict_proba(images.images), images.labels)
