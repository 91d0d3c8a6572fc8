"""Pictures to train the digit detector on and to measure it by: digits with their labels, all else with label 10."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.random import Generator

from core.data.datasets import Images, ImageSet, load_split
from core.ink.rendering import picture_from_strokes
from tools.non_digits import doodles, families
from tools.non_digits.templates import DIGITS, parse
from tools.non_digits.warp import warp
from tools.pen.pen_digits import CALIBRATION_WRITERS, TRAIN_WRITERS, PenDigit, load_pen_digits, on_canvas
from tools.pen.renderings import render, render_all

NONE = 10
N_VALIDATION = 5_000

_PEN_TIMES = 4


def training_set(pen_file: Path, data_root: Path, seed: int) -> ImageSet:
    """Digits and non-digits, in mixed order; no validation writer, no held-out family, no image kept for validation."""
    random = np.random.default_rng(seed)
    digits = list(_digits(pen_file, data_root, random))
    others = np.concatenate(list(_non_digits(pen_file, data_root, random)))
    images = np.concatenate([*(part.images for part in digits), others])
    labels = np.concatenate([*(part.labels for part in digits), np.full(len(others), NONE)])
    order = random.permutation(len(labels))
    return ImageSet(images[order], labels[order])


def _digits(pen_file: Path, data_root: Path, random: Generator) -> Iterator[ImageSet]:
    yield load_split("mnist", data_root, "train")[:-N_VALIDATION]
    pen = load_pen_digits(pen_file, TRAIN_WRITERS)
    yield render_all(pen, _PEN_TIMES, int(random.integers(2**32)))
    yield _printed_by_hand(10_000, random)
    yield families.font_digits(3_000, random)


def _printed_by_hand(count: int, random: Generator) -> ImageSet:
    """Digits made as the letters are, so that the way of making tells nothing."""
    labels = random.integers(0, 10, count)
    shapes = [DIGITS[str(label)] for label in labels]
    pictures = [render(warp(parse(shape[int(random.integers(len(shape)))]), random), random) for shape in shapes]
    return ImageSet(np.stack(pictures), labels)


def _non_digits(pen_file: Path, data_root: Path, random: Generator) -> Iterator[Images]:
    pen = load_pen_digits(pen_file, TRAIN_WRITERS)
    fashion = load_split("fashion-mnist", data_root, "train")
    yield families.letters(20_000, random, held_out=False)
    yield families.font_letters(16_000, random, families.TRAINED_ALPHABETS, families.TRAINED_FONTS)
    yield families.font_symbols(4_000, random)
    for family in doodles.TRAINED:
        yield families.doodle(650, random, family)
    yield families.doodle(2_000, random, doodles.assembled)
    yield families.pairs(4_000, random, pen)
    yield families.clothes(14_000, random, fashion, families.TRAINED_CLOTHES)
    yield families.silhouettes(4_000, random)
    yield families.noise(3_000, random)


def held_out_digits(pen_file: Path, data_root: Path) -> dict[str, ImageSet]:
    """Digits that the threshold is chosen on: MNIST's images kept for validation and the calibration writers'."""
    digits = load_pen_digits(pen_file, CALIBRATION_WRITERS)
    return {
        "MNIST’s validation images": load_split("mnist", data_root, "train")[-N_VALIDATION:],
        "pen digits of writers 23 to 26": pen_pictures(digits),
    }


def pen_pictures(digits: Sequence[PenDigit]) -> ImageSet:
    """Each digit once, as the Draw page draws it from its strokes."""
    stages = [picture_from_strokes(on_canvas(digit.strokes, 200)) for digit in digits]
    pictures = [stage.picture for stage in stages if stage is not None]
    return ImageSet(np.stack(pictures), np.array([digit.label for digit in digits], np.int64))
