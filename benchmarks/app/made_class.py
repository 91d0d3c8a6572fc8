"""A made class: members with runs whose figures are invented, and with the embedded digits as their handwriting."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from core.classroom.classroom import Classroom
from core.config.recipes import RECIPES
from core.data.datasets import ImageSet, load_split
from core.owners.visitor import new_key, visitor_with
from core.runs.record import FINISHED, RunRecord, RunState, write_state
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from core.teaching.collection import make_digit
from core.training.events import EpochEnd, RunStarted, StepEnd

CODE = "made-class"
_NAMES = (
    *("Ada", "Blaise", "Carl", "Dana", "Emmy", "Fermat", "Grace", "Hilbert", "Ida", "Jules", "Katherine", "Leonhard"),
    *("Maryam", "Niels", "Olga", "Paul", "Quinn", "Rosa", "Sofia", "Tycho", "Ursula", "Vera", "Wang", "Xena"),
    *("Yutaka", "Zeno", "Alan", "Barbara", "Chien", "Dorothy"),
)
_STEPS = 40


def make_class(root: Path, pupils: int, runs_each: int = 2, digits_each: int = 20) -> Classroom:
    """A class in the run store at `root`, as the teacher sees it."""
    random = np.random.default_rng(1)
    room, store, images = (
        Classroom(root / "classroom", lambda: CODE),
        RunStore(root),
        load_split("digits", root, "test"),
    )
    for number in range(pupils):
        visitor = visitor_with(new_key())
        pupil = room.seen_by(visitor)
        name = _NAMES[number % len(_NAMES)]
        pupil.join(CODE, name if number < len(_NAMES) else f"{name} {number}")
        for _ in range(runs_each):
            _make_run(store.seen_by(visitor), random)
        hand_in_some(pupil, images, random, digits_each)
    return room


def hand_in_some(pupil: Classroom, images: ImageSet, random: np.random.Generator, count: int) -> None:
    """Let a pupil hand in some of these images, drawn at random."""
    places = random.choice(len(images), count, replace=False)
    pupil.hand_in(tuple(make_digit(int(images.labels[place]), images.images[place]) for place in places))


def _make_run(store: RunStore, random: np.random.Generator) -> RunRecord:
    """A finished run of a recipe that measures its validation accuracy. Its figures are made up."""
    recipes = [one for one in RECIPES.values() if one.config.val_fraction and not one.grid]
    config = recipes[int(random.integers(len(recipes)))].config
    record, epochs = store.create(config), range(1, config.epochs + 1)
    steps, accuracies = _STEPS * config.epochs, _made_accuracies(config.epochs, random)
    record.log.append(RunStarted(0, 0, _STEPS, steps, 50_000, 10_000, 100_000, "cpu"))
    for epoch, accuracy in zip(epochs, accuracies, strict=True):
        losses = tuple((random.uniform(0.5, 1.5, _STEPS) / epoch).tolist())
        record.log.append(
            StepEnd(_STEPS * epoch, epoch, losses, accuracy, 0.1, 900.0, float(epoch)),
            EpochEnd(_STEPS * epoch, epoch, 0.3, accuracy, 0.3, accuracy, None, None, 1.0),
        )
    # Of each class's thousand images, so many are right; the others are taken for the next class.
    right = round(1000 * accuracies[-1])
    rows = (np.roll([right, 1000 - right, *[0] * 8], row).tolist() for row in range(10))
    counts, accuracy = tuple(map(tuple, rows)), right / 1000
    result = RunResult(
        config.epochs, config.epochs, accuracies[-1], 0.1, accuracy, 0.1, 10_000, 100_000, 60.0, "cpu", counts
    )
    write_result(record.path, result)
    write_state(record.path, RunState(FINISHED, step=steps, epoch=config.epochs, total_steps=steps))
    return record


def _made_accuracies(epochs: int, random: np.random.Generator) -> list[float]:
    best = random.uniform(0.9, 0.99)
    rising = best - 0.4 * np.exp(-0.7 * np.arange(1, epochs + 1))
    return [float(value) for value in np.clip(rising + random.normal(0, 0.004, epochs), 0, 0.995)]
