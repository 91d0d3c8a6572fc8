"""How many digits written with a pen the networks read, by how the drawing becomes a picture.

    python -m benchmarks.pen_digits FILE.unipen.gz [--run FOLDER …] [--digits 1000]

FILE is in the UNIPEN format of UCI's "Pen-Based Recognition of Handwritten Digits". Each digit is drawn on a
canvas of 280 pixels with the brush, size (its longer side) and place given in a line of the result. `way` says
how the picture came about: "strokes" and "bitmap" as the app does it from each; "strokes, not centred" without
the placing by mass; "canvas shrunk" without any recipe. The networks are the bundled ones trained on MNIST, and
those of the given run folders. Every digit drawn is one to tune on: none belongs to a test set.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.bitmap import picture_from_bitmap
from core.inference import predict_proba
from core.runs import RunRecord, RunStore, read_run
from core.settings import BUNDLED_RUNS
from core.strokes import INK_SIDE, SIDE, Picture, Stages, Stroke, picture_from_strokes

_CANVAS = 280
_BRUSHES = (4, 8, 20, 40)
_SIZES = {"full": 200, "half": 100}
# Where the digit's middle lies, as shares of the room that it has.
_PLACES = {"middle": (0.5, 0.5), "corner": (0.0, 1.0)}


@dataclass(frozen=True)
class PenDigit:
    """A digit with its label, its writer and its strokes, (n, 2) each, y down."""

    label: int
    writer: int
    strokes: tuple[Stroke, ...]


def read_unipen(text: str) -> Iterator[PenDigit]:
    """The digits of a UNIPEN text."""
    for segment in text.split(".SEGMENT DIGIT")[1:]:
        lines = segment.splitlines()
        writer = next(line.split()[2] for line in lines if line.startswith(".COMMENT"))
        pieces = segment.split(".PEN_DOWN")[1:]
        strokes = [np.array(piece.split(".PEN_UP")[0].split(), float).reshape(-1, 2) for piece in pieces]
        yield PenDigit(int(lines[0].split('"')[1]), int(writer), tuple(stroke * [1, -1] for stroke in strokes))


def on_canvas(strokes: tuple[Stroke, ...], size: float, place: tuple[float, float], brush: float) -> list[Stroke]:
    """Strokes scaled to `size` pixels of the canvas and moved to their place on it, with room for the brush."""
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = size / max(1.0, *(high - low))
    room = _CANVAS - brush - (high - low) * scale
    return [(stroke - low) * scale + brush / 2 + room * place for stroke in strokes]


def to_bitmap(strokes: list[Stroke], brush: int) -> Picture:
    """White lines on a black canvas, RGBA (280, 280, 4)."""
    image = Image.new("L", (2 * _CANVAS, 2 * _CANVAS))
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        draw.line([tuple(point) for point in stroke * 2], fill=255, width=2 * brush, joint="curve")
        for point in stroke[[0, -1]] * 2:
            draw.circle(tuple(point), brush, fill=255)
    grey = np.asarray(image.resize((_CANVAS, _CANVAS), Image.Resampling.BOX))
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])


def _from_strokes(strokes: list[Stroke], _: int) -> Picture:
    return _ink(picture_from_strokes(strokes)).picture


def _not_centred(strokes: list[Stroke], _: int) -> Picture:
    return np.pad(_ink(picture_from_strokes(strokes)).scaled, (SIDE - INK_SIDE) // 2)


def _from_bitmap(strokes: list[Stroke], brush: int) -> Picture:
    return _ink(picture_from_bitmap(to_bitmap(strokes, brush))).picture


def _shrunk(strokes: list[Stroke], brush: int) -> Picture:
    canvas = Image.fromarray(to_bitmap(strokes, brush)[..., 0])
    return np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BOX))


def _ink(stages: Stages | None) -> Stages:
    assert stages is not None
    return stages


_WAYS: dict[str, Callable[[list[Stroke], int], Picture]] = {
    "strokes": _from_strokes,
    "strokes, not centred": _not_centred,
    "bitmap": _from_bitmap,
    "canvas shrunk": _shrunk,
}


def measure(digits: list[PenDigit], networks: list[RunRecord]) -> Iterator[dict[str, object]]:
    """A line of figures for each way, brush, size and place."""
    labels = np.array([digit.label for digit in digits])
    for way, (size, extent), (place, share), brush in itertools.product(
        _WAYS, _SIZES.items(), _PLACES.items(), _BRUSHES
    ):
        begin = time.perf_counter()
        drawings = [on_canvas(digit.strokes, extent, share, brush) for digit in digits]
        pictures = np.stack([_WAYS[way](drawing, brush) for drawing in drawings])
        seconds = time.perf_counter() - begin
        accuracy = {record.name: _accuracy(record, pictures, labels) for record in networks}
        line = {"way": way, "brush": brush, "size": size, "place": place, "accuracy": accuracy}
        yield line | {"ms_each": round(1000 * seconds / len(digits), 2)}


def _accuracy(record: RunRecord, pictures: Picture, labels: NDArray[np.int64]) -> float:
    return round(float((predict_proba(record.path, pictures).argmax(1) == labels).mean()), 4)


def main() -> None:
    """Measure and print a line of JSON for each way of drawing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--run", type=Path, action="append", default=[], help="a run's folder")
    parser.add_argument("--digits", type=int, default=1000, help="how many, drawn by chance")
    given = parser.parse_args()
    digits = list(read_unipen(gzip.decompress(given.file.read_bytes()).decode()))
    chosen = np.random.default_rng(1).permutation(len(digits))[: given.digits]
    bundled = [record for record in RunStore(BUNDLED_RUNS).all() if record.config.dataset == "mnist"]
    networks = [record for record in bundled if record.can_predict] + [read_run(path) for path in given.run]
    for line in measure([digits[index] for index in chosen], networks):
        print(json.dumps(line, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
