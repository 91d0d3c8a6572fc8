"""A run's history: the numbers that charts and tables show, gathered from its events."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.runs.event_log import EventLog
from core.training.events import EpochEnd, LrChanged, RunStarted, StepEnd, TrainEvent

# Seconds of training after which its pace is known: the first steps take longer than the others.
_STEADY_SECONDS = 0.1
# Seconds of training, and steps, after which the mean pace says how long the rest will take.
_TELLING_SECONDS = 1.0
_TELLING_STEPS = 5


@dataclass
class History:
    """What is known of a run so far. Steps that were done again after a resumption count once.

    accuracies: pairs of a step and the training accuracy over the steps since the pair before.
    epochs: one entry for each epoch.
    lr_changes: base learning rates set by hand.
    last: the steps that were reported last; None before the first ones.
    first_pace: seconds a step, as soon as training has gone on for a moment; None before.
    first: the steps that were reported first.
    """

    started: RunStarted | None = None
    accuracies: list[tuple[int, float]] = field(default_factory=list)
    epochs: list[EpochEnd] = field(default_factory=list)
    lr_changes: list[LrChanged] = field(default_factory=list)
    last: StepEnd | None = None
    first_pace: float | None = None
    first: StepEnd | None = None
    # 8 bytes a step; a list of floats takes 32.
    _losses: array[float] = field(default_factory=lambda: array("d"), repr=False)

    def apply(self, events: Iterable[TrainEvent]) -> History:
        """Take in more events, in their order; returns itself."""
        for event in events:
            match event:
                case RunStarted():
                    self._restart(event)
                # Of a consistent log none is left out. A report of more steps than are missing would draw some twice.
                case StepEnd() if self.step + event.count <= event.step:
                    self._losses.extend(event.every_loss())
                    self.accuracies.append((event.step, event.accuracy))
                    self.last = event
                    self.first = self.first or event
                    if self.first_pace is None and event.seconds >= _STEADY_SECONDS:
                        self.first_pace = event.seconds / event.step
                case EpochEnd():
                    self.epochs.append(event)
                case LrChanged():
                    self.lr_changes.append(event)
        return self

    def _restart(self, event: RunStarted) -> None:
        # What came after the checkpoint is done again, so its first attempt is dropped.
        self.started = event
        del self._losses[event.step :]
        self.accuracies = [entry for entry in self.accuracies if entry[0] <= event.step]
        # By number, not by step: the checkpoint may have been written after an epoch's last step and before its end.
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= event.epoch]
        self.lr_changes = [change for change in self.lr_changes if change.step <= event.step]
        if self.last and self.last.step > event.step:
            self.last = None
        if not event.step:
            self.first_pace = self.first = None

    @property
    def step_losses(self) -> array[float]:
        """The loss of every step, as a copy. In the runs that come with the app several steps share their mean."""
        return self._losses[:]

    @property
    def step(self) -> int:
        """Steps done."""
        return len(self._losses)

    @property
    def seconds_left(self) -> float | None:
        """Training time still needed, at the mean pace since the first report; None until that means something.

        The first steps take longer than the others, many times as long beside other work.
        """
        first, last = self.first, self.last
        if self.started is None or first is None or last is None:
            return None
        left = max(self.started.total_steps - last.step, 0)
        if not left:
            return 0.0
        steps = last.step - first.step
        if last.seconds < _TELLING_SECONDS or steps < _TELLING_STEPS:
            return None
        return (last.seconds - first.seconds) / steps * left


class HistoryReader:
    """Keeps a history up to date with its log, reading only what is new at each call."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._cursor = 0
        self._tail = b""
        self._history = History()

    def read(self) -> History:
        """The history as it is now. Starts over when another log has taken its place, as of a run begun again."""
        if self._log.tail(self._cursor) != self._tail:
            self._cursor, self._history = 0, History()
        events, self._cursor = self._log.read(self._cursor)
        self._tail = self._log.tail(self._cursor)
        return self._history.apply(events)
