"""A run's history: its events folded into the numbers that charts and tables show."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.runs.event_log import EventLog
from core.training.events import EpochEnd, LrChanged, RunFailed, RunStarted, StepEnd, TrainEvent


@dataclass
class History:
    """What is known of a run so far.

    step_losses: the loss of every step, first to last (a resumed run's repeated steps once); in the runs that
        come with the app the mean over some steps around it.
    accuracies: (step, training accuracy over the steps since the entry before).
    epochs: one entry an epoch.
    lr_changes: (step, base learning rate) set by hand.
    """

    started: RunStarted | None = None
    step_losses: list[float] = field(default_factory=list)
    accuracies: list[tuple[int, float]] = field(default_factory=list)
    epochs: list[EpochEnd] = field(default_factory=list)
    lr_changes: list[LrChanged] = field(default_factory=list)
    last: StepEnd | None = None
    failure: str = ""

    def apply(self, events: Iterable[TrainEvent]) -> History:
        """Take in more events, in their order; returns itself."""
        for event in events:
            match event:
                case RunStarted():
                    self._restart(event)
                case StepEnd():
                    self.step_losses.extend(event.every_loss())
                    self.accuracies.append((event.step, event.accuracy))
                    self.last = event
                case EpochEnd():
                    self.epochs.append(event)
                case LrChanged():
                    self.lr_changes.append(event)
                case RunFailed():
                    self.failure = event.reason
        return self

    def _restart(self, event: RunStarted) -> None:
        # What was done after the checkpoint is done again, so the first try of it is dropped.
        self.started = event
        self.failure = ""
        del self.step_losses[event.step :]
        self.accuracies = [entry for entry in self.accuracies if entry[0] <= event.step]
        # By number, not by step: the checkpoint may lie between an epoch's last step and its end.
        self.epochs = [epoch for epoch in self.epochs if epoch.epoch <= event.epoch]
        self.lr_changes = [change for change in self.lr_changes if change.step <= event.step]
        if self.last and self.last.step > event.step:
            self.last = None

    @property
    def step(self) -> int:
        """Steps done."""
        return len(self.step_losses)

    @property
    def best_epoch(self) -> EpochEnd | None:
        """The epoch with the highest validation accuracy (the first of equals); None without validation."""
        return max(
            (epoch for epoch in self.epochs if epoch.val_accuracy is not None),
            key=lambda epoch: epoch.val_accuracy or 0.0,
            default=None,
        )

    @property
    def seconds_left(self) -> float | None:
        """Training time still needed at the pace so far; None before the first steps."""
        if self.started is None or self.last is None or not self.last.step:
            return None
        return self.last.seconds / self.last.step * max(self.started.total_steps - self.last.step, 0)


class HistoryReader:
    """Keeps a history up to date with its log, reading only what is new at each call."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._cursor = 0
        self._history = History()

    def read(self) -> History:
        """The history as it stands now. Starts over when the log was replaced by a shorter one."""
        if self._log.path.exists() and self._log.path.stat().st_size < self._cursor:
            self._cursor, self._history = 0, History()
        events, self._cursor = self._log.read(self._cursor)
        return self._history.apply(events)
