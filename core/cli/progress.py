"""What a terminal shows of a run while it trains."""

from __future__ import annotations

import contextlib
import shutil
import sys

from core.training.events import EpochEnd, RunContinued, RunPaused, RunStarted, StepEnd, TrainEvent

_BAR_WIDTH = 24
_CLEAR_LINE = "\r\x1b[K"


class ProgressPrinter:
    """Follows a run's events: a line an epoch, and on a terminal a bar that is drawn again and again.

    log_interval: also print the loss after every so many steps of an epoch; 0 for never.
    """

    def __init__(self, epochs: int, log_interval: int = 0) -> None:
        self._epochs = epochs
        self._log_interval = log_interval
        self._started: RunStarted | None = None
        self._has_bar = sys.stderr.isatty()

    def __call__(self, event: TrainEvent) -> None:
        """Show one event. A terminal that is gone does not disturb training."""
        with contextlib.suppress(OSError):
            match event:
                case RunStarted():
                    self._started = event
                case StepEnd():
                    self._log(event)
                    self._draw(event)
                case EpochEnd():
                    self._print(epoch_line(event, self._epochs))
                case RunPaused():
                    self._print(f"paused after step {event.step:,}")
                case RunContinued():
                    self._print("goes on")

    def close(self) -> None:
        """Remove the bar."""
        with contextlib.suppress(OSError):
            self._clear()

    def _log(self, event: StepEnd) -> None:
        if not self._log_interval or self._started is None:
            return
        per_epoch = self._started.steps_per_epoch
        for number, loss in enumerate(event.losses, start=event.step - len(event.losses) + 1):
            in_epoch = (number - 1) % per_epoch + 1
            if in_epoch % self._log_interval == 0:
                self._print(f"epoch {event.epoch}  batch {in_epoch:,}/{per_epoch:,}  loss {loss:.4f}")

    def _draw(self, event: StepEnd) -> None:
        if self._has_bar and self._started is not None:
            line = bar_line(event, self._started.total_steps, self._epochs)
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(_CLEAR_LINE + line[:width])
            sys.stderr.flush()

    def _print(self, text: str) -> None:
        self._clear()
        print(text, flush=True)

    def _clear(self) -> None:
        if self._has_bar:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()


def bar_line(event: StepEnd, total_steps: int, epochs: int) -> str:
    """The bar with what is known beside it."""
    share = event.step / total_steps
    done = round(share * _BAR_WIDTH)
    left = event.seconds / event.step * (total_steps - event.step)
    bar = f"[{'#' * done}{'.' * (_BAR_WIDTH - done)}]"
    return (
        f"epoch {event.epoch}/{epochs} {bar} {share:4.0%}  loss {event.losses[-1]:.4f}  "
        f"{event.samples_per_second:,.0f} images/s  {clock(left)} left"
    )


def epoch_line(event: EpochEnd, epochs: int) -> str:
    """Everything that was measured in an epoch."""
    parts = [f"epoch {event.epoch}/{epochs}", _figures("train", event.train_loss, event.train_accuracy)]
    parts.append(_figures("validation", event.val_loss, event.val_accuracy))
    parts.append(_figures("test", event.test_loss, event.test_accuracy))
    return "  ".join([part for part in parts if part] + [clock(event.seconds)])


def clock(seconds: float) -> str:
    """Minutes and seconds, such as "1:05"; with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _figures(split: str, loss: float | None, accuracy: float | None) -> str:
    return "" if loss is None or accuracy is None else f"{split} loss {loss:.4f} accuracy {accuracy:.2%}"
