"""What reports and records cost a run: `python -m benchmarks.training.record_cost tiny-mlp-4 cnn --images 20000`.

Runs are trained as the app trains them, with their events, checkpoints and epochs' files. Of the processor time between
the first event and the last one, three shares are printed, medians of several runs:

- reports: working out what the steps since the last report said, and ends of epochs without their measuring;
- records: events, states, checkpoints and epochs' files;
- live: the answers and weights that a page shows while the run goes on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from benchmarks.training.speed import COMPARED, all_here, compared_config
from core.config.recipes import find_recipe
from core.config.run_config import RunConfig
from core.execution.live_probe import LiveProbe
from core.execution.train_run import train_run
from core.runs.store import RunStore
from core.settings import data_root
from core.training.events import RunFinished, RunStarted, TrainEvent
from core.training.trainer import Trainer

PARTS = ("reports", "records", "live")


class Stopwatch:
    """Processor seconds by part. What is measured within another part counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._parts = ["training"]
        self._mark = time.process_time()

    @contextmanager
    def time(self, part: str) -> Iterator[None]:
        """Count what happens within for `part`."""
        self._change(part)
        try:
            yield
        finally:
            self._change(None)

    def _change(self, part: str | None) -> None:
        now = time.process_time()
        self.seconds[self._parts[-1]] += now - self._mark
        self._mark = now
        if part is None:
            self._parts.pop()
        else:
            self._parts.append(part)


def measure(store: RunStore, config: RunConfig) -> dict[str, float]:
    """Train one run; returns the shares of its processor time by part."""
    watch, marks = Stopwatch(), list[float]()

    def listen(event: TrainEvent) -> None:
        if isinstance(event, RunStarted | RunFinished):
            marks.append(time.process_time())

    with ExitStack() as stack:
        for owner, name, put in (
            (Trainer, "steps", _timed_events(Trainer.steps, watch)),
            (Trainer, "_report", _timed_reports(Trainer._report, watch)),
            (Trainer, "_end_epoch", _timed(Trainer._end_epoch, watch, "reports")),
            (Trainer, "_measure", _timed(Trainer._measure, watch, "measuring")),
            (LiveProbe, "__call__", _timed(LiveProbe.__call__, watch, "live")),
        ):
            stack.enter_context(patch.object(owner, name, put))
        train_run(store.create(config), data_root(), sinks=[listen])
    begin, end = marks
    return {part: watch.seconds[part] / (end - begin) for part in PARTS}


def _timed(function: Callable[..., Any], watch: Stopwatch, part: str) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        with watch.time(part):
            return function(*args)

    return call


def _timed_reports(function: Callable[..., Iterator[TrainEvent]], watch: Stopwatch) -> Callable[..., Any]:
    def call(*args: Any) -> Iterator[TrainEvent]:
        with watch.time("reports"):
            events = [*function(*args)]
        yield from events

    return call


def _timed_events(function: Callable[..., Iterator[Any]], watch: Stopwatch) -> Callable[..., Any]:
    def call(*args: Any) -> Iterator[Any]:
        for event in function(*args):
            if event is None:
                yield None
                continue
            # Whoever asked for the event keeps it before asking for the next.
            with watch.time("records"):
                yield event

    return call


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training.record_cost", description=__doc__.splitlines()[0]
    )
    parser.add_argument("recipes", nargs="+", choices=COMPARED, metavar="RECIPE", help=f"of {', '.join(COMPARED)}")
    parser.add_argument("--images", type=int, metavar="N", help="train on at most so many (default: all)")
    parser.add_argument("--epochs", type=int, default=2, metavar="N", help="[2]")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="of each recipe [3]")
    given = parser.parse_args(arguments)
    if not all_here(given.recipes):
        return 1
    for name in given.recipes:
        config = compared_config(find_recipe(name), 1, given.images, given.epochs)
        with tempfile.TemporaryDirectory() as folder:
            store = RunStore(Path(folder))
            # The first run of a process is slower.
            found = [measure(store, config) for _ in range(given.runs + 1)][1:]
        middle = {part: median(shares[part] for shares in found) for part in PARTS}
        both = [shares["reports"] + shares["records"] for shares in found]
        print(
            f"{name}: reports {middle['reports']:.2%}, records {middle['records']:.2%}, together "
            f"{median(both):.2%} ({min(both):.2%} to {max(both):.2%}); live {middle['live']:.2%}",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
