"""A map of test images: each a point, coloured by its class, by whether it is recognised, or by confidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.evaluation.samples import Samples
from core.texts.message import Message, message

ColourBy = Literal["class", "right", "confidence"]


@dataclass(frozen=True)
class PointGroup:
    """Points of one colour. title: in the legend. members: which of the map's points they are, int64 (n,)."""

    title: Message
    members: NDArray[np.int64]


@dataclass(frozen=True)
class SampleMapData:
    """What the map shows, of N images.

    x, y: places, float32 (N,). index: the images' indices in the test set, int64 (N,).
    true, predicted: the classes' names (N,). confidence: of the prediction, from 0 to 1, float64 (N,).
    groups: of points, those drawn on top at the end.
    """

    x: NDArray[np.float32]
    y: NDArray[np.float32]
    index: NDArray[np.int64]
    true: tuple[str, ...]
    predicted: tuple[str, ...]
    confidence: NDArray[np.float64]
    colour_by: ColourBy
    groups: tuple[PointGroup, ...]


def sample_map_data(
    places: NDArray[np.float32], samples: Samples, class_names: tuple[str, ...], colour_by: ColourBy
) -> SampleMapData:
    """Prepare the places (N, 2) of these N samples."""
    return SampleMapData(
        places[:, 0],
        places[:, 1],
        samples.index,
        tuple(class_names[label] for label in samples.y_true),
        tuple(class_names[label] for label in samples.y_pred),
        samples.confidence,
        colour_by,
        _groups(samples, class_names, colour_by),
    )


def _groups(samples: Samples, class_names: tuple[str, ...], colour_by: ColourBy) -> tuple[PointGroup, ...]:
    if colour_by == "class":
        return tuple(
            PointGroup(message("{name}", name=name), np.flatnonzero(samples.y_true == label))
            for label, name in enumerate(class_names)
        )
    if colour_by == "right":
        is_right = samples.y_true == samples.y_pred
        return (
            PointGroup(message("right"), np.flatnonzero(is_right)),
            PointGroup(message("wrong"), np.flatnonzero(~is_right)),
        )
    # The least certain on top.
    return (PointGroup(message("confidence"), np.argsort(-samples.confidence, kind="stable")),)
