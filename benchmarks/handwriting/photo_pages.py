"""How many photographed numbers are found and read: `python -m benchmarks.handwriting.photo_pages FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes. Digits of the validation writers, which nothing was
fitted on, are put together to numbers, each page by one writer, and photographed as `tools.pen.made_pages` does it,
every kind of paper equally often: pages with one number of 2 to 4 digits, and pages with five lines of five digits.
A digit is found when the box of one that was read covers at least 0.7 of what it and the digit's own box cover
together. A number is read whole when exactly its digits are read as one number; what
the detector calls no digit counts as not read. Prints the figures and writes them to `benchmarks/results/`.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from benchmarks.handwriting.pen_report import pen_parser, report
from benchmarks.handwriting.photos import digits_in, overlap
from core.errors import LabError
from core.ink.bitmap import picture_from_ink
from core.settings import PROJECT
from core.uncertainty.prediction import Prediction, predict_pictures
from tools.pen.made_pages import MadePage, make_page
from tools.pen.made_photos import KINDS
from tools.pen.pen_digits import VALIDATION_WRITERS, PenDigit, group_by_writer, load_pen_digits

RESULTS = PROJECT / "benchmarks" / "results" / "photo_pages.json"
_OVERLAP = 0.7
# The lengths of the numbers on a page, by the name of the kind of page; None is a length by chance.
_PAGES: dict[str, tuple[int | None, ...]] = {"one_number": (None,), "five_lines_of_five": (5,) * 5}
_LENGTHS = (2, 3, 4)


@dataclass(frozen=True)
class Page:
    """What came of a page.

    digits: for each digit on it whether it was found, and whether it was found and read right. numbers: for each
    number whether it was read whole. too_many: how many things were read that are no digit of the page. seconds: from
    the file to the answer.
    """

    kind: str
    found: tuple[bool, ...]
    read: tuple[bool, ...]
    numbers: tuple[bool, ...]
    too_many: int
    seconds: float


def read_page(made: MadePage, kind: str, run: Path) -> Page:
    """Find and read the numbers on a photographed page."""
    start = time.perf_counter()
    digits = digits_in(made.content)
    stages = [picture_from_ink(digit.piece.ink) for digit in digits]
    predictions = predict_pictures(run, np.stack([stage.picture for stage in stages if stage])) if digits else []
    seconds = time.perf_counter() - start
    numbers: dict[int, str] = defaultdict(str)
    for digit, prediction in zip(digits, predictions, strict=True):
        numbers[digit.number] += _name(prediction)
    unclaimed = list(numbers.values())
    whole = []
    for number in made.numbers:
        name = "".join(map(str, number))
        whole.append(name in unclaimed)
        if whole[-1]:
            unclaimed.remove(name)
    found, read = [], []
    labels = [label for number in made.numbers for label in number]
    for label, box in zip(labels, (box for line in made.boxes for box in line), strict=True):
        shares = [overlap(digit.piece.box, box) for digit in digits]
        best = int(np.argmax(shares)) if shares else 0
        found.append(bool(shares) and shares[best] >= _OVERLAP)
        read.append(found[-1] and _name(predictions[best]) == str(label))
    return Page(kind, tuple(found), tuple(read), tuple(whole), max(0, len(digits) - sum(found)), seconds)


def _name(prediction: Prediction) -> str:
    return "?" if prediction.verdict == "none" else prediction.class_names[prediction.best]


def make_pages(
    digits: Sequence[PenDigit], lengths: Sequence[int | None], count: int, random: Generator
) -> Iterator[tuple[MadePage, str]]:
    """So many pages, each by one writer, with the kind of paper of each."""
    by_writer = group_by_writer(digits)
    writers = list(by_writer)
    for index in range(count):
        pool = by_writer[writers[random.integers(len(writers))]]
        lines = [
            [pool[random.integers(len(pool))] for _ in range(length or random.choice(_LENGTHS))] for length in lengths
        ]
        kind = KINDS[index % len(KINDS)]
        yield make_page(lines, kind, random), kind


def summarise(pages: Sequence[Page]) -> dict[str, Any]:
    """Figures of all kinds together and of each."""

    def share(values: Sequence[bool]) -> float:
        return round(sum(values) / len(values), 4)

    def figures(chosen: Sequence[Page]) -> dict[str, Any]:
        return {
            "pages": len(chosen),
            "numbers_read_whole": share([whole for page in chosen for whole in page.numbers]),
            "digits_found": share([found for page in chosen for found in page.found]),
            "digits_read": share([read for page in chosen for read in page.read]),
            "other_things_per_page": round(sum(page.too_many for page in chosen) / len(chosen), 2),
            "median_seconds": round(float(np.median([page.seconds for page in chosen])), 2),
        }

    kinds = [kind for kind in KINDS if any(page.kind == kind for page in pages)]
    return {"all": figures(pages), **{kind: figures([page for page in pages if page.kind == kind]) for kind in kinds}}


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = pen_parser(__doc__)
    parser.add_argument("--pages", type=int, default=140, help="of each kind of page")
    given = parser.parse_args(arguments)
    random = np.random.default_rng(8)
    try:
        digits = load_pen_digits(given.file, VALIDATION_WRITERS)
        figures = {
            name: summarise(
                [read_page(made, kind, given.run) for made, kind in make_pages(digits, lengths, given.pages, random)]
            )
            for name, lengths in _PAGES.items()
        }
    except LabError as error:
        sys.exit(str(error))
    report(RESULTS, given.run, figures)


if __name__ == "__main__":
    main()
