"""How well numbers are split into their digits and read: `python -m benchmarks.several_digits FILE`.

FILE holds the pen strokes that `core.pen_digits` describes; measured are the validation writers' digits, alone as they
are and put together to numbers (`benchmarks.composed_numbers`). Nothing was fitted on them. A digit or number is split
rightly when each of its digits' strokes, and none else, are joined. Prints the figures and writes them to
`benchmarks/results/`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.composed_numbers import Number, compose_numbers
from core.errors import LabError
from core.files import write_atomically
from core.inference import predict_proba
from core.pen_digits import VALIDATION_WRITERS, load_pen_digits, on_canvas
from core.segments import Reader, split_digits
from core.settings import BUNDLED_RUNS, PROJECT
from core.strokes import picture_from_strokes

RESULTS = PROJECT / "benchmarks" / "results" / "several_digits.json"
LENGTHS = (2, 3, 4, 5)


@dataclass(frozen=True)
class Outcome:
    """What came of a number: whether it is split rightly, with the network's help or without, and what was read."""

    number: Number
    split: bool
    split_by_place: bool
    asked: bool
    read: tuple[int, ...]

    @property
    def read_right(self) -> bool:
        """Whether the number that is read is the one that was written."""
        return self.read == self.number.labels


def read_number(number: Number, read: Reader) -> Outcome:
    """Split the number and read it."""
    asked = []

    def note(pictures: Any) -> Any:
        asked.append(len(pictures))
        return read(pictures)

    groups = split_digits(number.strokes, note)
    stages = [picture_from_strokes([number.strokes[index] for index in group]) for group in groups]
    digits = read(np.stack([stage.picture for stage in stages if stage])).argmax(1)
    by_place = set(split_digits(number.strokes)) == number.groups
    return Outcome(number, set(groups) == number.groups, by_place, bool(asked), tuple(map(int, digits)))


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Shares of the numbers."""

    def share(values: Sequence[bool]) -> float:
        return round(sum(values) / len(values), 4) if values else float("nan")

    return {
        "count": len(outcomes),
        "split_right": share([outcome.split for outcome in outcomes]),
        "split_right_by_place_alone": share([outcome.split_by_place for outcome in outcomes]),
        "network_asked": share([outcome.asked for outcome in outcomes]),
        "read_right": share([outcome.read_right for outcome in outcomes]),
        "read_right_of_those_split_right": share([outcome.read_right for outcome in outcomes if outcome.split]),
    }


def measure(singles: Sequence[Number], numbers: Sequence[Number], read: Reader) -> dict[str, Any]:
    """Figures of single digits, of those of several strokes, and of numbers, in all and by their length."""
    whole = [read_number(single, read) for single in singles]
    outcomes = [read_number(number, read) for number in numbers]
    by_length = {
        length: summarise([outcome for outcome in outcomes if len(outcome.number.labels) == length])
        for length in LENGTHS
    }
    return {
        "single_digits": summarise(whole),
        "single_digits_of_several_strokes": summarise([one for one in whole if len(one.number.strokes) > 1]),
        "numbers": summarise(outcomes),
        "numbers_by_length": {str(length): figures for length, figures in by_length.items()},
    }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--run", type=Path, default=BUNDLED_RUNS / "handwriting", help="a run's folder")
    parser.add_argument("--numbers", type=int, default=2000)
    given = parser.parse_args()
    try:
        digits = load_pen_digits(given.file, VALIDATION_WRITERS)
        singles = [
            Number((digit.label,), tuple(on_canvas(digit.strokes, 200)), (0,) * len(digit.strokes)) for digit in digits
        ]
        numbers = list(compose_numbers(digits, given.numbers, seed=2, lengths=LENGTHS))
        figures = measure(singles, numbers, partial(predict_proba, given.run))
    except LabError as error:
        sys.exit(str(error))
    text = json.dumps({"network": given.run.name, "writers": list(VALIDATION_WRITERS), **figures}, indent=1)
    write_atomically(RESULTS, text)
    print(text)


if __name__ == "__main__":
    main()
