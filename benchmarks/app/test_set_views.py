"""What the views of the test set cost and find: `python -m benchmarks.app.test_set_views [--tsne] [run …]`.

Prints a line for each network that comes with the app, or for those that are named. Needs MNIST's files, see the
README. Seconds are of processor time on one thread; what libraries take to be imported is not counted.

compare: seconds for the images and figures of two networks, this one and itself.
features: seconds for the network's features of all test images. pca, tsne: for both maps of them, apart from that.
describe: seconds to measure the test images and to find the clusters. search: to test all groups.
groups, weak: groups that are tried, and those with more mistakes than chance explains.
by_chance: the share of 300 shufflings of the mistakes by which any group is called weak.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.data.catalog import find_dataset
from core.data.datasets import Images, load_split
from core.embedding.components import Components, principal_components
from core.embedding.tsne import tsne
from core.evaluation.samples import Samples, make_samples
from core.evaluation.stored_predictions import load_test_predictions
from core.evaluation.two_runs import GROUPS, TwoRuns, wrong_answers
from core.inference.networks import load_learner
from core.runs.record import RunRecord, read_run
from core.settings import BUNDLED_RUNS, data_root
from core.slices.groups import make_slices
from core.slices.kept import Described, find_clusters
from core.slices.measures import measure_images
from core.slices.search import find_weak_slices
from core.steps import finish

# Images that are looked at first, which is not timed.
_FEW = 100
_SHUFFLINGS = 300


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    known = sorted(folder.name for folder in BUNDLED_RUNS.iterdir())
    parser.add_argument("runs", nargs="*", metavar="run", help=f"of {', '.join(known)}; without any, all of them")
    parser.add_argument("--tsne", action="store_true", help="time t-SNE, which takes longest")
    given = parser.parse_args(arguments)
    for run in given.runs or known:
        record = read_run(BUNDLED_RUNS / run, bundled=True)
        print(json.dumps({"run": run, **measure(record, given.tsne)}), flush=True)


def measure(record: RunRecord, with_tsne: bool) -> dict[str, float]:
    """The figures of one network."""
    images = load_split(record.config.dataset, data_root(), "test").images
    # Once on a few images, so that everything is imported.
    _compare(record)
    _describe(_look(record, images[:_FEW]).components, images[:_FEW])
    look = _look(record, images)
    figures = {"compare": _seconds(lambda: _compare(record)), "features": look.features, "pca": look.pca}
    if with_tsne:
        finish(tsne(look.components.values[:_FEW]))
        figures["tsne"] = _seconds(lambda: finish(tsne(look.components.values)))
    return figures | _search(record, look.components, images)


@dataclass(frozen=True)
class _Look:
    """Components, and the seconds that the features and they have taken."""

    components: Components
    features: float
    pca: float


def _look(record: RunRecord, images: Images) -> _Look:
    learner = load_learner(record.path)
    start = time.process_time()
    features = learner.outputs(images).features
    middle = time.process_time()
    components = principal_components(features)
    return _Look(components, round(middle - start, 3), round(time.process_time() - middle, 3))


def _describe(components: Components, images: Images) -> Described:
    return Described(finish(measure_images(images)), find_clusters(components))


def _search(record: RunRecord, components: Components, images: Images) -> dict[str, float]:
    start = time.process_time()
    described = _describe(components, images)
    seconds = round(time.process_time() - start, 3)
    samples, names = _samples(record), find_dataset(record.config.dataset).class_names
    slices = make_slices(described.measures, described.clusters, samples.y_true, names)
    is_wrong = samples.y_true != samples.y_pred
    random = np.random.default_rng(0)
    by_chance = [bool(find_weak_slices(random.permutation(is_wrong), slices)) for _ in range(_SHUFFLINGS)]
    return {
        "describe": seconds,
        "search": _seconds(lambda: find_weak_slices(is_wrong, slices)),
        "groups": len(slices),
        "weak": len(find_weak_slices(is_wrong, slices)),
        "by_chance": round(float(np.mean(by_chance)), 3),
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
