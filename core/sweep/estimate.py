"""How long trials take, judged by runs that have finished. All of it is rough: a page says "about"."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.runs.record import FINISHED, RunRecord
from core.sweep.records import Trial


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
    """The speed of finished runs, the relative errors made least; None when there are none."""
    # How many images a run has of its own, its configuration does not say.
    measured = [r for r in records if r.state.status == FINISHED and not r.extra_file.is_file()]
    runs = [(r.config, r.result.seconds) for r in measured if r.result and r.result.seconds > 0]
    if not runs:
        return None
    work = np.array([_count_work(config) for config, _ in runs]) / np.array([[seconds] for _, seconds in runs])
    if np.linalg.matrix_rank(work) < 2:
        # One batch size alone does not tell a step's cost from an image's: half the time to each.
        per_step, per_image = 0.5 / work.mean(0)
        return Speed(float(per_step), float(per_image))
    both = np.linalg.lstsq(work, np.ones(len(runs)))[0]
    if both.min() >= 0:
        return Speed(float(both[0]), float(both[1]))
    alone = work.sum(0) / (work**2).sum(0)
    return Speed(float(alone[0]), 0.0) if both[1] < 0 else Speed(0.0, float(alone[1]))


def speed_of_similar(records: Sequence[RunRecord], arch: str) -> Speed | None:
    """The speed of finished runs of one architecture; of those that come with the app when there are no others."""
    similar = [record for record in records if record.config.arch == arch]
    return fit_speed(r for r in similar if not r.bundled) or fit_speed(similar)


def seconds_left(trials: Sequence[Trial], speed: Speed | None) -> float | None:
    """Time until the last trial is settled, as many being trained at once as now; None when nothing is known."""
    speed = fit_speed(trial.record for trial in trials if trial.record) or speed
    if speed is None:
        return None
    left = sum(speed.seconds(trial.config) * (1 - trial.progress) for trial in trials if not trial.is_settled)
    return left / max(sum(trial.record is not None and trial.record.is_active for trial in trials), 1)


def _count_work(config: RunConfig) -> tuple[int, int]:
    """Steps and images of a whole training."""
    n_train = config.count_train(find_dataset(config.dataset).n_train)
    return math.ceil(n_train / config.batch_size) * config.epochs, n_train * config.epochs
