"""Calibrating a run: by its validation images, checked on its test set."""

from __future__ import annotations

from pathlib import Path

from core.data.datasets import Dataset, ImageSet, load_dataset
from core.errors import RunError
from core.inference.networks import load_learner
from core.learners.base import Learner, Probabilities
from core.runs.record import RunRecord, read_run
from core.storage.locks import hold_as_worker
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import Calibration, write_calibration


def calibrate(record: RunRecord, dataset: Dataset, learner: Learner, test: Probabilities) -> Calibration | None:
    """Calibrate a run and save the result in its folder; None without validation images.

    `learner` has the run's kept weights, `test` its class probabilities for the test set. Raises OSError.
    """
    _, val = dataset.split(record.config.count_val(len(dataset.train)))
    if not len(val):
        return None
    title = dataset.info.title
    sample = take_sample(f"{len(val):,} validation images of {title}", val, learner)
    calibration = fit(record.weights_file, [sample], [Sample(f"{title}’s test images", test, dataset.test.labels)])
    write_calibration(record.path, calibration)
    return calibration


def calibrate_run(run: Path, data_root: Path) -> Calibration:
    """As `calibrate`, of the run in this folder. Raises LabError, also when it has no validation images; OSError.

    Raises RunBusy while the run is trained; until the end nobody else can change its weights or delete it.
    """
    with hold_as_worker(run, seconds=1.0):
        record, learner = read_run(run), load_learner(run)
        dataset = load_dataset(record.config.dataset, data_root)
        calibration = calibrate(record, dataset, learner, learner.predict_proba(dataset.test.images))
    if calibration is None:
        raise RunError(f"“{record.name}” was trained on all images, so none are left to calibrate it on.")
    return calibration


def take_sample(words: str, images: ImageSet, learner: Learner) -> Sample:
    """A network's probabilities for images that it has not been trained on."""
    return Sample(words, learner.predict_proba(images.images), images.labels)
