"""Accuracy against coverage of a network that may abstain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.texts.message import Message, message
from core.uncertainty.abstention import Abstention, CoverageCurve

# Points of the drawn curve, at most.
MAX_POINTS = 400
# Below this coverage the accuracy is of too few images to be drawn.
_LEAST_IMAGES = 20


@dataclass(frozen=True)
class CoverageData:
    """The curve's points, and the chosen one: shares from 0 to 1.

    chosen: coverage and accuracy at the chosen threshold; None where nothing is kept.
    hovers: a sentence on each point.
    """

    coverage: tuple[float, ...]
    accuracy: tuple[float, ...]
    hovers: tuple[Message, ...]
    chosen: tuple[float, float] | None


def coverage_data(curve: CoverageCurve, chosen: Abstention) -> CoverageData:
    """Prepare a curve, thinned out, with the point of a threshold."""
    n = len(chosen.kept) + len(chosen.refused)
    first = int(np.searchsorted(curve.coverage, _LEAST_IMAGES / n))
    places = np.unique(
        np.linspace(min(first, len(curve.coverage) - 1), len(curve.coverage) - 1, MAX_POINTS).astype(int)
    )
    coverage, accuracy = curve.coverage[places], curve.accuracy[places]
    hovers = tuple(
        message(
            "from {threshold:.1%} sure: {coverage:.1%} answered, {accuracy:.2%} of them right",
            threshold=t,
            coverage=c,
            accuracy=a,
        )
        for t, c, a in zip(curve.threshold[places].tolist(), coverage.tolist(), accuracy.tolist(), strict=True)
    )
    point = None if chosen.accuracy is None else (chosen.coverage, chosen.accuracy)
    return CoverageData(tuple(coverage.tolist()), tuple(accuracy.tolist()), hovers, point)


def describe_coverage(data: CoverageData) -> Message:
    """The chart in a sentence."""
    whole = data.accuracy[-1]
    if data.chosen is None:
        return message("Accuracy against coverage: {whole:.2%} with every image answered; now none is", whole=whole)
    return message(
        "Accuracy against coverage: {whole:.2%} with every image answered, {accuracy:.2%} with {coverage:.1%} of them",
        whole=whole,
        accuracy=data.chosen[1],
        coverage=data.chosen[0],
    )
