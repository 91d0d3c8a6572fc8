"""The stress test of a run, in the compute process. Loading this module does not load torch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images, ImageSet, load_split
from core.errors import RunBusy
from core.inference.networks import load_learner
from core.learners.base import Learner, pixel_scaling
from core.runs.record import RunRecord
from core.steps import Steps
from core.storage.digest import weights_digest
from core.stress.kinds import ATTACKS, KINDS, PGD
from core.stress.result import KindResult, StressResult, save_stress

# Test images that are disturbed, the same ones for every run of a data set.
N_IMAGES = 1000
_SEED = 1
# Images that are attacked or predicted at once: few enough to say often how far the test is.
_BATCH = 100
# Confidence of the intervals.
_LEVEL = 0.95
# How long a strength of an attack takes, about, where one of another kind takes 1.
_COSTS = {kind: 1 for kind in KINDS} | {kind: 3 for kind in ATTACKS} | {PGD: 20}


def stress_test(record: RunRecord, data_root: Path) -> Steps[StressResult]:
    """Disturb a sample of the test images in every kind and strength, and count what the run's network predicts right.

    Yields the share that is done. Keeps the result with the run. Raises LabError, among them RunBusy where the run has
    kept other weights meanwhile, and OSError.
    """
    yield 0.0
    weights = weights_digest(record.weights_file)
    learner, sample = load_learner(record.path), take_sample(load_split(record.config.dataset, data_root, "test"))
    shown = _one_of_each_class(sample)
    entries, done = {}, 0.0
    whole = sum(_COSTS[kind] * len(KINDS[kind].strengths) for kind in KINDS)
    for kind in KINDS:
        disturbed, predicted = [], []
        for strength in KINDS[kind].strengths:
            images, y_pred = [], []
            for part in _disturb(record, learner, sample, kind, strength):
                images.append(part)
                y_pred.append(learner.predict_proba(part).argmax(1))
                done += _COSTS[kind] * len(part) / len(sample)
                yield min(done / whole, 1.0)
            disturbed.append(np.concatenate(images)[shown])
            predicted.append(np.concatenate(y_pred))
        entries[kind] = _count(kind, sample, np.stack(disturbed), np.stack(predicted), shown)
    result = StressResult(len(sample), sample.labels[shown], entries)
    if weights_digest(record.weights_file) != weights:
        raise RunBusy(
            "{name!r} has learned on since the test began; pause it, or wait until it has finished.", name=record.name
        )
    save_stress(record, result)
    return result


def take_sample(test: ImageSet) -> ImageSet:
    """The test images that are disturbed: drawn once and for all, or all of them where they are few."""
    count = min(N_IMAGES, len(test))
    chosen = np.sort(np.random.default_rng(_SEED).choice(len(test), count, replace=False))
    return ImageSet(test.images[chosen], test.labels[chosen])


def _one_of_each_class(sample: ImageSet) -> list[int]:
    """The places of the first image of each class that is there."""
    return [int(np.flatnonzero(sample.labels == label)[0]) for label in np.unique(sample.labels)]


def _disturb(record: RunRecord, learner: Learner, sample: ImageSet, kind: str, strength: float) -> Iterator[Images]:
    """The disturbed images, a batch at a time."""
    batches = [slice(start, start + _BATCH) for start in range(0, len(sample), _BATCH)]
    if kind in ATTACKS:
        from core.explain.network import DifferentiableNetwork
        from core.stress.attack import attack

        network = DifferentiableNetwork(learner, *pixel_scaling(record.config))
        yield from (attack(network, sample[batch], kind, strength) for batch in batches)
    else:
        from core.stress.disturb import disturb

        disturbed = disturb(sample.images, kind, strength)
        yield from (disturbed[batch] for batch in batches)


def _count(kind: str, sample: ImageSet, images: Images, predicted: NDArray[np.int64], shown: list[int]) -> KindResult:
    from scipy.stats import binomtest

    correct = (predicted == sample.labels).sum(1)
    intervals = [binomtest(int(count), len(sample)).proportion_ci(_LEVEL, method="wilson") for count in correct]
    return KindResult(
        strengths=np.array(KINDS[kind].strengths, np.float64),
        correct=correct,
        low=np.array([interval.low for interval in intervals]),
        high=np.array([interval.high for interval in intervals]),
        images=images,
        y_pred=predicted[:, shown],
    )
