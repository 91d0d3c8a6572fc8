"""A map of test images: each a point, coloured by its class, by whether it is recognised, or along a scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation.difficulty import Difficulty
from core.evaluation.samples import Samples
from core.texts.message import Message, message

ColourBy = Literal["class", "right", "confidence", "difficulty"]


@dataclass(frozen=True)
class PointGroup:
    """Points of one colour or scale. title: in the legend. members: which of the map's points they are, int64 (n,)."""

    title: Message
    members: NDArray[np.int64]


@dataclass(frozen=True)
class Scale:
    """What the colours run along: a value of each point of the map, float64 (N,), from 0 to `end`."""

    values: NDArray[np.float64]
    end: float


@dataclass(frozen=True)
class SampleMapData:
    """What the map shows, of N images.

    x, y: places, float32 (N,). index: the images' indices in the test set, int64 (N,).
    true, predicted: the classes' names (N,). confidence: of the prediction, from 0 to 1, float64 (N,).
    groups: of points, those drawn on top at the end. scale: where the colours run along one, else None.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    index: NDArray[np.int64]
    true: tuple[str, ...]
    predicted: tuple[str, ...]
    confidence: NDArray[np.float64]
    colour_by: ColourBy
    groups: tuple[PointGroup, ...]
    scale: Scale | None


def sample_map_data(
    places: NDArray[np.float32],
    samples: Samples,
    class_names: tuple[str, ...],
    colour_by: ColourBy,
    difficulty: Difficulty | None = None,
) -> SampleMapData:
    """Prepare the places (N, 2) of these N samples. difficulty: of the same N, where the colours stand for it."""
    scale = _scale(samples, colour_by, difficulty)
    return SampleMapData(
        places[:, 0],
        places[:, 1],
        samples.index,
        tuple(class_names[label] for label in samples.y_true),
        tuple(class_names[label] for label in samples.y_pred),
        samples.confidence,
        colour_by,
        _groups(samples, class_names, colour_by, scale),
        scale,
    )


def _scale(samples: Samples, colour_by: ColourBy, difficulty: Difficulty | None) -> Scale | None:
    if colour_by == "confidence":
        return Scale(samples.confidence, 1)
    if colour_by == "difficulty":
        assert difficulty is not None
        return Scale(difficulty.n_wrong.astype(np.float64), difficulty.n_networks)
    return None


def _groups(
    samples: Samples, class_names: tuple[str, ...], colour_by: ColourBy, scale: Scale | None
) -> tuple[PointGroup, ...]:
    if scale is not None:
        # On top are the least certain, and the most difficult.
        if colour_by == "confidence":
            return (PointGroup(message("confidence"), np.argsort(-scale.values, kind="stable")),)
        return (PointGroup(message("difficulty"), np.argsort(scale.values, kind="stable")),)
    if colour_by == "class":
        return tuple(
            PointGroup(message("{name}", name=name), np.flatnonzero(samples.y_true == label))
            for label, name in enumerate(class_names)
        )
    is_right = samples.y_true == samples.y_pred
    return (
        PointGroup(message("right"), np.flatnonzero(is_right)),
        PointGroup(message("wrong"), np.flatnonzero(~is_right)),
    )
