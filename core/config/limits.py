"""What the fields of a configuration may hold: ranges of numbers, and choices."""

from __future__ import annotations

from dataclasses import dataclass

OPTIMIZERS = ("sgd", "adam", "adamw", "adadelta")
SCHEDULES = ("constant", "step", "one-cycle")
SCALINGS = ("standard", "unit")
AUGMENTS = ("none", "warp")
DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True)
class Limits:
    """The closed range that a number may lie in; `above_minimum` leaves the lower end out."""

    minimum: float
    maximum: float
    whole: bool = False
    above_minimum: bool = False

    def describe(self) -> str:
        """The range in words."""
        kind = "a whole number" if self.whole else "a number"
        if self.above_minimum:
            return f"{kind} above {self.minimum:,.12g}, at most {self.maximum:,.12g}"
        return f"{kind} from {self.minimum:,.12g} to {self.maximum:,.12g}"

    def allows(self, value: object) -> bool:
        """Whether `value` is a number in the range."""
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        # NaN fails every comparison.
        within = self.minimum <= value <= self.maximum and not (self.above_minimum and value == self.minimum)
        return within and not (self.whole and value != int(value))


LIMITS: dict[str, Limits] = {
    "lr": Limits(0, 100, above_minimum=True),
    "momentum": Limits(0, 0.999),
    "weight_decay": Limits(0, 1),
    "gamma": Limits(0, 1, above_minimum=True),
    "step_size": Limits(1, 1000, whole=True),
    "batch_size": Limits(1, 60_000, whole=True),
    "test_batch_size": Limits(1, 60_000, whole=True),
    "epochs": Limits(1, 1000, whole=True),
    "seed": Limits(0, 2**32 - 1, whole=True),
    "val_fraction": Limits(0, 0.9),
    "train_images": Limits(0, 60_000, whole=True),
    "threads": Limits(1, 64, whole=True),
}
