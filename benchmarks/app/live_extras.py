"""What it costs a run that it shows its answers and its weights while it trains.

    python -m benchmarks.app.live_extras [--pairs 5] [--seconds 8] [--recipe cnn]

The same run is trained on one thread with and without, in an order that alternates, in this process. Samples a second
are those between a run's first and last report; a ratio is of one pair. `processor` counts seconds of the processor
instead of the clock's. `share_of_looks` is the part of a run's time, by the clock, that went into looking: other
processes of the machine blur it least.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.execution.live_probe import LiveProbe
from core.execution.train_run import train_run
from core.learners.base import Learner
from core.runs import control_file
from core.runs.live import LIVE_FILE
from core.runs.store import RunStore
from core.settings import data_root
from core.training.events import RunStarted, StepEnd, TrainEvent


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--recipe", choices=list(RECIPES), help="without one, the settings of a plain MLP")
    given = parser.parse_args(arguments)
    config = RECIPES[given.recipe].config if given.recipe else RunConfig()
    speeds: dict[bool, list[Speed]] = {True: [], False: []}
    shares = []
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        # The first run of a process is slower.
        _measure(store, config, given.seconds / 2, True)
        for pair in range(given.pairs):
            for shows in (True, False) if pair % 2 else (False, True):
                speeds[shows].append(_measure(store, config, given.seconds, shows))
            shares.append(_Timed.looking / given.seconds)
    figures: dict[str, object] = {"recipe": given.recipe or "MLP 128-128"}
    for place, clock in enumerate(Speed._fields):
        shown, alone = ([speed[place] for speed in speeds[shows]] for shows in (True, False))
        ratios = [one / other for one, other in zip(shown, alone, strict=True)]
        figures[clock] = {
            "with": round(statistics.median(shown)),
            "without": round(statistics.median(alone)),
            "ratios": [round(ratio, 3) for ratio in sorted(ratios)],
            "median_ratio": round(statistics.median(ratios), 4),
        }
    figures["share_of_looks"] = {"median": round(statistics.median(shares), 4), "max": round(max(shares), 4)}
    print(json.dumps(figures, indent=1))


class Speed(NamedTuple):
    """Samples a second, by the clock and by the time of the processor."""

    wall: float
    processor: float


def _measure(store: RunStore, config: RunConfig, seconds: float, shows: bool) -> Speed:
    """The speed of a run that is stopped after some seconds, from its first report to its last."""
    record = store.create(config.replace(epochs=1000, threads=1))
    reports: list[tuple[StepEnd, float]] = []

    def listen(event: TrainEvent) -> None:
        if isinstance(event, StepEnd):
            reports.append((event, time.process_time()))
            if event.seconds - reports[0][0].seconds >= seconds:
                control_file.send(record.path, "stop")

    with patch(f"{train_run.__module__}.LiveProbe", _Timed if shows else _Nothing):
        train_run(record, data_root(), sinks=[listen])
    assert (record.path / LIVE_FILE).is_file() == shows
    (first, begin), (last, end) = reports[0], reports[-1]
    samples = (last.step - first.step) * config.batch_size
    return Speed(samples / (last.seconds - first.seconds), samples / (end - begin))


class _Timed(LiveProbe):
    """The probe, with the seconds that the last run's looks took once training had begun."""

    looking = 0.0

    def __call__(self, event: TrainEvent) -> None:
        begin = time.perf_counter()
        super().__call__(event)
        _Timed.looking = 0.0 if isinstance(event, RunStarted) else _Timed.looking + time.perf_counter() - begin


class _Nothing:
    """In the probe's place: it sees nothing."""

    def __init__(self, folder: Path, learner: Learner, test: object) -> None: ...

    def __call__(self, event: TrainEvent) -> None: ...


if __name__ == "__main__":
    main()
