"""The reliability diagram: how often a network is right, by how sure it is, before and after calibration."""

from __future__ import annotations

from dataclasses import dataclass

from core.texts.message import Message, plural
from core.uncertainty.record import Check


@dataclass(frozen=True)
class Points:
    """The bins that hold any image: mean confidence and accuracy, from 0 to 1, and the number of images.

    hovers: a sentence on each bin.
    """

    confidence: tuple[float, ...]
    accuracy: tuple[float, ...]
    counts: tuple[int, ...]
    hovers: tuple[Message, ...]


@dataclass(frozen=True)
class ReliabilityData:
    """The bins of the raw probabilities and of the calibrated ones."""

    raw: Points
    calibrated: Points


def reliability_data(check: Check) -> ReliabilityData:
    """Prepare a calibration's check."""
    return ReliabilityData(_points(check.raw_bins), _points(check.bins))


def _points(bins: tuple[tuple[float, ...], ...]) -> Points:
    filled = [(int(count), confidence, accuracy) for count, confidence, accuracy in bins if count]
    return Points(
        tuple(confidence for _, confidence, _ in filled),
        tuple(accuracy for _, _, accuracy in filled),
        tuple(count for count, _, _ in filled),
        tuple(
            plural(
                "{count:,} image: {confidence:.1%} sure, {accuracy:.1%} right",
                "{count:,} images: {confidence:.1%} sure, {accuracy:.1%} right",
                count,
                confidence=confidence,
                accuracy=accuracy,
            )
            for count, confidence, accuracy in filled
        ),
    )
