"""The result of a stress test, kept with its run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.runs.derived import load_derived, save_derived
from core.runs.record import RunRecord
from core.storage.arrays import Arrays
from core.stress.kinds import KINDS

_NAME = "stress"
_N, _LABELS = "n", "labels"


@dataclass(frozen=True)
class KindResult:
    """Accuracy at each of S strengths of one kind of disturbance.

    strengths: float64 (S,). correct: images predicted as their label says, int64 (S,).
    low, high: ends of the 95 % Wilson interval of the accuracy, float64 (S,), from 0 to 1.
    images: a few of the disturbed images, uint8 (S, M, 28, 28). y_pred: what is predicted for these, int64 (S, M).
    """

    strengths: NDArray[np.float64]
    correct: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    images: NDArray[np.uint8]
    y_pred: NDArray[np.int64]


@dataclass(frozen=True)
class StressResult:
    """n: images that each accuracy is of. labels: of the few images that are kept, int64 (M,)."""

    n: int
    labels: NDArray[np.int64]
    kinds: Mapping[str, KindResult]


_FIELDS = tuple(field.name for field in fields(KindResult))


def save_stress(record: RunRecord, result: StressResult) -> None:
    """Keep it with the run. Raises OSError."""
    arrays: Arrays = {_LABELS: result.labels}
    for kind, entry in result.kinds.items():
        arrays |= {_array_name(kind, field): getattr(entry, field) for field in _FIELDS}
    save_derived(record, _NAME, arrays, {_N: str(result.n)})


def load_stress(record: RunRecord) -> StressResult | None:
    """The result of the run's present weights; None without one, or with one of other kinds or strengths."""
    found = load_derived(record, _NAME)
    if found is None:
        return None
    arrays: dict[str, Any] = found[0]
    try:
        entries = {kind: KindResult(*(arrays[_array_name(kind, field)] for field in _FIELDS)) for kind in KINDS}
        result = StressResult(int(found[1][_N]), arrays[_LABELS], entries)
    except (KeyError, ValueError):
        return None
    fits = all(entries[kind].strengths.tolist() == list(KINDS[kind].strengths) for kind in KINDS)
    return result if fits else None


def _array_name(kind: str, field: str) -> str:
    return f"{kind}.{field}"
