"""Teaching a copy of a trained network a reader's own digits: a short run of its own (docs/teaching.md).

The run begins with the network's weights (`start.safetensors`) and is trained on the digits, each many times and
varied (`extra.safetensors`), and on as many images of the network's own data set, so that it forgets little of that.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.data.image_file import save_images
from core.errors import CollectionError, RunError
from core.learners.base import Learner
from core.learners.factory import create_learner
from core.runs.record import NAME_LENGTH, RunRecord, read_run
from core.runs.store import RunStore
from core.storage.arrays import load_arrays
from core.storage.atomic import write_atomically
from core.teaching.collection import MyDigits, as_images, write_digits
from core.teaching.collection_file import read_digits
from core.teaching.variations import vary_images
from models import find_architecture

# Tags of a taught run: the id of the run whose copy it is, how many digits it was taught, and how many images of
# the test set the network read right before.
TAUGHT_FROM, TAUGHT_DIGITS, RIGHT_BEFORE = "taught_from", "digits", "test_right_before"

BATCH, STEPS = 64, 64
# Half of each batch, on average, are the reader's digits.
_EACH = BATCH * STEPS // 2
# From this many digits on, every fifth is kept aside, to see what is learned beyond the very pictures taught.
KEEP_ASIDE_FROM, _ONE_ASIDE_IN = 10, 5
_SEED = 1


def split_hold_out(digits: MyDigits) -> tuple[MyDigits, MyDigits]:
    """The digits to teach and those kept aside."""
    if len(digits) < KEEP_ASIDE_FROM:
        return digits, ()
    taught = tuple(digit for number, digit in enumerate(digits, start=1) if number % _ONE_ASIDE_IN)
    return taught, digits[_ONE_ASIDE_IN - 1 :: _ONE_ASIDE_IN]


def lesson_config(base: RunConfig, practises: bool) -> RunConfig:
    """The settings of a run that teaches a network of this configuration.

    practises: whether it also goes on with images of its own data set.
    """
    is_numpy = find_architecture(base.arch).backend == "numpy"
    return RunConfig(
        base.dataset,
        base.arch,
        base.options,
        optimizer="sgd" if is_numpy else "adam",
        lr=0.05 if is_numpy else 0.0002,
        batch_size=BATCH,
        epochs=1,
        seed=_SEED,
        val_fraction=0.0,
        train_images=min(_EACH, find_dataset(base.dataset).n_train) if practises else 0,
        scaling=base.scaling,
        device=base.device,
    )


def prepare_lesson(store: RunStore, base: RunRecord, digits: MyDigits, practises: bool = True) -> RunRecord:
    """A new run, not started, that teaches the digits to a copy of the network of `base`.

    Raises CollectionError when there is nothing to teach or nobody to learn it, and RunError.
    """
    _check(base, digits)
    taught, _ = split_hold_out(digits)
    words = f", taught {len(taught)} {'digit' if len(taught) == 1 else 'digits'}"
    tags = {TAUGHT_FROM: base.id, TAUGHT_DIGITS: str(len(taught))}
    if base.result:
        tags[RIGHT_BEFORE] = str(_count_right(base))
    record = store.create(lesson_config(base.config, practises), base.name[: NAME_LENGTH - len(words)] + words, tags)
    try:
        shutil.copyfile(base.weights_file, record.start_file)
        save_images(record.extra_file, vary_images(as_images(taught), _EACH, _SEED))
        write_atomically(_digits_file(record.path), write_digits(digits))
    except OSError as error:
        shutil.rmtree(record.path, ignore_errors=True)
        raise RunError(f"The run cannot be saved in {store.root}: {error.strerror or error}.") from None
    return record


def _check(base: RunRecord, digits: MyDigits) -> None:
    if not digits:
        raise CollectionError("There are no digits to teach yet: at least 1 must be kept.")
    info = find_dataset(base.config.dataset)
    if not info.has_digits:
        raise CollectionError(
            f"“{base.name}” has learned {info.title}; only a network for digits can be taught digits."
        )
    if not base.can_predict:
        raise CollectionError(f"“{base.name}” has no trained network yet, so there is nothing to copy.")


@dataclass(frozen=True)
class Comparison:
    """How many of `total` pictures the network reads right before and after a lesson; None where not measured."""

    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class LessonReport:
    """What a lesson has done, on the very digits that were taught, on those kept aside, and on the test set."""

    taught: Comparison
    aside: Comparison
    test: Comparison


def report_lesson(run: Path) -> LessonReport:
    """What the lesson in the run's folder has done. Runs where torch is loaded. Raises LabError and OSError."""
    record = read_run(run)
    taught, aside = split_hold_out(read_digits(_digits_file(run).read_bytes()))
    # A few digits at a time are too little work for several threads.
    learner = create_learner(record.config.replace(threads=1))
    images = as_images(taught + aside)
    before = _is_right(learner, record.start_file, images)
    after = _is_right(learner, record.weights_file, images)
    n_taught = len(taught)
    return LessonReport(
        Comparison(n_taught, int(before[:n_taught].sum()), int(after[:n_taught].sum())),
        Comparison(len(aside), int(before[n_taught:].sum()), int(after[n_taught:].sum())),
        _compare_test(record),
    )


def _is_right(learner: Learner, weights: Path, images: ImageSet) -> NDArray[np.bool_]:
    learner.load_state_dict(load_arrays(weights)[0])
    is_right: NDArray[np.bool_] = learner.predict_proba(images.images).argmax(1) == images.labels
    return is_right


def _compare_test(record: RunRecord) -> Comparison:
    before = record.tags.get(RIGHT_BEFORE, "")
    return Comparison(
        record.result.n_test if record.result else find_dataset(record.config.dataset).n_test,
        int(before) if before.isdecimal() else None,
        _count_right(record) if record.result else None,
    )


def _count_right(record: RunRecord) -> int:
    assert record.result is not None
    return sum(row[place] for place, row in enumerate(record.result.confusion))


def _digits_file(run: Path) -> Path:
    return run / "my_digits.json"
