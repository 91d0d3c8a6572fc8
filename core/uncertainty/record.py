"""A network's calibration on disk: `calibration.json` in its run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import RunError
from core.storage.atomic import write_atomically
from core.storage.decode import decode_dataclass
from core.storage.digest import weights_digest
from core.storage.messages import plain_fields
from core.storage.reading import read_json
from core.texts.message import Message
from core.uncertainty.temperature import BINS, FLATTEST, SHARPEST

FILE_NAME = "calibration.json"


@dataclass(frozen=True)
class Check:
    """How well a calibration holds on images that it was not fitted on.

    words: the images, such as "MNIST’s test images". n: their number.
    raw_loss, loss: cross-entropy in nats of the raw and of the calibrated probabilities.
    raw_error, error: expected calibration error of the raw and of the calibrated probabilities.
    coverage: share of the prediction sets that hold the true class. set_size: their mean size.
    raw_bins, bins: rows (images, mean confidence, accuracy) by confidence.
    """

    words: Message
    n: int
    raw_loss: float
    loss: float
    raw_error: float
    error: float
    coverage: float | None
    set_size: float | None
    raw_bins: tuple[tuple[float, ...], ...]
    bins: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Calibration:
    """A network's temperature and the threshold of its prediction sets.

    weights: digest of the weights that it belongs to. words, n: the images that it was fitted on, and their number.
    temperature: see `core.uncertainty.temperature`. level: the coverage that the prediction sets aim at.
    threshold: classes at least this likely are in the prediction set; None where the images were too few.
    """

    weights: str
    words: Message
    n: int
    temperature: float
    level: float
    threshold: float | None
    checks: tuple[Check, ...]


def write_calibration(run: Path, calibration: Calibration) -> None:
    """Save it in the run's folder. Raises OSError."""
    write_atomically(run / FILE_NAME, json.dumps(_rounded(_to_json(calibration))))


def read_calibration(run: Path) -> Calibration | None:
    """The calibration in the run's folder; None without one. Raises RunError when it is damaged."""
    path = run / FILE_NAME
    if not path.exists():
        return None
    try:
        calibration = _from_json(read_json(path))
        _examine(calibration)
    except OSError as error:
        raise RunError(
            "{run}/{file} cannot be read: {reason}.", run=run.name, file=FILE_NAME, reason=error.strerror
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(
            "{run}/{file} is not a calibration: {reason}.", run=run.name, file=FILE_NAME, reason=error
        ) from None
    return calibration


def belongs(calibration: Calibration, weights: Path) -> bool:
    """Whether it was fitted for exactly these weights. Raises CheckpointError."""
    return calibration.weights == weights_digest(weights)


def _rounded(value: Any) -> Any:
    """The same values with floats of seven significant digits, more than their accuracy."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, Mapping):
        return {name: _rounded(entry) for name, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _to_json(calibration: Calibration) -> dict[str, Any]:
    return {**plain_fields(calibration), "checks": [plain_fields(check) for check in calibration.checks]}


def _from_json(values: dict[str, Any]) -> Calibration:
    checks = tuple(decode_dataclass(Check, entry) for entry in values["checks"])
    return replace(decode_dataclass(Calibration, values | {"checks": []}), checks=checks)


def _examine(calibration: Calibration) -> None:
    """Raise ValueError for an impossible figure."""
    if not SHARPEST <= calibration.temperature <= FLATTEST:
        raise ValueError(f"temperature is {calibration.temperature:g}; it must be from {SHARPEST:g} to {FLATTEST:g}")
    for name, share in (("threshold", calibration.threshold), ("level", calibration.level)):
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"{name} is {share:g}; it must be from 0 to 1")
    for entry in calibration.checks:
        if any(len(bins) != BINS or {len(row) for row in bins} != {3} for bins in (entry.raw_bins, entry.bins)):
            raise ValueError(f"a check must have {BINS} bins of 3 numbers")
