"""What is known of how far a network's probabilities can be trusted: `calibration.json` in its run's folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from core.errors import RunError
from core.storage.arrays import digest
from core.storage.atomic import read_json, write_atomically
from core.storage.decode import decode_dataclass
from core.uncertainty.temperature import BINS, FLATTEST, SHARPEST

FILE_NAME = "calibration.json"


@dataclass(frozen=True)
class Check:
    """How well a calibration holds on images that it was not fitted on.

    raw_loss, loss: cross-entropy in nats before and after. raw_error, error: expected calibration error likewise.
    coverage: share of the prediction sets that hold the true class. set_size: their mean size. raw_bins, bins: rows
    (images, confidence, accuracy) by confidence.
    """

    words: str
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
    """A network's temperature and the threshold of its prediction sets; see `calibration` and `conformal`.

    weights: digest of the weights that it belongs to. words, n: the images that it was fitted on.
    threshold: the probability that puts a class into the prediction set; None where the images were too few.
    """

    weights: str
    words: str
    n: int
    temperature: float
    level: float
    threshold: float | None
    checks: tuple[Check, ...]


def write_calibration(run: Path, calibration: Calibration) -> None:
    """Save it in the run's folder. Raises OSError."""
    write_atomically(run / FILE_NAME, json.dumps(_rounded(asdict(calibration))))


def read_calibration(run: Path) -> Calibration | None:
    """The calibration in the run's folder; None without one. Raises RunError when it is damaged."""
    path = run / FILE_NAME
    if not path.is_file():
        return None
    try:
        calibration = _from_plain(read_json(path))
        _examine(calibration)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise RunError(f"{run.name}/{FILE_NAME} is not a calibration: {error}.") from None
    return calibration


def belongs(calibration: Calibration, weights: Path) -> bool:
    """Whether it was fitted for just these weights. Raises OSError."""
    return calibration.weights == digest(weights)


def _rounded(value: Any) -> Any:
    """The same values with floats of seven digits, which is more than is known of them."""
    if isinstance(value, float):
        return float(f"{value:.7g}")
    if isinstance(value, Mapping):
        return {name: _rounded(entry) for name, entry in value.items()}
    return [_rounded(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _from_plain(values: dict[str, Any]) -> Calibration:
    checks = tuple(decode_dataclass(Check, entry) for entry in values["checks"])
    return replace(decode_dataclass(Calibration, values | {"checks": []}), checks=checks)


def _examine(calibration: Calibration) -> None:
    """Raise ValueError where a figure cannot be."""
    if not SHARPEST <= calibration.temperature <= FLATTEST:
        raise ValueError(f"temperature is {calibration.temperature:g}; it must be from {SHARPEST:g} to {FLATTEST:g}")
    for name, share in (("threshold", calibration.threshold), ("level", calibration.level)):
        if share is not None and not 0 <= share <= 1:
            raise ValueError(f"{name} is {share:g}; it must be from 0 to 1")
    for entry in calibration.checks:
        if any(len(bins) != BINS or {len(row) for row in bins} != {3} for bins in (entry.raw_bins, entry.bins)):
            raise ValueError(f"a check must have {BINS} bins of 3 numbers")
