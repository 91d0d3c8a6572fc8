"""The reliability diagram: how often a network is right, by how sure it is, before and after calibration."""

from __future__ import annotations

from dataclasses import dataclass

from core.texts.message import Message, message, plural
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
    """The bins of the raw probabilities and of the calibrated ones; None without a calibration."""

    raw: Points
    calibrated: Points | None


def reliability_data(check: Check, is_calibrated: bool = True) -> ReliabilityData:
    """Prepare a calibration's check, or what was measured of a network without a calibration."""
    return ReliabilityData(_points(check.raw_bins), _points(check.bins) if is_calibrated else None)


def describe_reliability(check: Check, is_calibrated: bool = True) -> Message:
    """The diagram in a sentence."""
    if not is_calibrated:
        return message(
            "Reliability diagram of {count:,} images: expected calibration error {raw:.1%}, not calibrated",
            count=check.n,
            raw=check.raw_error,
        )
    return message(
        "Reliability diagram of {count:,} images: expected calibration error {raw:.1%} raw and {calibrated:.1%} "
        "calibrated",
        count=check.n,
        raw=check.raw_error,
        calibrated=check.error,
    )


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
