"""What the user wants of a running run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Action = Literal["run", "pause", "stop", "interrupt"]


@dataclass(frozen=True)
class Command:
    """The wish of the moment. lr: the base learning rate from now on; None keeps it.

    "interrupt" ends training as "stop" does, but because the process has to go.
    """

    action: Action = "run"
    lr: float | None = None


class Control(Protocol):
    """Where the training loop looks, before every step, for what it should do."""

    def poll(self) -> Command:
        """The present wish; called often, so it must be cheap."""


class NoControl:
    """Training that nobody steers."""

    def poll(self) -> Command:
        """Always to run."""
        return Command()
