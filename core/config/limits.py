"""Ranges of numbers that a setting may hold."""

from __future__ import annotations

from dataclasses import dataclass

from core.texts.message import Message, message


@dataclass(frozen=True)
class Limits:
    """The closed range that a number may lie in; `above_minimum` leaves the lower end out."""

    minimum: float
    maximum: float
    whole: bool = False
    above_minimum: bool = False

    def describe(self) -> Message:
        """The range in words, as the end of "it must be …"."""
        ends = {"minimum": self.minimum, "maximum": self.maximum}
        if self.above_minimum:
            return message("a number above {minimum:,.12g}, at most {maximum:,.12g}", **ends)
        if self.whole:
            return message("a whole number from {minimum:,.12g} to {maximum:,.12g}", **ends)
        return message("a number from {minimum:,.12g} to {maximum:,.12g}", **ends)

    def allows(self, value: object) -> bool:
        """Whether `value` is a number in the range."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        # NaN fails every comparison.
        within = self.minimum <= value <= self.maximum and not (self.above_minimum and value == self.minimum)
        return within and not (self.whole and value != int(value))
