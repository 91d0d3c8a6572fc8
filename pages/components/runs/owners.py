"""Whose run it is, told to the operator of an app that is open to visitors, whose tables hold all runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core import settings
from core.runs.record import RunRecord
from pages.components.shell.texts import tr_plain
from pages.components.shell.visitor import current_visitor

# Gives the nicknames of those who have one, by owner.
Nicknames = Callable[[], Mapping[str, str]]
# Digits of an owner that stand for one without a nickname. Among a thousand owners two look alike once in 34 times.
_DIGITS = 6


def tells_owners() -> bool:
    """Whether the visitor's tables hold runs of several owners."""
    return settings.is_open() and current_visitor().is_operator


def owner_label(record: RunRecord, nicknames: Mapping[str, str]) -> str:
    """A word for the run's owner; empty for a run that comes with the app."""
    if record.bundled:
        return ""
    return nicknames.get(record.owner, record.owner[:_DIGITS]) if record.owner else tr_plain("you")
