"""How long it takes to list the runs: `python -m benchmarks.app.list_runs [--runs 400] [--times 200]`.

Makes runs in a temporary folder and lists them: first with an empty index, then again and again while nothing changes.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from pathlib import Path

from core.config.run_config import RunConfig
from core.runs.record import FINISHED, RunState, write_state
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore

_RESULT = RunResult(
    10, 9, 0.98, 0.07, 0.98, 0.07, 10_000, 7850, 12.5, "cpu", tuple((100,) * 10 for _ in range(10)), {"torch": "2"}
)
_HOUR = 3600.0


def make_runs(root: Path, count: int) -> None:
    """Finished runs whose folders were changed an hour ago, since the index reads fresh ones again."""
    store, changed = RunStore(root), time.time() - _HOUR
    for _ in range(count):
        record = store.create(RunConfig(arch="softmax"))
        write_result(record.path, _RESULT)
        write_state(record.path, RunState(FINISHED))
        os.utime(record.path, (changed, changed))


def time_listings(store: RunStore, times: int) -> list[float]:
    """Seconds of each of some listings, one after the other."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        store.scan()
        seconds.append(time.perf_counter() - start)
    return seconds


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--times", type=int, default=200)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        make_runs(Path(folder), given.runs)
        first = statistics.median(time_listings(RunStore(Path(folder)), 1)[0] for _ in range(5))
        store = RunStore(Path(folder))
        later = statistics.median(time_listings(store, given.times + 1)[1:])
    print(f"{given.runs} runs: {1000 * first:.1f} ms to list at first, {1000 * later:.2f} ms where nothing has changed")


if __name__ == "__main__":
    main()
