"""How long the views of the test set compute: `python -m benchmarks.app.test_set_views [run …]`.

Prints seconds for each network that comes with the app, or for those that are named. Needs MNIST's files, see the
README.

compare: the images and figures of two networks, this one and itself; what SciPy takes to be imported is not counted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from core.data.datasets import load_split
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.evaluation.two_runs import GROUPS, TwoRuns, wrong_answers
from core.runs.record import RunRecord, read_run
from core.settings import BUNDLED_RUNS, data_root


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = sorted(folder.name for folder in BUNDLED_RUNS.iterdir())
    parser.add_argument("runs", nargs="*", choices=known, default=known)
    for run in parser.parse_args(arguments).runs:
        print(json.dumps({"run": run, **measure(read_run(BUNDLED_RUNS / run, bundled=True))}), flush=True)


def measure(record: RunRecord) -> dict[str, float]:
    """Seconds of each view."""
    return {"compare": _seconds(lambda: _compare(record))}


def _seconds(act: Callable[[], object]) -> float:
    act()
    start = time.perf_counter()
    act()
    return round(time.perf_counter() - start, 3)


def _compare(record: RunRecord) -> None:
    samples = _samples(record)
    two = TwoRuns(samples, _samples(record))
    two.confusions(10)
    two.accuracies()
    two.test()
    for group in GROUPS:
        wrong_answers(two, group, two.select())


def _samples(record: RunRecord) -> Samples:
    test = load_split(record.config.dataset, data_root(), "test")
    return make_samples(test.labels, load_test_predictions(record, test))


if __name__ == "__main__":
    main()
