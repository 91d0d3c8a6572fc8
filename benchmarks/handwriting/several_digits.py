"""How well numbers are split into their digits and read: `python -m benchmarks.handwriting.several_digits FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes; measured are the validation writers' digits, alone
and put together to numbers (`tools.pen.composed_numbers`), as they were written and with further strokes carelessly
put. Nothing was fitted on them. A digit or number is split rightly when each of its digits' strokes, and none else,
are joined, and no stroke is cut. Joined numbers, of one stroke but for bars, are measured as they would be read without
cuts, and with them; so are drawings of letters and doodles, which a cut must not make numbers of. So are zeros with a
stroke through them. Prints the figures and writes them to `benchmarks/results/`.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.handwriting.pen_report import pen_parser, report
from core.errors import LabError
from core.inference.networks import predict_proba
from core.ink.digit_split import split_into_digits
from core.ink.joined import Pieces, separate_digits
from core.ink.rendering import Picture, Stroke, picture_from_strokes
from core.ink.slashed_zero import slash_of_zero
from core.settings import PROJECT
from core.uncertainty.detector import digit_shares
from core.uncertainty.prediction import predict_pictures
from tools.non_digits.doodles import TRAINED
from tools.non_digits.held_out_doodles import HELD_OUT
from tools.non_digits.templates import LETTERS, parse
from tools.non_digits.warp import warp
from tools.pen.composed_numbers import Number, compose_joined, compose_numbers, single
from tools.pen.pen_digits import VALIDATION_WRITERS, PenDigit, load_pen_digits

RESULTS = PROJECT / "benchmarks" / "results" / "several_digits.json"
LENGTHS = (2, 3, 4, 5)
JOINED_LENGTHS = (2, 3)
# Drawings of each letter's shapes and of each family of doodles.
_EACH = 5
# Degrees by which the slash through a zero rises.
_RISE = (30.0, 70.0)
# The slash's length, as a share of the zero's longer side.
_LENGTH = (0.7, 1.3)
# How far the slash's middle lies off that of the zero's box, at most, as a share of the box's sides.
_OFF = 0.1
# By how far further strokes of a digit are put from their places; see `compose_numbers`.
_HANDS = {"as_written": 0.0, "careless": 0.05}


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


def read_number(number: Number, run: Path) -> Outcome:
    """Split the number and read it by the network in the folder."""
    asked = []

    def note(pictures: Picture) -> NDArray[np.floating]:
        asked.append(len(pictures))
        return digit_shares(pictures)

    pieces = separate_digits(number.strokes, note)
    read = predict_proba(run, _pictures(pieces)).argmax(1)
    is_split = len(pieces.strokes) == len(number.strokes) and set(pieces.groups) == number.groups
    by_place = set(split_into_digits(number.strokes)) == number.groups
    return Outcome(number, is_split, by_place, bool(asked), tuple(read.tolist()))


def answer_joined(number: Number, pieces: Pieces, run: Path) -> str:
    """What the network in the folder answers: "right", "doubtful" where it says that it is unsure, or "wrong"."""
    predictions = predict_pictures(run, _pictures(pieces))
    verdicts = {prediction.verdict for prediction in predictions}
    if tuple(prediction.best for prediction in predictions) == number.labels and "none" not in verdicts:
        return "right"
    return "wrong" if verdicts == {"digit"} else "doubtful"


def measure_joined(numbers: Sequence[Number], run: Path) -> dict[str, Any]:
    """Shares of joined numbers that are answered rightly, doubtfully and wrongly, without cuts and with them."""
    ways = {
        "left_whole": [answer_joined(number, _uncut(number.strokes), run) for number in numbers],
        "cut": [answer_joined(number, separate_digits(number.strokes, digit_shares), run) for number in numbers],
    }
    shares = {
        way: {kind: round(answers.count(kind) / len(numbers), 4) for kind in ("right", "doubtful", "wrong")}
        for way, answers in ways.items()
    }
    return {"count": len(numbers), **shares}


def measure_non_digits(drawings: Sequence[Sequence[Stroke]], run: Path) -> dict[str, Any]:
    """Shares of drawings without digits of which each part is called a digit, without cuts and with them."""
    ways = {
        "left_whole": [_uncut(strokes) for strokes in drawings],
        "cut": [separate_digits(strokes, digit_shares) for strokes in drawings],
    }
    called = {
        way: [all(each.verdict != "none" for each in predict_pictures(run, _pictures(pieces))) for pieces in found]
        for way, found in ways.items()
    }
    return {"count": len(drawings), **{way: round(sum(each) / len(drawings), 4) for way, each in called.items()}}


def measure_slashed_zeros(digits: Sequence[PenDigit], run: Path) -> dict[str, Any]:
    """Shares of zeros with a slash added that are found to be such, and read as a zero if they were not.

    `taken_for_one`: the digits, as they were written, that are taken for a slashed zero.
    """
    random = np.random.default_rng(6)
    zeros = [digit.strokes for digit in digits if digit.label == 0 and len(digit.strokes) == 1]
    slashed = [(loop, _draw_slash(loop, random)) for (loop,) in zeros]
    left = predict_pictures(run, np.concatenate([_pictures(_one(strokes)) for strokes in slashed]))
    return {
        "count": len(slashed),
        "found": round(sum(slash_of_zero(strokes) == 1 for strokes in slashed) / len(slashed), 4),
        "read_with_slash": round(sum(each.best == 0 and each.verdict == "digit" for each in left) / len(slashed), 4),
        "digits": len(digits),
        "taken_for_one": sum(slash_of_zero(digit.strokes) is not None for digit in digits),
    }


def _draw_slash(loop: Stroke, random: np.random.Generator) -> Stroke:
    low, high = loop.min(0), loop.max(0)
    middle = (low + high) / 2 + (high - low) * random.uniform(-_OFF, _OFF, 2)
    rise = np.radians(random.uniform(*_RISE))
    # y runs down.
    half = random.uniform(*_LENGTH) * (high - low).max() / 2 * np.array([np.cos(rise), -np.sin(rise)])
    slash: Stroke = middle + half * np.linspace(-1, 1, 12)[:, np.newaxis]
    return slash


def draw_non_digits(each: int) -> dict[str, list[list[Stroke]]]:
    """Drawings of letters and of doodles, so many of each."""
    random = np.random.default_rng(5)
    letters = [parse(shape) for shapes in LETTERS.values() for shape in shapes for _ in range(each)]
    doodles = [family(random) for family in (*TRAINED, *HELD_OUT) for _ in range(each)]
    return {
        "letters": [warp(strokes, random) for strokes in letters],
        "doodles": [warp(strokes, random) for strokes in doodles],
    }


def _one(strokes: Sequence[Stroke]) -> Pieces:
    every = tuple(range(len(strokes)))
    return Pieces(tuple(strokes), every, (every,))


def _uncut(strokes: Sequence[Stroke]) -> Pieces:
    return Pieces(tuple(strokes), tuple(range(len(strokes))), tuple(split_into_digits(strokes, digit_shares)))


def _pictures(pieces: Pieces) -> Picture:
    stages = [picture_from_strokes([pieces.strokes[index] for index in group]) for group in pieces.groups]
    return np.stack([stage.picture for stage in stages if stage])


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


def measure(digits: Sequence[PenDigit], count: int, careless: float, run: Path) -> dict[str, Any]:
    """Figures of single digits, of those of several strokes, and of numbers, in all and by their length."""
    random = np.random.default_rng(3)
    singles = [read_number(single(digit, careless, random), run) for digit in digits]
    numbers = [read_number(number, run) for number in compose_numbers(digits, count, 2, LENGTHS, careless)]
    return {
        "single_digits": summarise(singles),
        "single_digits_of_several_strokes": summarise([one for one in singles if len(one.number.strokes) > 1]),
        "numbers": summarise(numbers),
        "numbers_by_length": {
            str(length): summarise([one for one in numbers if len(one.number.labels) == length]) for length in LENGTHS
        },
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = pen_parser(__doc__)
    parser.add_argument("--numbers", type=int, default=2000)
    given = parser.parse_args(arguments)
    try:
        digits = load_pen_digits(given.file, VALIDATION_WRITERS)
        figures = {words: measure(digits, given.numbers, careless, given.run) for words, careless in _HANDS.items()}
        figures["joined"] = {
            str(length): measure_joined(list(compose_joined(digits, given.numbers // 2, 4, length)), given.run)
            for length in JOINED_LENGTHS
        }
        figures["slashed_zeros"] = measure_slashed_zeros(digits, given.run)
        figures["no_digits"] = {
            kind: measure_non_digits(drawings, given.run) for kind, drawings in draw_non_digits(_EACH).items()
        }
    except LabError as error:
        sys.exit(str(error))
    report(RESULTS, given.run, figures)


if __name__ == "__main__":
    main()
