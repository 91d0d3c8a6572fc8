"""Measuring a run's network on its test set, and reading what was measured."""

from __future__ import annotations

import platform
from importlib.metadata import version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Dataset, load_dataset
from core.errors import CheckpointError, TrainingDiverged
from core.learners.base import Learner, Probabilities
from core.learners.factory import create_learner
from core.metrics.classification import count_confusion, score
from core.runs.record import RunRecord, RunResult, read_run, write_result
from core.storage.arrays import load_arrays, save_arrays

_PREDICTIONS = "probabilities"


def evaluate(record: RunRecord, dataset: Dataset, learner: Learner) -> RunResult:
    """Measure the run's kept weights on the test set; save the probabilities and the card.

    `learner` is a learner for the run's configuration; its weights are replaced.
    Raises CheckpointError, TrainingDiverged and OSError.
    """
    result, probabilities = measure(record, dataset, learner)
    save_arrays(record.predictions, {_PREDICTIONS: probabilities})
    write_result(record.path, result)
    return result


def measure(record: RunRecord, dataset: Dataset, learner: Learner) -> tuple[RunResult, Probabilities]:
    """As `evaluate`, without saving anything."""
    arrays, metadata = load_arrays(record.weights)
    learner.load_state_dict(arrays)
    probabilities = learner.predict_proba(dataset.test.images)
    if not np.isfinite(probabilities).all():
        raise TrainingDiverged("The network's outputs are NaN, so it cannot be measured. Try a smaller learning rate.")
    return _make_result(record, learner, metadata, dataset.test.labels, probabilities), probabilities


def evaluate_run(run: Path, data_root: Path) -> RunResult:
    """Measure a run on its test set and save the result in its folder. Raises LabError, OSError."""
    record = read_run(run)
    return evaluate(record, load_dataset(record.config.dataset, data_root), create_learner(record.config))


def load_predictions(path: Path) -> Probabilities:
    """The test set's class probabilities, float32 (N, 10). Raises CheckpointError."""
    arrays, _ = load_arrays(path)
    probabilities = arrays.get(_PREDICTIONS)
    if probabilities is None or probabilities.ndim != 2:
        raise CheckpointError(f"{path.parent.name}/{path.name} holds no class probabilities.")
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
    kept = load_arrays(record.weights)[1].get("epoch")
    return kept != (None if record.result.kept_epoch is None else str(record.result.kept_epoch))
