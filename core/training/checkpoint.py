"""Where training stands, with all that it needs to go on bit for bit, and that as one file."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.errors import CheckpointError
from core.storage.arrays import Arrays, load_arrays, save_arrays
from core.storage.decode import decode_dataclass

_WEIGHTS, _TRAINING = "weights/", "training/"


@dataclass
class TrainingProgress:
    """Where training stands between two steps.

    epoch: epochs done. step: steps done in all. The sums are over the present epoch's steps.
    base_lr: the learning rate before the schedule; None until training begins.
    kept_epoch: whose weights are to be kept; kept_accuracy: its validation accuracy.
    """

    epoch: int = 0
    step: int = 0
    step_in_epoch: int = 0
    loss_sum: float = 0.0
    correct_sum: int = 0
    seconds: float = 0.0
    base_lr: float | None = None
    kept_epoch: int | None = None
    kept_accuracy: float = -1.0


@dataclass(frozen=True)
class Checkpoint:
    """All that training needs to go on bit for bit."""

    progress: TrainingProgress
    weights: Arrays = field(repr=False)
    training: Arrays = field(repr=False)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write everything training needs to go on into one file. Raises OSError."""
    arrays = {f"{_WEIGHTS}{name}": array for name, array in checkpoint.weights.items()}
    arrays |= {f"{_TRAINING}{name}": array for name, array in checkpoint.training.items()}
    save_arrays(path, arrays, {"position": json.dumps(asdict(checkpoint.progress))})


def load_checkpoint(path: Path) -> Checkpoint:
    """The inverse of `save_checkpoint`. Raises CheckpointError."""
    arrays, metadata = load_arrays(path)
    try:
        progress = decode_dataclass(TrainingProgress, json.loads(metadata["position"]))
    except (KeyError, AttributeError, ValueError):
        raise CheckpointError(f"{path.parent.name}/{path.name} does not say where training stood.") from None
    return Checkpoint(progress, _part(arrays, _WEIGHTS), _part(arrays, _TRAINING))


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
