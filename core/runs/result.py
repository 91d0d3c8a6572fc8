"""A run's result on disk: `card.json` in its folder."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from core.errors import RunError
from core.storage.atomic import write_atomically
from core.storage.decode import decode_dataclass
from core.storage.reading import read_object

_FILE = "card.json"
# By how much the accuracy may differ from the share that the confusion counts give.
_MOST_ROUNDING = 1e-6


@dataclass(frozen=True)
class RunResult:
    """What was measured of a run's kept weights. Accuracies are shares from 0 to 1.

    epochs: done in training.
    kept_epoch: the epoch whose weights were kept; None when training stopped within the first one.
    seconds: of training.
    confusion: `confusion[y_true][y_pred]` counts test images.
    weights, data: digests of the weights and of the test set; empty in results of earlier versions.
    """

    epochs: int
    kept_epoch: int | None
    val_accuracy: float | None
    val_loss: float | None
    test_accuracy: float
    test_loss: float
    n_test: int
    n_parameters: int
    seconds: float
    device: str
    confusion: tuple[tuple[int, ...], ...]
    versions: dict[str, str] = field(default_factory=dict)
    weights: str = ""
    data: str = ""


def write_result(path: Path, result: RunResult) -> None:
    """Save the result in the run's folder. Raises OSError."""
    write_atomically(path / _FILE, json.dumps(asdict(result), indent=1))


def read_result(path: Path) -> RunResult | None:
    """The result in the run's folder; None without one. Raises RunError, which says what is wrong with it."""
    file = path / _FILE
    if not file.exists():
        return None
    try:
        result = decode_dataclass(RunResult, read_object(file))
        _examine(result)
    except ValueError as error:
        raise RunError("{file} is not a run's result: {reason}.", file=f"{path.name}/{_FILE}", reason=error) from None
    return result


def _examine(result: RunResult) -> None:
    """Raise ValueError for an impossible figure, and for figures that do not fit each other."""
    for name in ("val_accuracy", "test_accuracy"):
        share = getattr(result, name)
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"{name} is {share:g}; it must be from 0 to 1")
    for name in ("epochs", "kept_epoch", "val_loss", "test_loss", "n_test", "n_parameters", "seconds"):
        figure = getattr(result, name)
        if figure is not None and figure < 0:
            raise ValueError(f"{name} is {figure:g}; it must be 0 or more")
    _examine_confusion(result)


def _examine_confusion(result: RunResult) -> None:
    counts = result.confusion
    if {len(row) for row in counts} != {len(counts)}:
        raise ValueError("confusion must have as many columns as rows")
    least, total = min(map(min, counts)), sum(map(sum, counts))
    if least < 0:
        raise ValueError(f"confusion has the count {least}; it must be 0 or more")
    if total != result.n_test:
        raise ValueError(f"confusion counts {total:,} images, but n_test is {result.n_test:,}")
    right = sum(row[number] for number, row in enumerate(counts))
    if abs(right - result.test_accuracy * total) > _MOST_ROUNDING * total:
        raise ValueError(
            f"confusion counts {right:,} right of {total:,}, but test_accuracy is {result.test_accuracy:g}"
        )
