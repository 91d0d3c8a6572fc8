"""Estimates of how long trials take, from runs that have finished. They are rough, so a page says "about"."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.learners.group_key import group_key
from core.runs.record import FINISHED, RunRecord
from core.sweep.records import Trial
from core.training.speed import cost_key, estimate_seconds

# Cells of a sweep whose steps are timed before it starts, at most.
_MOST_TIMED = 16
# The time of networks trained one by one, divided by that of the same ones trained together, by `python -m
# benchmarks.training.sweep_grid`.
_GAIN_TOGETHER = 1.8
# What each run costs beside its training: to begin, to keep its record and to measure the test set.
_RUN_SECONDS = 0.15
# Runs of the same cost that say how long one takes, at most: those before were made on a machine that did other work.
_LATEST = 3


@dataclass(frozen=True)
class Speed:
    """What training costs: seconds for each step, and for each image in it."""

    per_step: float
    per_image: float

    def seconds(self, config: RunConfig) -> float:
        """The time to train a configuration from start to end."""
        steps, images = _count_work(config)
        return steps * self.per_step + images * self.per_image


def fit_speed(records: Iterable[RunRecord]) -> Speed | None:
    """The speed of finished runs, by least squares of the relative errors; None when there are none."""
    runs = [(r.config, r.result.seconds) for r in records if r.result and _tells_time(r)]
    if not runs:
        return None
    work = np.array([_count_work(config) for config, _ in runs]) / np.array([[seconds] for _, seconds in runs])
    if np.linalg.matrix_rank(work) < 2:
        # One batch size alone cannot separate a step's cost from an image's, so each gets half of the time.
        per_step, per_image = 0.5 / work.mean(0)
        return Speed(float(per_step), float(per_image))
    both = np.linalg.lstsq(work, np.ones(len(runs)))[0]
    if both.min() >= 0:
        return Speed(float(both[0]), float(both[1]))
    alone = work.sum(0) / (work**2).sum(0)
    return Speed(float(alone[0]), 0.0) if both[1] < 0 else Speed(0.0, float(alone[1]))


def speed_of_similar(records: Sequence[RunRecord], arch: str) -> Speed | None:
    """The speed of finished runs of one architecture: of the visitor's own, or else of those that come with the app."""
    similar = [record for record in records if record.config.arch == arch]
    return fit_speed(r for r in similar if not r.bundled) or fit_speed(similar)


def seconds_of_run(
    config: RunConfig, records: Sequence[RunRecord], step_seconds: Sequence[float] | None
) -> float | None:
    """Seconds to train a configuration on this machine; None when nothing tells.

    The visitor's latest runs of the same cost say it best: they count what else the machine does. Then a step of its
    own, and last runs of its architecture.

    step_seconds: of one step of it; None or empty as long as none was timed.
    """
    if (known := _seconds_of_same(config, records)) is not None:
        return known
    if step_seconds:
        return estimate_seconds(config, *step_seconds)
    speed = speed_of_similar(records, config.arch)
    return speed.seconds(config) if speed else None


def _seconds_of_same(config: RunConfig, records: Sequence[RunRecord]) -> float | None:
    """By the latest runs that differ from the configuration in nothing that changes a step's time."""
    shares = []
    for record in sorted(records, key=lambda record: record.created, reverse=True):
        result = record.result
        # Trials are trained together, which takes each less time.
        if not result or record.bundled or record.is_trial or not _tells_time(record):
            continue
        if record.config.arch == config.arch and cost_key(record.config) == cost_key(config):
            shares.append(result.seconds / estimate_seconds(record.config, 1.0))
            if len(shares) == _LATEST:
                break
    return float(np.median(shares)) * estimate_seconds(config, 1.0) if shares else None


def _tells_time(record: RunRecord) -> bool:
    # A run with images of its own is left out: its configuration does not say how many there are.
    is_whole = record.state.status == FINISHED and not record.extra_file.is_file()
    return is_whole and record.result is not None and record.result.seconds > 0


def seconds_left(trials: Sequence[Trial], speed: Speed | None) -> float | None:
    """Seconds until the last trial is settled if as many calls train at once as now; None when no speed is known."""
    speed = fit_speed(trial.record for trial in trials if trial.record) or speed
    if speed is None:
        return None
    left = sum(speed.seconds(trial.config) * (1 - trial.progress) for trial in trials if not trial.is_settled)
    active = [trial for trial in trials if trial.record is not None and trial.record.is_active]
    # Those that are trained together share one process, and each counts its part of the time.
    calls = {group_key(trial.config) or trial.number for trial in active}
    return left / max(len(calls), 1)


def cells_to_time(configs: Sequence[RunConfig]) -> tuple[RunConfig, ...]:
    """The configurations whose steps are timed for a sweep of all of these: not more than time allows."""
    unlike = list({cost_key(config): config for config in configs}.values())
    # At random, since every second of a grid, for one, would be of every second column.
    return tuple(unlike if len(unlike) <= _MOST_TIMED else random.Random(0).sample(unlike, _MOST_TIMED))


def seconds_of_all(configs: Sequence[RunConfig], step_seconds: Mapping[RunConfig, float]) -> float:
    """Seconds to train all configurations, one process at a time.

    step_seconds: of those that were timed. One that was not counts as the mean of those.
    """
    keys = Counter(map(group_key, configs))
    known = {cost_key(config): seconds for config, seconds in step_seconds.items()}

    def seconds(config: RunConfig, a_step: float) -> float:
        is_together = group_key(config) is not None and keys[group_key(config)] > 1
        return estimate_seconds(config, a_step) / (_GAIN_TOGETHER if is_together else 1.0) + _RUN_SECONDS

    timed = [seconds(config, known[cost_key(config)]) for config in configs if cost_key(config) in known]
    return sum(timed) / len(timed) * len(configs)


def _count_work(config: RunConfig) -> tuple[int, int]:
    """Steps and images of a whole training."""
    n_train = config.count_train(find_dataset(config.dataset).n_train)
    return math.ceil(n_train / config.batch_size) * config.epochs, n_train * config.epochs
