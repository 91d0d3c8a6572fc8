"""What is known of the twins' steps so far, in the form in which charts and tables want it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.twins.setup import KINDS, Kind, TwinStep

Rows = dict[str, list[float]]


@dataclass
class TwinHistory:
    """The steps in order, from the first on.

    numpy_losses, torch_losses: one a step. differences: of each kind, by tensor, one a step.
    largest: the largest difference so far, in any tensor. first_split: the step in which a ReLU first was on in
    one network and off in the other; None while none was.
    """

    numpy_losses: list[float] = field(default_factory=list)
    torch_losses: list[float] = field(default_factory=list)
    differences: dict[Kind, Rows] = field(default_factory=lambda: {kind: {} for kind in KINDS})
    largest: float = 0.0
    first_split: int | None = None

    def __len__(self) -> int:
        return len(self.numpy_losses)

    def extend(self, steps: Iterable[TwinStep]) -> None:
        """Add steps that follow the last one."""
        for step in steps:
            self.numpy_losses.append(step.numpy_loss)
            self.torch_losses.append(step.torch_loss)
            for kind in KINDS:
                for name, difference in getattr(step, kind).items():
                    self.differences[kind].setdefault(name, []).append(difference)
            self.largest = max(self.largest, step.largest)
            if step.split_relus and self.first_split is None:
                self.first_split = step.step
