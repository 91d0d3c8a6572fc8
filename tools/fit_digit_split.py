"""Fit the constants by which strokes are joined to digits (`core.ink.stroke_links`, `core.ink.digit_split`).

    python -m tools.fit_digit_split FILE [--numbers 6000]

FILE holds the pen strokes that `tools.pen.pen_digits` describes. Numbers of 1 to 5 digits are put together from the
training writers' digits. The log-odds of two strokes are a logistic regression, and so are the weights by which ways
to split doubtful strokes are compared: each wrong way with the right one. The second is fitted with the first's
constants as they stand in the code, so that after a change of those the command is to be run again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from core.ink.digit_split import Judge, candidate_splits, flat_groups, judge_groups, split_features
from core.ink.stroke_links import pair_features, same_digit_log_odds
from core.uncertainty.detector import digit_shares
from tools.pen.composed_numbers import Number, compose_numbers
from tools.pen.pen_digits import TRAIN_WRITERS, load_pen_digits

# See `compose_numbers`.
_CARELESS = 0.03


def fit_links(numbers: Sequence[Number]) -> dict[str, object]:
    """Constant and factors of the log-odds; of strokes of digits that do not follow each other nothing is asked."""
    values, same = [], []
    for number in numbers:
        lie, owners = pair_features(number.strokes), number.owners
        pairs = [(i, j) for i, j in combinations(range(len(owners)), 2) if abs(owners[i] - owners[j]) <= 1]
        values += [lie[pair] for pair in pairs]
        same += [owners[i] == owners[j] for i, j in pairs]
    model = LogisticRegression(C=10, max_iter=1000).fit(values, same)
    right = float((model.predict(values) == same).mean())
    factors = [round(float(factor), 2) for factor in model.coef_[0]]
    return {"constant": round(float(model.intercept_[0]), 3), "factors": factors, "pairs": len(same), "right": right}


def fit_weights(numbers: Sequence[Number], judge: Judge) -> dict[str, object]:
    """Weights of `split_features`'s values."""
    doubts = [doubt for number in numbers for doubt in _doubts(number, judge)]
    better = np.concatenate([ways[right] - np.delete(ways, right, 0) for ways, right in doubts])
    # Each comparison counts both ways round, since a regression wants both answers.
    model = LogisticRegression(fit_intercept=False, C=10, max_iter=1000)
    model.fit(np.concatenate([better, -better]), np.repeat([1, 0], len(better)))
    weights = model.coef_[0]
    right = np.mean([(ways @ weights).argmax() == right for ways, right in doubts])
    return {"weights": [round(float(weight), 2) for weight in weights], "doubts": len(doubts), "right": float(right)}


def _doubts(number: Number, judge: Judge) -> list[tuple[NDArray[np.float64], int]]:
    """For each doubt among whose ways is the right one: what speaks for each way, and the right one's place."""
    odds = same_digit_log_odds(number.strokes)
    doubts = [ways for ways in candidate_splits(odds) if len(ways) > 1]
    groups = {group for ways in doubts for way in ways for group in way}
    likely = judge_groups(groups, number.strokes, judge)
    flat = flat_groups(groups, number.strokes)
    cases = []
    for ways in doubts:
        right = [place for place, way in enumerate(ways) if number.groups.issuperset(way)]
        if right:
            cases.append((np.array([split_features(way, odds, likely, flat) for way in ways]), right[0]))
    return cases


def main(arguments: list[str] | None = None) -> None:
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--numbers", type=int, default=6000)
    given = parser.parse_args(arguments)
    digits = load_pen_digits(given.file, TRAIN_WRITERS)
    numbers = list(compose_numbers(digits, given.numbers, 1, range(1, 6), _CARELESS))
    print(json.dumps(fit_links(numbers)))
    print(json.dumps(fit_weights(numbers, digit_shares)))


if __name__ == "__main__":
    main()
