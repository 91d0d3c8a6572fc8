"""Fine-tuning a copy of a trained network on a reader's own digits: a short run of its own (docs/teaching.md).

The run begins with the network's weights (`start.safetensors`). It is trained on many variations of the digits
(`extra.safetensors`) and on as many images of the network's own data set, so that it forgets little of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import ImageSet
from core.data.image_file import load_images, save_images
from core.errors import CollectionError, RunError
from core.evaluation.measure import is_stale
from core.learners.base import Learner
from core.learners.factory import create_learner
from core.runs.record import NAME_LENGTH, RunRecord, read_run
from core.runs.store import RunStore
from core.storage.arrays import load_arrays
from core.storage.atomic import write_atomically
from core.teaching.collection import MyDigits, as_images, write_digits
from core.teaching.collection_file import read_digits
from core.teaching.variations import vary_images
from core.texts.message import Message
from models import find_architecture

# Tags of a fine-tuned run: the id of the original run, the number of digits trained on, and the number of test images
# that the original network predicted right.
TAUGHT_FROM = "taught_from"
TAUGHT_DIGITS = "digits"
RIGHT_BEFORE = "test_right_before"
# The tag of a network that was taught many writers' digits: how many writers are held out.
HELD_OUT_PUPILS = "held_out_pupils"

BATCH_SIZE = 64
STEPS = 64
# Images of each of the two kinds: half of each batch, on average, are the reader's digits.
IMAGES_OF_A_KIND = BATCH_SIZE * STEPS // 2
# Number of digits from which on every fifth is a hold-out digit, to measure what is learned beyond the training digits.
HOLD_OUT_FROM = 10
_HOLD_OUT_EVERY = 5
_SEED = 1
# Of a number in a tag.
_MOST_DIGITS = 9


def split_hold_out(digits: MyDigits) -> tuple[MyDigits, MyDigits]:
    """The training digits and the hold-out digits."""
    if len(digits) < HOLD_OUT_FROM:
        return digits, ()
    taught = tuple(digit for number, digit in enumerate(digits, start=1) if number % _HOLD_OUT_EVERY)
    return taught, digits[_HOLD_OUT_EVERY - 1 :: _HOLD_OUT_EVERY]


def fine_tuning_config(base: RunConfig, practises: bool) -> RunConfig:
    """The settings of a run that fine-tunes a network of this configuration.

    practises: whether it also trains on images of its own data set.
    """
    is_numpy = find_architecture(base.arch).backend == "numpy"
    return RunConfig(
        base.dataset,
        base.arch,
        base.options,
        optimizer="sgd" if is_numpy else "adam",
        lr=0.05 if is_numpy else 0.0002,
        batch_size=BATCH_SIZE,
        epochs=1,
        seed=_SEED,
        val_fraction=0.0,
        train_images=min(IMAGES_OF_A_KIND, find_dataset(base.dataset).n_train) if practises else 0,
        scaling=base.scaling,
        device=base.device,
    )


@dataclass(frozen=True)
class Split:
    """Digits of several writers: those that are taught, and those that the network is measured on."""

    taught: ImageSet
    held_out: ImageSet


def prepare_fine_tuning(store: RunStore, base: RunRecord, digits: MyDigits, practises: bool = True) -> RunRecord:
    """A new run, not started, that fine-tunes a copy of the network of `base` on the digits.

    Raises CollectionError without digits or without a network for digits, NotYours for a network of another visitor,
    and RunError.
    """
    taught, _ = split_hold_out(digits)
    return _prepare(
        store,
        base,
        as_images(taught),
        practises,
        {},
        lambda folder: write_atomically(_digits_file(folder), write_digits(digits)),
    )


def prepare_split(
    store: RunStore, base: RunRecord, split: Split, practises: bool, tags: Mapping[str, str]
) -> RunRecord:
    """As `prepare_fine_tuning`, on digits that have been divided already. tags: further ones of the run."""

    def save(folder: Path) -> None:
        for file, images in zip(_split_files(folder), (split.taught, split.held_out), strict=True):
            save_images(file, images)

    return _prepare(store, base, split.taught, practises, tags, save)


def _prepare(
    store: RunStore,
    base: RunRecord,
    taught: ImageSet,
    practises: bool,
    more_tags: Mapping[str, str],
    save: Callable[[Path], None],
) -> RunRecord:
    _check(base, len(taught))
    if not base.bundled:
        store.check_own(base)
    words = f", taught {len(taught)} {'digit' if len(taught) == 1 else 'digits'}"
    tags = {TAUGHT_FROM: base.id, TAUGHT_DIGITS: str(len(taught)), **more_tags}
    # A stale result is of other weights than those that are copied.
    if base.result and not is_stale(base):
        tags[RIGHT_BEFORE] = str(_count_right(base))
    record = store.create(
        fine_tuning_config(base.config, practises), base.name[: NAME_LENGTH - len(words)] + words, tags
    )
    try:
        shutil.copyfile(base.weights_file, record.start_file)
        save_images(record.extra_file, vary_images(taught, IMAGES_OF_A_KIND, _SEED))
        save(record.path)
    except OSError as error:
        shutil.rmtree(record.path, ignore_errors=True)
        raise RunError(
            "The run cannot be saved in {folder}: {reason}.", folder=store.root, reason=error.strerror or error
        ) from None
    return record


def _check(base: RunRecord, n_digits: int) -> None:
    if not n_digits:
        raise CollectionError("There are no digits to teach yet: at least 1 must be kept.")
    info = find_dataset(base.config.dataset)
    if not info.has_digits:
        raise CollectionError(
            "“{run}” was trained on {dataset}; only a network for digits can be taught digits.",
            run=base.name,
            dataset=Message(info.title),
        )
    if not base.can_predict:
        raise CollectionError("“{run}” has no trained network yet, so there is nothing to copy.", run=base.name)


@dataclass(frozen=True)
class Comparison:
    """How many of `total` pictures the network predicts right before and after; None where it was not measured."""

    total: int
    before: int | None
    after: int | None


@dataclass(frozen=True)
class FineTuningReport:
    """What fine-tuning did: on the training digits, on the hold-out digits, and on the test set.

    held_out_pupils: whose digits the hold-out digits are, none of which were taught; 0 where they are of the same
    writers as the training digits.
    """

    taught: Comparison
    held_out: Comparison
    test: Comparison
    held_out_pupils: int = 0


def report_fine_tuning(run: Path) -> FineTuningReport:
    """What the fine-tuning in the run's folder did. Runs where torch is loaded. Raises LabError and OSError."""
    record = read_run(run)
    split = _read_split(run)
    # So few digits are too little work for several threads. The machine may lack the device of the run.
    learner = create_learner(record.config.replace(device="auto", threads=1))
    images = split.taught + split.held_out
    before = _is_right(learner, record.start_file, images)
    after = _is_right(learner, record.weights_file, images)
    n_taught = len(split.taught)
    return FineTuningReport(
        Comparison(n_taught, int(before[:n_taught].sum()), int(after[:n_taught].sum())),
        Comparison(len(split.held_out), int(before[n_taught:].sum()), int(after[n_taught:].sum())),
        _compare_test(record),
        _tagged_count(record, HELD_OUT_PUPILS) or 0,
    )


def _read_split(run: Path) -> Split:
    taught, held_out = _split_files(run)
    if taught.exists():
        return Split(load_images(taught), load_images(held_out))
    return Split(*map(as_images, split_hold_out(read_digits(_digits_file(run).read_bytes()))))


def _is_right(learner: Learner, weights: Path, images: ImageSet) -> NDArray[np.bool_]:
    learner.load_state_dict(load_arrays(weights)[0])
    is_right: NDArray[np.bool_] = learner.predict_proba(images.images).argmax(1) == images.labels
    return is_right


def _compare_test(record: RunRecord) -> Comparison:
    return Comparison(
        record.result.n_test if record.result else find_dataset(record.config.dataset).n_test,
        _tagged_count(record, RIGHT_BEFORE),
        _count_right(record) if record.result else None,
    )


def _tagged_count(record: RunRecord, tag: str) -> int | None:
    """The number in a tag; None where there is none. Tags are texts that anyone may have edited."""
    text = record.tags.get(tag, "")
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None


def _count_right(record: RunRecord) -> int:
    assert record.result is not None
    return sum(row[place] for place, row in enumerate(record.result.confusion))


def _split_files(run: Path) -> tuple[Path, Path]:
    return run / "taught.safetensors", run / "held_out.safetensors"


def _digits_file(run: Path) -> Path:
    return run / "my_digits.json"
