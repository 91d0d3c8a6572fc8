"""Made data and small helpers that tests share."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime, tzinfo
from types import ModuleType, SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest

from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.data.datasets import Dataset, ImageSet
from core.runs.result import RunResult
from core.stress.kinds import KINDS
from core.stress.result import KindResult, StressResult
from core.training.control import Command


def make_dataset(n_train: int = 300, n_test: int = 100) -> Dataset:
    """A data set that is easy to learn: class c is a bright blob at a place of its own, in noise."""
    return Dataset(DATASETS["digits"], make_images(n_train, 1), make_images(n_test, 2))


def make_images(count: int, seed: int) -> ImageSet:
    """`count` noisy images with as many of each class as possible, in mixed order."""
    random = np.random.default_rng(seed)
    labels = random.permutation(np.arange(count) % 10).astype(np.int64)
    images = random.integers(0, 60, (count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        top, left = 3 + 15 * (label // 5), 1 + 5 * (label % 5)
        image[top : top + 6, left : left + 5] += 150
    return ImageSet(images, labels)


def make_config(**changes: Any) -> RunConfig:
    """Settings of a small run on the processor; batches of 32, two epochs."""
    values = {"dataset": "digits", "arch": "softmax", "batch_size": 32, "epochs": 2, "lr": 0.01, "device": "cpu"}
    return RunConfig(**{**values, **changes})


def make_confusion(accuracy: float, n_test: int = 10_000) -> tuple[tuple[int, ...], ...]:
    """Counts of `n_test` images with this accuracy, to four digits; every mistake is a 9 taken for a 4."""
    right = round(accuracy * n_test)
    counts = np.diag([right // 10 + (digit < right % 10) for digit in range(10)])
    counts[9, 4] = n_test - right
    return tuple(tuple(row) for row in counts.tolist())


# A run's result with a figure of its own for everything.
RESULT = RunResult(2, 1, 0.9, 0.5, 0.8, 0.6, 10, 7850, 1.5, "cpu", make_confusion(0.8, 10), {"torch": "2"})


def make_stress(lost: int = 20, n: int = 200) -> StressResult:
    """A stress test in which each step from the neutral strength costs `lost` images more, with intervals of ±5 %."""
    entries = {}
    for name, kind in KINDS.items():
        steps = np.abs(np.arange(len(kind.strengths)) - kind.strengths.index(kind.neutral))
        correct = np.maximum(n - lost * steps, 0)
        y_pred = np.tile(np.arange(10), (len(steps), 1))
        # The 9 is predicted as 4 wherever it is disturbed.
        y_pred[steps > 0, 9] = 4
        images = np.zeros((len(steps), 10, 28, 28), np.uint8)
        low, high = (np.clip(correct / n + change, 0, 1) for change in (-0.05, 0.05))
        entries[name] = KindResult(np.array(kind.strengths, float), correct, low, high, images, y_pred)
    return StressResult(n, np.arange(10), entries)


def declared(entry: Any, *without: str) -> list[str]:
    """A line for each field of an entry of a table that has not its default, but those `without`; for a kept text."""
    lines = []
    for each in fields(entry):
        value = getattr(entry, each.name)
        default = each.default if each.default_factory is MISSING else each.default_factory()
        if each.name not in without and value != default:
            lines.append(f"  {each.name}: {dict(value) if isinstance(value, Mapping) else value!r}")
    return lines


# An error with the system's words, and one that has its own alone, each with what a reader is told of it.
SYSTEM_ERRORS = (
    (OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), "weights"), os.strerror(errno.ENOTDIR)),
    (OSError("The link is gone"), "The link is gone"),
)


def full_disk(*_args: object, **_more: object) -> NoReturn:
    """Stands in for what writes to a disk."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def raising(error: BaseException) -> Callable[..., NoReturn]:
    """A function that takes whatever it is given, and raises the error."""

    def function(*_args: object, **_more: object) -> NoReturn:
        raise error

    return function


class Script:
    """A control that gives one command a poll, in order, and then lets training run."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self._commands = iter(commands)

    def poll(self) -> Command:
        return next(self._commands, Command())


class Noon(datetime):
    """A clock that stands still."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return datetime(2026, 1, 31, 12, tzinfo=tz)


def set_clock(monkeypatch: pytest.MonkeyPatch, module: ModuleType, **functions: Callable[..., object]) -> None:
    """Give one module other functions of `time`. All others keep theirs: threads beside the test ask the time, too."""
    monkeypatch.setattr(module, "time", SimpleNamespace(**vars(time) | functions))


def wait_until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    """Return once the condition holds; fail when it does not within `seconds`."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds:g} s in vain"
        time.sleep(0.01)
