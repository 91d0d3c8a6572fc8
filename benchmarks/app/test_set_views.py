"""How long the views of the test set compute: `python -m benchmarks.app.test_set_views [run …]`.

Prints seconds of processor time, on one thread, for each network that comes with the app or for those that are named.
Needs MNIST's files, see the README.

compare: the images and figures of two networks, this one and itself.
features: the network's features of all test images. pca, tsne: both maps of them, apart from that.
What libraries take to be imported is not counted.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable

from threadpoolctl import threadpool_limits

from core.data.datasets import load_split
from core.embedding.components import principal_components
from core.embedding.tsne import tsne
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.evaluation.two_runs import GROUPS, TwoRuns, wrong_answers
from core.inference.networks import load_learner
from core.runs.record import RunRecord, read_run
from core.settings import BUNDLED_RUNS, data_root
from core.steps import finish

# Images for a first map, which is not timed.
_FEW = 100


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = sorted(folder.name for folder in BUNDLED_RUNS.iterdir())
    parser.add_argument("runs", nargs="*", choices=known, default=known)
    # What computes for the pages has one thread too.
    with threadpool_limits(1):
        _measure_all(parser.parse_args(arguments).runs)


def _measure_all(runs: list[str]) -> None:
    for run in runs:
        print(json.dumps({"run": run, **measure(read_run(BUNDLED_RUNS / run, bundled=True))}), flush=True)


def measure(record: RunRecord) -> dict[str, float]:
    """Seconds of each view."""
    images = load_split(record.config.dataset, data_root(), "test").images
    features = load_learner(record.path).outputs(images).features
    components = principal_components(features)
    finish(tsne(components.values[:_FEW]))
    return {
        "compare": _seconds(lambda: _compare(record)),
        "features": _seconds(lambda: load_learner(record.path).outputs(images)),
        "pca": _seconds(lambda: principal_components(features)),
        "tsne": _seconds(lambda: finish(tsne(components.values))),
    }


def _seconds(act: Callable[[], object]) -> float:
    start = time.process_time()
    act()
    return round(time.process_time() - start, 3)


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
