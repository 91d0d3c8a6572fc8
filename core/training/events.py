"""What happens in a run. Each event is a plain value, written as one line of JSON and read back."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from core.config.fields import AUTOGRAD, BY_HAND, MOST_THREADS
from core.storage.decode import decode_dataclass
from core.storage.messages import plain_fields
from core.storage.reading import parse_json
from core.texts.message import Message

# Steps of a run, at most: a thousand epochs of as many images as anybody has, one by one.
_MOST_STEPS = 10**9
# Steps of a run whose steps are told by their means, at most. Those that come with the app have at most 62,500.
_MOST_MEANS = 10**6


@dataclass(frozen=True)
class TrainEvent:
    """Base of all events. `seconds` counts training time only, across pauses and resumptions.

    An event with an impossible number cannot be made: that raises ValueError.
    """

    kind: ClassVar[str]

    def __post_init__(self) -> None:
        _check_number("step", getattr(self, "step", 0), _MOST_STEPS)
        _check_number("epoch", getattr(self, "epoch", 0), _MOST_STEPS)
        _check_number("seconds", getattr(self, "seconds", 0), math.inf)


def _check_number(name: str, value: float, most: float, least: float = 0) -> None:
    # NaN, as a diverged run has it, is shown as such.
    if value < least or value > most:
        raise ValueError(f"{name} is {value:g}; it must be from {least:g} to {most:g}")


@dataclass(frozen=True)
class RunStarted(TrainEvent):
    """Training begins, or goes on after `step` steps where it is resumed from a checkpoint.

    threads: that compute. gradients: who derives them. The runs of earlier versions do not say.
    """

    kind: ClassVar[str] = "started"
    step: int
    epoch: int
    total_steps: int
    steps_per_epoch: int
    n_train: int
    n_val: int
    n_parameters: int
    device: str
    threads: int | None = None
    gradients: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number("total_steps", self.total_steps, _MOST_STEPS)
        _check_number("steps_per_epoch", self.steps_per_epoch, _MOST_STEPS, least=1)
        if self.threads is not None:
            _check_number("threads", self.threads, MOST_THREADS, least=1)
        if self.gradients not in (None, BY_HAND, AUTOGRAD):
            raise ValueError(f"gradients is {self.gradients!r}; it must be {BY_HAND} or {AUTOGRAD}")


@dataclass(frozen=True)
class StepEnd(TrainEvent):
    """Some steps are done.

    step: number of the last of these steps, counted from 1.
    losses: mean loss of each step's batch, before its update.
    accuracy: share of right predictions for the images of these steps, before each update.
    lr: learning rate of the last of these steps.
    samples_per_second: over these steps.
    seconds: of training so far.
    """

    kind: ClassVar[str] = "steps"
    step: int
    epoch: int
    losses: tuple[float, ...]
    accuracy: float
    lr: float
    samples_per_second: float
    seconds: float

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number("accuracy", self.accuracy, 1)
        _check_number("step", self.step, _MOST_STEPS, least=max(self.count, 1))

    @property
    def count(self) -> int:
        """How many steps they are."""
        return len(self.losses)

    def every_loss(self) -> tuple[float, ...]:
        """One loss for each step."""
        return self.losses


@dataclass(frozen=True)
class StepMeans(StepEnd):
    """The short form of `n_steps` steps that the runs that come with the app have.

    losses: means over equal parts of these steps. Where the steps do not divide evenly, the first parts have one more.
    """

    kind: ClassVar[str] = "means"
    n_steps: int

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_number("step", self.step, _MOST_MEANS)
        _check_number("the number of losses", len(self.losses), self.n_steps, least=1)

    @property
    def count(self) -> int:
        """How many steps they are."""
        return self.n_steps

    def every_loss(self) -> tuple[float, ...]:
        """One loss for each step: the mean of its part."""
        length, longer = divmod(self.n_steps, len(self.losses))
        return tuple(loss for part, loss in enumerate(self.losses) for _ in range(length + (part < longer)))


@dataclass(frozen=True)
class EpochEnd(TrainEvent):
    """An epoch is done; epochs are counted from 1.

    train_loss, train_accuracy: means over the epoch's images, each before its batch's update.
    val_…, test_…: measured after the epoch; None where they are not measured.
    Accuracies are shares from 0 to 1.
    """

    kind: ClassVar[str] = "epoch"
    step: int
    epoch: int
    train_loss: float
    train_accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    seconds: float

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("train_accuracy", "val_accuracy", "test_accuracy"):
            _check_number(name, getattr(self, name) or 0, 1)


@dataclass(frozen=True)
class RunPaused(TrainEvent):
    """Training waits."""

    kind: ClassVar[str] = "paused"
    step: int


@dataclass(frozen=True)
class RunContinued(TrainEvent):
    """Training goes on after a pause."""

    kind: ClassVar[str] = "continued"
    step: int


@dataclass(frozen=True)
class LrChanged(TrainEvent):
    """The base learning rate was changed by hand."""

    kind: ClassVar[str] = "lr"
    step: int
    lr: float


@dataclass(frozen=True)
class RunStopped(TrainEvent):
    """Training ended early: on request, or because the process had to end (`interrupted`)."""

    kind: ClassVar[str] = "stopped"
    step: int
    seconds: float
    interrupted: bool


@dataclass(frozen=True)
class RunFinished(TrainEvent):
    """All epochs are done."""

    kind: ClassVar[str] = "finished"
    step: int
    seconds: float


@dataclass(frozen=True)
class RunFailed(TrainEvent):
    """Training cannot go on; `reason` is for the reader."""

    kind: ClassVar[str] = "failed"
    step: int
    reason: Message


_KINDS: Mapping[str, type[TrainEvent]] = {
    cls.kind: cls
    for cls in (
        RunStarted,
        StepEnd,
        StepMeans,
        EpochEnd,
        RunPaused,
        RunContinued,
        LrChanged,
        RunStopped,
        RunFinished,
        RunFailed,
    )
}


def to_line(event: TrainEvent) -> str:
    """One line of JSON, losses rounded to six significant digits, without the line's end."""
    values = plain_fields(event)
    if isinstance(event, StepEnd):
        values["losses"] = [float(f"{loss:.6g}") for loss in event.losses]
    return json.dumps({"event": event.kind, **{k: _finite(v) for k, v in values.items()}})


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def from_line(line: str) -> TrainEvent:
    """The inverse of `to_line`. Raises ValueError for anything else."""
    try:
        values = parse_json(line)
        return decode_dataclass(_KINDS[values.pop("event")], values)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"Not an event: {line[:80]!r}") from error
