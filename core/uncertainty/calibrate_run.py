"""Calibrating a run on its validation images, with a check on its test set."""

from __future__ import annotations

from pathlib import Path

from core.data.datasets import Dataset, ImageSet, load_dataset
from core.errors import RunError
from core.inference.networks import load_learner
from core.learners.base import Learner, Probabilities
from core.learners.predicting import predict_in_steps
from core.runs.record import RunRecord, read_run
from core.steps import Steps
from core.storage.locks import hold_as_worker
from core.texts.message import Message
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.image_words import test_set_words, validation_words
from core.uncertainty.record import Calibration, write_calibration


def calibrate(record: RunRecord, dataset: Dataset, learner: Learner, test: Probabilities) -> Calibration | None:
    """Calibrate a run and save the result in its folder; None without validation images.

    `learner` has the run's kept weights, `test` its class probabilities for the test set. Raises OSError.
    """
    _, val = dataset.split(record.config.count_val(len(dataset.train)))
    if not len(val):
        return None
    sample = take_sample(validation_words(dataset.info, len(val)), val, learner)
    calibration = fit(record.weights_file, [sample], [Sample(test_set_words(dataset.info), test, dataset.test.labels)])
    write_calibration(record.path, calibration)
    return calibration


def calibrate_run(run: Path, data_root: Path) -> Steps[Calibration]:
    """As `calibrate`, of the run in this folder. Raises LabError, also when it has no validation images; OSError.

    Raises RunBusy while the run is trained. The lock keeps others from changing its weights or deleting it.
    """
    with hold_as_worker(run, seconds=1.0):
        record, learner = read_run(run), load_learner(run)
        dataset = load_dataset(record.config.dataset, data_root)
        test = yield from predict_in_steps(learner, dataset.test.images, record.config.test_batch_size)
        calibration = calibrate(record, dataset, learner, test)
    if calibration is None:
        raise RunError("“{run}” was trained on all images, so none are left to calibrate it on.", run=record.name)
    return calibration


def take_sample(words: Message, images: ImageSet, learner: Learner) -> Sample:
    """A network's probabilities for images that it was not trained on."""
    return Sample(words, learner.predict_proba(images.images), images.labels)
