"""A run's events made short enough to come with the app."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from math import ceil

from core.training.events import EpochEnd, RunFinished, RunStarted, StepEnd, StepMeans, TrainEvent

MAX_LINES, MAX_LOSSES = 100, 1000


def thin(events: Sequence[TrainEvent]) -> list[TrainEvent]:
    """Start, epochs and end as they were, and at most about `MAX_LINES` lines of steps, which hold at most
    about `MAX_LOSSES` losses, each the mean of consecutive steps of one epoch.
    """
    events = _as_one_stretch(events)
    steps = [event for event in events if isinstance(event, StepEnd)]
    per_line = ceil(sum(len(event.losses) for event in steps) / MAX_LINES)
    per_loss = ceil(sum(len(event.losses) for event in steps) / MAX_LOSSES)
    short: list[TrainEvent] = []
    for is_step, group in groupby(events, lambda event: isinstance(event, StepEnd)):
        if is_step:
            parts = _parts([event for event in group if isinstance(event, StepEnd)], per_line)
            short += [_join(part, per_loss) for part in parts]
        else:
            short += group
    return short


def _as_one_stretch(events: Sequence[TrainEvent]) -> list[TrainEvent]:
    """Without interruptions, and without the steps that were done again after one."""
    whole: list[TrainEvent] = []
    for event in events:
        if isinstance(event, RunStarted) and whole:
            whole = [earlier for earlier in whole if earlier.step <= event.step]  # type: ignore[attr-defined]
        elif isinstance(event, (RunStarted, StepEnd, EpochEnd, RunFinished)):
            whole.append(event)
    return whole


def _parts(events: Sequence[StepEnd], n_steps: int) -> list[list[StepEnd]]:
    """Consecutive events of at least `n_steps` steps together; the last part may have fewer."""
    parts: list[list[StepEnd]] = [[]]
    for event in events:
        if sum(len(earlier.losses) for earlier in parts[-1]) >= n_steps:
            parts.append([])
        parts[-1].append(event)
    return parts


def _join(events: Sequence[StepEnd], per_loss: int) -> StepMeans:
    losses = [loss for event in events for loss in event.losses]
    sizes = [len(event.losses) for event in events]
    last = events[-1]
    # Steps have about equally many images, so the speeds' mean is over time spent: steps / Σ steps/speed.
    speed = len(losses) / sum(size / event.samples_per_second for size, event in zip(sizes, events, strict=True))
    right = sum(size * event.accuracy for size, event in zip(sizes, events, strict=True))
    return StepMeans(
        last.step,
        last.epoch,
        _means(losses, ceil(len(losses) / per_loss)),
        right / len(losses),
        last.lr,
        speed,
        last.seconds,
        len(losses),
    )


def _means(losses: Sequence[float], n_parts: int) -> tuple[float, ...]:
    """Means over equal parts; where they do not divide, the first parts have one more."""
    length, longer = divmod(len(losses), n_parts)
    starts = [part * length + min(part, longer) for part in range(n_parts + 1)]
    return tuple(sum(losses[a:b]) / (b - a) for a, b in pairwise(starts))
