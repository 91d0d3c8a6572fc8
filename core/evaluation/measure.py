"""Measuring a run's network on its test set, and reading what was measured."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Dataset, load_dataset
from core.errors import CheckpointError, RunBusy, TrainingDiverged
from core.learners.base import Learner, Probabilities
from core.learners.factory import create_learner
from core.metrics.classification import count_confusion, score
from core.runs.record import MEASURING, RunRecord, RunResult, read_run, write_result
from core.storage.arrays import digest, load_arrays, save_arrays
from core.storage.locks import hold_as_worker, hold_result

# The name of the array in the file of predictions.
_PREDICTIONS = "probabilities"
# Measurements of a run in training until one is of weights that are still kept when it ends.
_ATTEMPTS = 3


def evaluate(record: RunRecord, dataset: Dataset, learner: Learner) -> RunResult:
    """Measure the run's kept weights on the test set; save the probabilities and the result.

    `learner` is a learner for the run's configuration; its weights are replaced.
    Raises CheckpointError, TrainingDiverged and OSError.
    """
    result, probabilities = measure(record, dataset, learner)
    _save(record, result, probabilities)
    return result


def measure(record: RunRecord, dataset: Dataset, learner: Learner) -> tuple[RunResult, Probabilities]:
    """As `evaluate`, without saving anything."""
    arrays, metadata = load_arrays(record.weights_file)
    learner.load_state_dict(arrays)
    probabilities = learner.predict_proba(dataset.test.images)
    if not np.isfinite(probabilities).all():
        raise TrainingDiverged("The network's outputs are NaN, so it cannot be measured. Try a smaller learning rate.")
    return _make_result(record, learner, metadata, dataset.test.labels, probabilities), probabilities


def evaluate_run(run: Path, data_root: Path) -> RunResult:
    """Measure a run on its test set and save the result in its folder. Raises LabError, OSError.

    Nothing else can begin to work on the run meanwhile; raises RunBusy where something does already. A run in training
    can be measured too, see `_evaluate_in_training`.
    """
    record = read_run(run)
    dataset, learner = load_dataset(record.config.dataset, data_root), create_learner(record.config)
    if record.is_active:
        return _evaluate_in_training(record, dataset, learner)
    with hold_as_worker(run, seconds=1.0):
        return evaluate(read_run(run), dataset, learner)


def _evaluate_in_training(record: RunRecord, dataset: Dataset, learner: Learner) -> RunResult:
    """Measure the weights that a run in training has kept so far.

    The result is saved only while training goes on and has not kept other weights in the meantime; else the run is
    measured again. Once training has ended, its own result counts: that is returned, or that of the weights so far.
    Raises RunBusy when other weights are kept time and again.
    """
    for _ in range(_ATTEMPTS):
        weights = digest(record.weights_file)
        result, probabilities = measure(record, dataset, learner)
        with hold_result(record.path):
            now = read_run(record.path)
            if not now.is_active or now.state.status == MEASURING:
                return now.result or result
            if digest(record.weights_file) == weights:
                _save(record, result, probabilities)
                return result
    raise RunBusy(
        "{name!r} learns faster than it can be measured; pause it, or wait until it has finished.", name=record.name
    )


def _save(record: RunRecord, result: RunResult, probabilities: Probabilities) -> None:
    save_arrays(record.predictions_file, {_PREDICTIONS: probabilities})
    write_result(record.path, result)


def load_predictions(path: Path) -> Probabilities:
    """The test set's class probabilities, float32 (N, 10). Raises CheckpointError."""
    arrays, _ = load_arrays(path)
    probabilities = arrays.get(_PREDICTIONS)
    if probabilities is None or probabilities.ndim != 2:
        raise CheckpointError("{file} holds no class probabilities.", file=f"{path.parent.name}/{path.name}")
    return probabilities.astype(np.float32)


def _make_result(
    record: RunRecord,
    learner: Learner,
    metadata: dict[str, str],
    y_true: NDArray[np.int64],
    probabilities: Probabilities,
) -> RunResult:
    history = record.history()
    kept = int(metadata["epoch"]) if "epoch" in metadata else None
    epoch = next((entry for entry in history.epochs if entry.epoch == kept), None)
    test = score(y_true, probabilities)
    confusion = count_confusion(y_true, probabilities.argmax(1), probabilities.shape[1])
    return RunResult(
        epochs=len(history.epochs),
        kept_epoch=kept,
        val_accuracy=epoch.val_accuracy if epoch else None,
        val_loss=epoch.val_loss if epoch else None,
        test_accuracy=test.accuracy,
        test_loss=test.loss,
        n_test=len(y_true),
        n_parameters=learner.n_parameters,
        seconds=round(history.last.seconds, 3) if history.last else 0.0,
        device=learner.device,
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        versions={"python": platform.python_version(), "torch": version("torch"), "numpy": version("numpy")},
    )


def is_stale(record: RunRecord) -> bool:
    """Whether the run has kept the weights of another epoch since it was measured. Raises CheckpointError."""
    if record.result is None:
        return True
    kept = load_arrays(record.weights_file)[1].get("epoch")
    return kept != (None if record.result.kept_epoch is None else str(record.result.kept_epoch))
