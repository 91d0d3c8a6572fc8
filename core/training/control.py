"""What the user wants of a running run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Action = Literal["run", "pause", "stop", "interrupt"]


@dataclass(frozen=True)
class Command:
    """What training is to do.

    action: "interrupt" ends training as "stop" does, because its process is to end.
    lr: the base learning rate from now on; None keeps it.
    """

    action: Action = "run"
    lr: float | None = None


class Control(Protocol):
    """What the training loop asks before every step."""

    def poll(self) -> Command:
        """The present command; called often, so it must be quick."""


class NoControl:
    """Lets training run to its end."""

    def poll(self) -> Command:
        """The command to run."""
        return Command()
