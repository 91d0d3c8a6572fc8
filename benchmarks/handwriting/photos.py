"""How many photographed digits are found and read: `python -m benchmarks.handwriting.photos FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes. Digits of the validation writers, which nothing was
fitted on, are photographed as `tools.pen.made_photos` does it, every kind equally often, and read from the file as
the Draw page does it. Beside it stands what is read of the same digits' strokes. A digit is found when nothing else is
taken for a digit, and its box covers at least 0.7 of what it and the digit's own box cover together.

Prints the figures and writes them to `benchmarks/results/`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from benchmarks.handwriting.pen_report import pen_parser, report
from core.errors import LabError, PhotoError
from core.inference.networks import predict_proba
from core.ink.bitmap import picture_from_ink
from core.ink.rendering import SIDE, Picture, picture_from_strokes
from core.photo.find_digits import FoundDigit, find_digits
from core.photo.find_ink import find_ink
from core.photo.open_photo import SIDE as SIDE_OPENED
from core.photo.open_photo import open_photo
from core.settings import PROJECT
from core.uncertainty.detector import digit_shares
from tools.pen.made_photos import KINDS, SIZE, make_photo
from tools.pen.pen_digits import VALIDATION_WRITERS, PenDigit, load_pen_digits

RESULTS = PROJECT / "benchmarks" / "results" / "photos.json"
_OVERLAP = 0.7
_BLANK = np.zeros((SIDE, SIDE), np.uint8)


@dataclass(frozen=True)
class Taken:
    """A digit's picture from its strokes and from its photograph, with the overlap of its box there.

    photo: black where not one digit was found.
    """

    label: int
    kind: str
    strokes: Picture
    photo: Picture
    overlap: float


def take(digit: PenDigit, kind: str, random: np.random.Generator) -> Taken:
    """Photograph a digit and find it in the photograph."""
    made = make_photo(digit.strokes, kind, random)
    stages = picture_from_strokes(digit.strokes)
    assert stages is not None
    digits = digits_in(made.content)
    seen = picture_from_ink(digits[0].piece.ink) if len(digits) == 1 else None
    if seen is None:
        return Taken(digit.label, kind, stages.picture, _BLANK, 0.0)
    return Taken(digit.label, kind, stages.picture, seen.picture, overlap(digits[0].piece.box, made.box))


def digits_in(content: bytes) -> list[FoundDigit]:
    """The digits that are found in a photograph's file; none where there are too many."""
    found = find_ink(np.asarray(Image.fromarray(open_photo(content, "photo.jpg")).convert("L")))
    try:
        return find_digits(found.mask, digit_shares) if found else []
    except PhotoError:
        return []


def overlap(found: Sequence[float], made: Sequence[float]) -> float:
    """The area that two boxes cover both, as a share of what they cover together.

    found: in the opened photograph's pixels. made: in those of the photograph as it was made.
    """
    box, truth = np.array(found, np.float64), np.array(made) * min(1.0, SIDE_OPENED / max(SIZE))
    both = np.prod(np.clip(np.minimum(box[2:], truth[2:]) - np.maximum(box[:2], truth[:2]), 0, None))
    return float(both / (np.prod(box[2:] - box[:2]) + np.prod(truth[2:] - truth[:2]) - both))


def summarise(taken: Sequence[Taken], run: Path) -> dict[str, Any]:
    """Figures of all kinds together and of each."""
    labels = np.array([one.label for one in taken])
    from_strokes = predict_proba(run, np.stack([one.strokes for one in taken])).argmax(1) == labels
    from_photos = predict_proba(run, np.stack([one.photo for one in taken])).argmax(1) == labels
    found = np.array([one.overlap >= _OVERLAP for one in taken])
    kinds = np.array([one.kind for one in taken])

    def figures(chosen: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, float | int]:
        parts = {"found": found, "read_from_strokes": from_strokes, "read_from_photos": from_photos}
        return {"count": int(chosen.sum())} | {
            name: round(float(part[chosen].mean()), 4) for name, part in parts.items()
        }

    every = {kind: figures(kinds == kind) for kind in KINDS}
    return {"all": figures(np.ones(len(taken), bool)), **every}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = pen_parser(__doc__)
    parser.add_argument("--photos", type=int, default=1400)
    given = parser.parse_args(arguments)
    random = np.random.default_rng(7)
    try:
        digits = load_pen_digits(given.file, VALIDATION_WRITERS)
        chosen = random.permutation(len(digits))[: given.photos]
        taken = [take(digits[index], KINDS[number % len(KINDS)], random) for number, index in enumerate(chosen)]
        figures = summarise(taken, given.run)
    except LabError as error:
        sys.exit(str(error))
    report(RESULTS, given.run, figures)


if __name__ == "__main__":
    main()
