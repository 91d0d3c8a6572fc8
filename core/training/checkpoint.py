"""Checkpoints: everything that training needs to go on with the same bits, as one file."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.config.fields import FIELDS
from core.errors import CheckpointError
from core.storage.arrays import Arrays, is_finite, load_arrays, save_arrays
from core.storage.decode import decode_dataclass
from core.storage.reading import parse_json

_WEIGHTS, _TRAINING, _SHOWN = "weights/", "training/", "shown/"


@dataclass
class TrainingProgress:
    """Where training stands between two steps.

    epoch: epochs done.
    step: steps done in all epochs.
    loss_sum: over the images of the present epoch, in nats.
    correct_sum: images of the present epoch that were predicted right.
    seconds: of training so far; of the time that runs were trained together, this run's part.
    base_lr: the learning rate before the schedule's factor; None until training begins.
    kept_epoch: the epoch whose weights are kept; None before the first one.
    kept_accuracy: its validation accuracy; -1 where it was not measured.
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
    """Everything that training needs to go on with the same bits.

    weights: the network's. training: the optimizer's and the random generator's state.
    shown: what was said of the training images in the present epoch so far (`core.training.epoch_record`).
    """

    progress: TrainingProgress
    weights: Arrays = field(repr=False)
    training: Arrays = field(repr=False)
    shown: Arrays = field(repr=False, default_factory=dict)

    @property
    def is_finite(self) -> bool:
        """Whether training can go on from here: neither a weight nor a figure is NaN or infinite."""
        figures = [value for value in vars(self.progress).values() if value is not None]
        return all(math.isfinite(figure) for figure in figures) and is_finite(self.weights)


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint into one file. Raises OSError."""
    arrays = {f"{_WEIGHTS}{name}": array for name, array in checkpoint.weights.items()}
    arrays |= {f"{_TRAINING}{name}": array for name, array in checkpoint.training.items()}
    arrays |= {f"{_SHOWN}{name}": array for name, array in checkpoint.shown.items()}
    save_arrays(path, arrays, {"position": json.dumps(asdict(checkpoint.progress))})


def load_checkpoint(path: Path) -> Checkpoint:
    """The inverse of `save_checkpoint`. Raises CheckpointError."""
    arrays, metadata = load_arrays(path)
    try:
        progress = decode_dataclass(TrainingProgress, parse_json(metadata["position"]))
        _examine(progress)
    except (KeyError, AttributeError, ValueError):
        raise CheckpointError(
            "{file} does not say where training stood.", file=f"{path.parent.name}/{path.name}"
        ) from None
    return Checkpoint(progress, *(_part(arrays, prefix) for prefix in (_WEIGHTS, _TRAINING, _SHOWN)))


def _examine(progress: TrainingProgress) -> None:
    """Raise ValueError for an impossible figure. Where in its run training can stand, the trainer knows."""
    is_lr = progress.base_lr is None or FIELDS["lr"].limits.allows(progress.base_lr)
    figures = (progress.loss_sum, progress.correct_sum, progress.seconds, progress.kept_epoch or 0)
    if min(figures) < 0 or not is_lr or (progress.kept_epoch or 0) > progress.epoch or progress.kept_accuracy > 1:
        raise ValueError(progress)


def _part(arrays: Arrays, prefix: str) -> Arrays:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
