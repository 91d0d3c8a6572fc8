"""The digits that are taught, and what a line of the table is made of, without training."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.handwriting import fine_tuning
from benchmarks.handwriting.fine_tuning import N_TAUGHT, choose_digits, make_table, measure
from core.data.datasets import NO_IMAGES
from core.teaching.fine_tuning import Split
from tools.pen.pen_digits import PenDigit

# Digits that lean more and more, so that no two pictures are alike.
DIGITS = [PenDigit(n % 10, 1, (np.array([[0.0, 0], [5 * n, 100]]),)) for n in range(30)]


def test_twelve_digits_are_taught_and_the_others_are_not():
    split = choose_digits(DIGITS, 1)
    assert (len(split.taught), len(split.held_out)) == (N_TAUGHT, 30 - N_TAUGHT)
    pictures = [picture.tobytes() for picture in (*split.taught.images, *split.held_out.images)]
    assert len(set(pictures)) == 30
    # Each picture has its own digit's label.
    labels = dict(zip(pictures, (*split.taught.labels, *split.held_out.labels), strict=True))
    again = choose_digits(DIGITS, 2)
    assert [labels[picture.tobytes()] for picture in again.taught.images] == again.taught.labels.tolist()
    assert again.taught.images.tobytes() != split.taught.images.tobytes()


def test_a_line_is_the_mean_over_the_writers_of_each_stage(monkeypatch):
    def figures(share):
        return {"taught": share, "others": share / 2, "mnist": share / 4}

    taught = []

    def teach(_base, split, _mnist, practises):
        taught.append((split, practises))
        return figures({"first": 0.8, "second": 0.6}[split.taught] + (0.1 if practises else 0))

    monkeypatch.setattr(fine_tuning, "teach", teach)
    monkeypatch.setattr(fine_tuning, "accuracies", lambda *_: figures(0.4))
    splits = [Split("first", None), Split("second", None)]
    line = measure(SimpleNamespace(name="CNN"), splits, NO_IMAGES)
    assert sorted((split.taught, practises) for split, practises in taught) == [
        ("first", False),
        ("first", True),
        ("second", False),
        ("second", True),
    ]
    assert line == {
        "network": "CNN",
        "before": {"taught": 0.4, "others": 0.2, "mnist": 0.1},
        "after": {"taught": pytest.approx(0.8), "others": 0.4, "mnist": 0.2},
        "without_practice": {"taught": 0.7, "others": 0.35, "mnist": 0.175},
    }
    assert make_table([line]).splitlines()[-1] == (
        "| CNN | 40.0% → 80.0% | 20.0% → 40.0% | 10.0% → 20.0% | 35.0%, 17.5% |"
    )
