"""Digits written with a pen on a tablet, as strokes, in the UNIPEN format of UCI's "Pen-Based Recognition of
Handwritten Digits" (E. Alpaydin and F. Alimoglu 1998, CC BY 4.0, archive.ics.uci.edu/dataset/81): its unnormalised
training part, 7,494 digits of 30 writers. The file is not part of this project.
"""

from __future__ import annotations

import gzip
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from core.errors import DataCorrupt, DataMissing
from core.ink.rendering import Stroke

# A network that has seen a writer's digits is judged by others' alone.
TRAIN_WRITERS = range(1, 23)
VALIDATION_WRITERS = range(23, 31)
# Of those, a first half is what confidence is calibrated on; on the other it is measured.
CALIBRATION_WRITERS, REPORT_WRITERS = range(23, 27), range(27, 31)

CANVAS = 280


@dataclass(frozen=True)
class PenDigit:
    """A digit with its label, its writer and its strokes, (n, 2) points each, y down."""

    label: int
    writer: int
    strokes: tuple[Stroke, ...]


def group_by_writer(digits: Iterable[PenDigit]) -> dict[int, list[PenDigit]]:
    """Each writer's digits; the writers in the order of their numbers."""
    groups = defaultdict(list)
    for digit in digits:
        groups[digit.writer].append(digit)
    return dict(sorted(groups.items()))


def load_pen_digits(file: Path, writers: Collection[int]) -> list[PenDigit]:
    """The digits of these writers in a UNIPEN text, gzipped or not. Raises DataMissing and DataCorrupt."""
    try:
        content = file.read_bytes()
        text = (gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content).decode()
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError):
        raise DataCorrupt(f"{file} is neither a text nor a gzipped one; it may be cut short.") from None
    except OSError as error:
        raise DataMissing(f"{file} cannot be read: {error.strerror}.") from None
    digits = [digit for digit in read_unipen(text) if digit.writer in writers]
    missing = sorted(set(writers) - {digit.writer for digit in digits})
    if missing:
        raise DataCorrupt(f"{file} has no digits of the writers {', '.join(map(str, missing))}.")
    return digits


def read_unipen(text: str) -> list[PenDigit]:
    """The digits of a UNIPEN text. Raises DataCorrupt, naming the digit at fault, and where there is none."""
    segments = text.split(".SEGMENT DIGIT")[1:]
    if not segments:
        raise DataCorrupt('This is no UNIPEN text of digits: it has no line ".SEGMENT DIGIT".')
    return [_read_segment(number, segment) for number, segment in enumerate(segments, start=1)]


def _read_segment(number: int, segment: str) -> PenDigit:
    """One digit: its label in quotes, a comment "label writer number", and its points between pen down and up."""
    try:
        head, *pieces = segment.split(".PEN_DOWN")
        label, writer = int(head.split('"')[1]), int(head.split(".COMMENT")[1].split()[1])
        strokes = [np.array(piece.split(".PEN_UP")[0].split(), float).reshape(-1, 2) for piece in pieces]
        if label not in range(10) or not strokes or not all(map(len, strokes)):
            raise ValueError(label)
        if not all(np.isfinite(stroke).all() for stroke in strokes):
            raise ValueError(label)
    except (ValueError, IndexError):
        raise DataCorrupt(f"Digit {number} of the UNIPEN text has no label, no writer or no points.") from None
    return PenDigit(label, writer, tuple(stroke * [1, -1] for stroke in strokes))


def on_canvas(
    strokes: Sequence[Stroke], size: float, place: tuple[float, float] = (0.5, 0.5), brush: float = 0
) -> list[Stroke]:
    """Strokes on the Draw page's canvas of 280 pixels, their longer side `size` pixels, with room for the brush.

    place: where in the room that is left, as shares from left and top.
    """
    points = np.concatenate(strokes)
    low, high = points.min(0), points.max(0)
    scale = size / max(1.0, *(high - low))
    room = CANVAS - brush - (high - low) * scale
    return [(stroke - low) * scale + brush / 2 + room * place for stroke in strokes]


def draw_bitmap(strokes: Sequence[Stroke], brush: int) -> NDArray[np.uint8]:
    """White lines with round ends on a black canvas, RGBA (280, 280, 4)."""
    image = Image.new("L", (2 * CANVAS, 2 * CANVAS))
    draw = ImageDraw.Draw(image)
    for stroke in strokes:
        draw.line([tuple(point) for point in stroke * 2], fill=255, width=2 * brush, joint="curve")
        for point in stroke[[0, -1]] * 2:
            draw.circle(tuple(point), brush, fill=255)
    grey = np.asarray(image.resize((CANVAS, CANVAS), Image.Resampling.BOX))
    return np.dstack([grey, grey, grey, np.full_like(grey, 255)])
