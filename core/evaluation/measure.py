"""Measuring a run's network on its test set."""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import numpy as np

from core.data.datasets import Dataset, ImageSet, load_dataset
from core.errors import CheckpointError, RunBusy, TrainingDiverged
from core.evaluation.stored_predictions import Source, data_digest, save_predictions
from core.learners.base import Learner, Probabilities
from core.learners.factory import create_learner
from core.learners.predicting import predict_in_steps
from core.metrics.classification import count_confusion, score
from core.runs.record import MEASURING, RunRecord, read_run
from core.runs.result import RunResult, write_result
from core.steps import Steps, finish
from core.storage.arrays import load_arrays, load_metadata
from core.storage.digest import weights_digest
from core.storage.locks import hold_as_worker, hold_result

OnProgress = Callable[[int], None]

# Measurements of a run in training until one is of weights that are still kept when it ends.
_ATTEMPTS = 3
# The number of an epoch, as weights have it.
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def evaluate(
    record: RunRecord, dataset: Dataset, learner: Learner, on_progress: OnProgress = lambda _: None
) -> RunResult:
    """Measure the run's kept weights on the test set; save the probabilities and the result.

    `learner` is a learner for the run's configuration; its weights are replaced. `on_progress` is told now and then
    how many test images are done. Raises CheckpointError, TrainingDiverged and OSError.
    """
    result, probabilities = measure(record, dataset, learner, on_progress)
    _save(record, result, probabilities)
    return result


def measure(
    record: RunRecord, dataset: Dataset, learner: Learner, on_progress: OnProgress = lambda _: None
) -> tuple[RunResult, Probabilities]:
    """As `evaluate`, without saving anything."""
    count = len(dataset.test)
    return finish(_measure(record, dataset, learner), lambda share: on_progress(round(share * count)))


def _measure(record: RunRecord, dataset: Dataset, learner: Learner) -> Steps[tuple[RunResult, Probabilities]]:
    arrays, metadata = load_arrays(record.weights_file)
    learner.load_state_dict(arrays)
    probabilities = yield from predict_in_steps(learner, dataset.test.images, record.config.test_batch_size)
    if not np.isfinite(probabilities).all():
        raise TrainingDiverged("The network's outputs are NaN, so it cannot be measured. Try a smaller learning rate.")
    return _make_result(record, learner, metadata, dataset.test, probabilities), probabilities


def evaluate_run(run: Path, data_root: Path) -> Steps[RunResult]:
    """Measure a run on its test set and save the result in its folder. Raises LabError, OSError.

    Nothing else can begin to work on the run meanwhile; raises RunBusy where something does already. A run in training
    can be measured too, see `_evaluate_in_training`.
    """
    record = read_run(run)
    dataset = load_dataset(record.config.dataset, data_root)
    # The machine may lack the device that the run was trained on.
    learner = create_learner(record.config.replace(device="auto"))
    if record.is_active:
        return (yield from _evaluate_in_training(record, dataset, learner))
    with hold_as_worker(run, seconds=1.0):
        record = read_run(run)
        result, probabilities = yield from _measure(record, dataset, learner)
        _save(record, result, probabilities)
        return result


def _evaluate_in_training(record: RunRecord, dataset: Dataset, learner: Learner) -> Steps[RunResult]:
    """Measure the weights that a run in training has kept so far.

    The result is saved only while training goes on and has not kept other weights in the meantime; else the run is
    measured again. Once training has ended, its own result counts: that is returned, or that of the weights so far.
    Raises RunBusy when other weights are kept time and again.
    """
    for _ in range(_ATTEMPTS):
        weights = weights_digest(record.weights_file)
        result, probabilities = yield from _measure(record, dataset, learner)
        with hold_result(record.path):
            now = read_run(record.path)
            if not now.is_active or now.state.status == MEASURING:
                return now.result or result
            if weights_digest(record.weights_file) == weights:
                _save(record, result, probabilities)
                return result
    raise RunBusy(
        "{name!r} learns faster than it can be measured; pause it, or wait until it has finished.", name=record.name
    )


def _save(record: RunRecord, result: RunResult, probabilities: Probabilities) -> None:
    source = Source(record.config.dataset, "test", result.data, result.weights)
    save_predictions(record.predictions_file, probabilities, source)
    write_result(record.path, result)


def _make_result(
    record: RunRecord,
    learner: Learner,
    metadata: dict[str, str],
    test: ImageSet,
    probabilities: Probabilities,
) -> RunResult:
    y_true = test.labels
    history = record.history()
    kept = _kept_epoch(record, metadata)
    epoch = next((entry for entry in history.epochs if entry.epoch == kept), None)
    measured = score(y_true, probabilities)
    confusion = count_confusion(y_true, probabilities.argmax(1), probabilities.shape[1])
    return RunResult(
        epochs=len(history.epochs),
        kept_epoch=kept,
        val_accuracy=epoch.val_accuracy if epoch else None,
        val_loss=epoch.val_loss if epoch else None,
        test_accuracy=measured.accuracy,
        test_loss=measured.loss,
        n_test=len(y_true),
        n_parameters=learner.n_parameters,
        seconds=round(history.last.seconds, 3) if history.last else 0.0,
        device=learner.device,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        weights=weights_digest(record.weights_file),
        data=data_digest(test),
        versions={"python": platform.python_version(), "torch": version("torch"), "numpy": version("numpy")},
    )


def _kept_epoch(record: RunRecord, metadata: dict[str, str]) -> int | None:
    """The epoch whose weights these are; None within the first one. Raises CheckpointError."""
    text = metadata.get("epoch")
    if text is None:
        return None
    if not _NUMBER.fullmatch(text):
        raise CheckpointError(
            "{file}: the epoch is {value!r}; it must be a whole number from 1.",
            file=f"{record.id}/{record.weights_file.name}",
            value=text,
        )
    return int(text)


def is_stale(record: RunRecord) -> bool:
    """Whether the run's result is of other weights than its present ones, or missing. Raises CheckpointError."""
    if record.bundled:
        return record.result is None
    if record.result is None:
        return True
    if record.result.weights:
        return record.result.weights != weights_digest(record.weights_file)
    # A result from before digests were stored: the number of the kept epoch has to do.
    kept = load_metadata(record.weights_file).get("epoch")
    return kept != (None if record.result.kept_epoch is None else str(record.result.kept_epoch))
