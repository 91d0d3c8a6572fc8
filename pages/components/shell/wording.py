"""Figures, times and classes in words, in the visitor's language."""

from __future__ import annotations

from typing import Protocol

from core.metrics.intervals import Interval
from pages.components.shell.texts import tr_plain

# Probabilities this near to 0 or 1 are not written out.
_NEAR_CERTAIN = 0.001
# Seconds below which a tenth counts.
_FEW_SECONDS = 10


class WithClasses(Protocol):
    """A data set or a prediction."""

    @property
    def class_names(self) -> tuple[str, ...]:
        """What its classes are called, marked for the catalogue."""


def name_classes(of: WithClasses) -> tuple[str, ...]:
    """What the classes are called, in the visitor's language."""
    return tuple(map(tr_plain, of.class_names))


def percent(share: float | None, digits: int = 2) -> str:
    """A share from 0 to 1 as per cent; a dash where there is none."""
    return "–" if share is None else f"{share:.{digits}%}"


def short_number(value: float) -> str:
    """A number to three digits, such as "0.0123" or "10,900"."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 1000 else f"{rounded:.3g}"


def interval_text(interval: Interval, digits: int = 2) -> str:
    """An interval of shares from 0 to 1 as per cent."""
    low, high = (percent(end, digits) for end in interval)
    return tr_plain("{low} to {high}", low=low, high=high)


def certainty(share: float) -> str:
    """A probability as per cent that is never called nothing or everything, such as ">99.9%"."""
    if share < _NEAR_CERTAIN:
        return f"<{percent(_NEAR_CERTAIN, 1)}"
    return percent(share, 1) if share <= 1 - _NEAR_CERTAIN else f">{percent(1 - _NEAR_CERTAIN, 1)}"


def duration(seconds: float | None) -> str:
    """Seconds in words, such as "1 min 20 s"; a dash where there are none."""
    if seconds is None:
        return "–"
    if seconds < _FEW_SECONDS:
        return tr_plain("{seconds:.1f} s", seconds=seconds)
    if seconds < 60:
        return tr_plain("{seconds:.0f} s", seconds=seconds)
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return tr_plain("{hours} h {minutes} min", hours=hours, minutes=minutes)
    return tr_plain("{minutes} min {seconds} s", minutes=minutes, seconds=rest)


def about(seconds: float) -> str:
    """An estimated time, such as "about 6 min"."""
    if seconds < 60:
        return tr_plain("about {seconds} s", seconds=max(round(seconds), 1))
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr_plain("about {minutes} min", minutes=minutes)
    return tr_plain("about {hours:.1f} h", hours=minutes / 60)
