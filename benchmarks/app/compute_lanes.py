"""How soon a prediction is there while others compute.

    python -m benchmarks.app.compute_lanes [--pictures 300] [--large 20000] [--players 2]

Asks the compute process for the class probabilities of one picture, again and again, and prints milliseconds as JSON,
the median and the 95th percentile: alone ("alone"), beside visitors who play twins ("beside twins", with the steps
that these took a second), and beside a call of many images in another child ("beside a large call", with the seconds
that this call took). Each twin player asks for the next chunk of steps as soon as it has the last one.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.execution.children import BACKGROUND
from core.execution.compute_client import ComputeClient
from core.inference.networks import predict_proba
from core.settings import BUNDLED_RUNS, data_root
from core.twins.lock_step import advance
from core.twins.setup import MAX_STEPS, TwinSetup, start_twins

_RUN = BUNDLED_RUNS / "cnn"
# As on the Twins page.
_CHUNK_SECONDS = 0.15
# Between two predictions, about as long as a reader takes for a stroke at the least.
_PAUSE_SECONDS = 0.02


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=300, help="predictions in each situation")
    parser.add_argument("--large", type=int, default=20_000, help="images in the large call")
    parser.add_argument("--players", type=int, default=2, help="visitors who play twins")
    given = parser.parse_args(arguments)
    with contextlib.closing(ComputeClient()) as compute:
        _seconds(compute, 20)
        figures: dict[str, Any] = {"alone": _in_short(_seconds(compute, given.pictures))}
        with _twins(compute, given.players) as steps:
            before, start = sum(steps), time.perf_counter()
            seconds = _seconds(compute, given.pictures)
            rate = (sum(steps) - before) / (time.perf_counter() - start)
        figures["beside twins"] = _in_short(seconds) | {"steps_per_second": round(rate)}
        with _large_call(compute, given.large) as took:
            seconds = _seconds(compute, given.pictures)
        figures["beside a large call"] = _in_short(seconds) | {"large_call_seconds": round(took[0], 1)}
    print(json.dumps(figures, indent=1))


def _seconds(compute: ComputeClient, count: int) -> list[float]:
    """The time of each prediction."""
    picture = np.random.default_rng(0).integers(0, 256, (1, 28, 28), np.uint8)
    times = []
    for _ in range(count):
        start = time.perf_counter()
        compute.call(predict_proba, _RUN, picture)
        times.append(time.perf_counter() - start)
        time.sleep(_PAUSE_SECONDS)
    return times


@contextlib.contextmanager
def _twins(compute: ComputeClient, players: int) -> Iterator[list[int]]:
    """Visitors who play twins; yields how many steps each has taken so far."""
    steps, is_over, root = [0] * players, threading.Event(), data_root()

    def play(player: int) -> None:
        setup = TwinSetup(seed=player)
        state = start_twins(setup)
        while not is_over.is_set():
            chunk = compute.call(advance, setup, state, root, MAX_STEPS, _CHUNK_SECONDS, lane=BACKGROUND)
            state = chunk.state
            steps[player] = state.step

    threads = [threading.Thread(target=play, args=(player,)) for player in range(players)]
    for thread in threads:
        thread.start()
    while not all(steps):
        time.sleep(0.01)
    try:
        yield steps
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


@contextlib.contextmanager
def _large_call(compute: ComputeClient, count: int) -> Iterator[list[float]]:
    """A call of many images in the quick lane; yields a list with the seconds that it took, filled at the end."""
    images = np.zeros((count, 28, 28), np.uint8)
    took: list[float] = []

    def ask() -> None:
        start = time.perf_counter()
        compute.call(predict_proba, _RUN, images)
        took.append(time.perf_counter() - start)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield took
    finally:
        thread.join()


def _in_short(seconds: list[float]) -> dict[str, float]:
    median, high = np.percentile(seconds, [50, 95]) * 1000
    return {"median": round(float(median), 1), "p95": round(float(high), 1), "max": round(1000 * max(seconds), 1)}


if __name__ == "__main__":
    main()
