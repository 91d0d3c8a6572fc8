"""Shows a run on a terminal while it trains."""

from __future__ import annotations

import contextlib
import shutil
import sys

from core.cli.texts import tr
from core.texts.message import Message, join, message
from core.training.events import EpochEnd, RunContinued, RunPaused, RunStarted, StepEnd, TrainEvent

# Width of the bar in characters.
_BAR_WIDTH = 24
# Goes to the beginning of the terminal's line and empties it.
CLEAR_LINE = "\r\x1b[K"


class ProgressPrinter:
    """Prints a line for each epoch of a run, and on a terminal keeps a bar up to date.

    log_interval: steps of an epoch after which the loss is printed too; 0 for never.
    """

    def __init__(self, epochs: int, log_interval: int = 0) -> None:
        self._epochs = epochs
        self._log_interval = log_interval
        self._started: RunStarted | None = None
        self._has_bar = sys.stderr.isatty()

    def __call__(self, event: TrainEvent) -> None:
        """Show one event. Training goes on when the terminal is gone."""
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
                    self._print(tr("paused after step {step:,}", step=event.step))
                case RunContinued():
                    self._print(tr("goes on"))

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
                line = tr(
                    "epoch {epoch}  batch {batch:,}/{batches:,}  loss {loss:.4f}",
                    epoch=event.epoch,
                    batch=in_epoch,
                    batches=per_epoch,
                    loss=loss,
                )
                self._print(line)

    def _draw(self, event: StepEnd) -> None:
        if self._has_bar and self._started is not None:
            line = bar_line(event, self._started.total_steps, self._epochs)
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(CLEAR_LINE + line[:width])
            sys.stderr.flush()

    def _print(self, text: str) -> None:
        self._clear()
        print(text, flush=True)

    def _clear(self) -> None:
        if self._has_bar:
            sys.stderr.write(CLEAR_LINE)
            sys.stderr.flush()


def bar_line(event: StepEnd, total_steps: int, epochs: int) -> str:
    """The bar with the figures beside it."""
    share = event.step / total_steps
    done = round(share * _BAR_WIDTH)
    left = event.seconds / event.step * (total_steps - event.step)
    bar = f"[{'#' * done}{'.' * (_BAR_WIDTH - done)}]"
    return tr(
        "epoch {epoch}/{epochs} {bar} {share:4.0%}  loss {loss:.4f}  {speed:,.0f} images/s  {time} left",
        epoch=event.epoch,
        epochs=epochs,
        bar=bar,
        share=share,
        loss=event.losses[-1],
        speed=event.samples_per_second,
        time=clock(left),
    )


def epoch_line(event: EpochEnd, epochs: int) -> str:
    """Everything that was measured in an epoch."""
    parts = [
        message("epoch {epoch}/{epochs}", epoch=event.epoch, epochs=epochs),
        _figures(message("train"), event.train_loss, event.train_accuracy),
        _figures(message("validation"), event.val_loss, event.val_accuracy),
        _figures(message("test"), event.test_loss, event.test_accuracy),
        message("{time}", time=clock(event.seconds)),
    ]
    return tr(join([part for part in parts if part], "  "))


def clock(seconds: float) -> str:
    """Minutes and seconds, such as "1:05"; with hours where there are any."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _figures(split: Message, loss: float | None, accuracy: float | None) -> Message | None:
    if loss is None or accuracy is None:
        return None
    return message("{split} loss {loss:.4f} accuracy {accuracy:.2%}", split=split, loss=loss, accuracy=accuracy)
