"""What it costs a run that it keeps what it says of single images.

    python -m benchmarks.app.dynamics_cost [--pairs 5] [--epochs 3] [--recipe cnn] [--dataset mnist]

The same run is trained on one thread with and without keeping it, in an order that alternates, in this process.
Without, right answers are counted, but no probability is worked out, noted or written. A ratio is of one pair: of the
processor's seconds between the run's first event and its last one. `share_of_keeping` is the part of a run's seconds of
the processor that went into keeping: other processes of the machine blur it least. `bytes_per_epoch` is the size of an
epoch's file.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.learners import torch_learner
from core.learners.base import NO_STEPS
from core.runs.epoch_files import find_epochs
from core.runs.store import RunStore
from core.settings import data_root
from core.training import trainer
from core.training.epoch_record import ShownImages
from core.training.events import RunFinished, RunStarted, TrainEvent

# What keeping consists of: an object, and the name of what it calls.
_PARTS: tuple[tuple[Any, str], ...] = (
    (torch_learner, "_true_probability"),
    (ShownImages, "note"),
    (ShownImages, "take"),
    (trainer, "summarize"),
    (worker, "write_epoch"),
)
# What each gives where nothing is kept; None unless it is said here.
_NOTHING = {"_true_probability": NO_STEPS.true_probability}


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--recipe", choices=list(RECIPES), help="without one, the settings of a plain MLP")
    parser.add_argument("--dataset", choices=list(DATASETS), default="mnist")
    given = parser.parse_args(arguments)
    config = RECIPES[given.recipe].config if given.recipe else RunConfig()
    config = config.replace(dataset=given.dataset, epochs=given.epochs, threads=1, device="cpu")
    costs: dict[bool, list[Cost]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        store = RunStore(Path(folder))
        # The first run of a process is slower.
        size = _measure(store, config.replace(epochs=1), True).size
        for pair in range(given.pairs):
            for keeps in (True, False) if pair % 2 else (False, True):
                costs[keeps].append(_measure(store, config, keeps))
    seconds = {keeps: [cost.seconds for cost in costs[keeps]] for keeps in costs}
    ratios = [one / other for one, other in zip(seconds[True], seconds[False], strict=True)]
    shares = [cost.keeping / cost.seconds for cost in costs[True]]
    figures = {
        "recipe": given.recipe or "MLP 128-128",
        "dataset": given.dataset,
        "epochs": given.epochs,
        "seconds_with": round(statistics.median(seconds[True]), 2),
        "seconds_without": round(statistics.median(seconds[False]), 2),
        "ratios": [round(ratio, 4) for ratio in sorted(ratios)],
        "median_ratio": round(statistics.median(ratios), 4),
        "share_of_keeping": {"median": round(statistics.median(shares), 4), "max": round(max(shares), 4)},
        "bytes_per_epoch": size,
    }
    print(json.dumps(figures, indent=1))


class Cost(NamedTuple):
    """Seconds of the processor that a run took, the part that went into keeping, and the bytes of an epoch's file."""

    seconds: float
    keeping: float
    size: int


def _measure(store: RunStore, config: RunConfig, keeps: bool) -> Cost:
    record = store.create(config)
    marks: list[float] = []
    parts: list[float] = []

    def listen(event: TrainEvent) -> None:
        if isinstance(event, RunStarted | RunFinished):
            marks.append(time.process_time())

    with ExitStack() as stack:
        for owner, name in _PARTS:
            put = _timed(getattr(owner, name), parts) if keeps else _constant(_NOTHING.get(name))
            stack.enter_context(patch.object(owner, name, put))
        train_run(record, data_root(), sinks=[listen])
    files = find_epochs(record.path)
    assert bool(files) == keeps
    begin, end = marks
    return Cost(end - begin, sum(parts), files[0].path.stat().st_size if files else 0)


def _timed(function: Callable[..., object], parts: list[float]) -> Callable[..., object]:
    def call(*args: object) -> object:
        begin = time.process_time()
        result = function(*args)
        parts.append(time.process_time() - begin)
        return result

    return call


def _constant(value: object) -> Callable[..., object]:
    def call(*_args: object) -> object:
        return value

    return call


if __name__ == "__main__":
    main()
