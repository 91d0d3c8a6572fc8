"""What the reader thinks of a data set's labels.

The verdicts are about labels, so they belong to a split of a data set and not to a run: what one run was trained on,
another may have held out.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from core.texts.message import Message, message

Judgement = Literal["right", "wrong", "unsure"]
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
# Each judgement of a label, within a sentence.
JUDGEMENT_WORDS: dict[Judgement, Message] = {
    "right": message("right"),
    "wrong": message("wrong"),
    "unsure": message("cannot tell"),
}


@dataclass(frozen=True)
class Verdict:
    """The reader's judgement of one image's label.

    index: the image's index in the split of its data set. label: the class that was judged. judged: when, in ISO 8601.
    """

    index: int
    label: int
    judgement: Judgement
    judged: str = ""


@dataclass(frozen=True)
class Verdicts:
    """At most one verdict an image, in the order in which they were given."""

    entries: tuple[Verdict, ...] = ()

    def __len__(self) -> int:
        return len(self.entries)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.entries)

    def find(self, index: int) -> Verdict | None:
        """The verdict on this image's label; None where there is none yet."""
        return next((entry for entry in self.entries if entry.index == index), None)

    def judge(self, verdict: Verdict) -> Verdicts:
        """With this verdict, which takes the place of an earlier one on the same image."""
        return Verdicts((*self.without(verdict.index).entries, verdict))

    def without(self, index: int) -> Verdicts:
        """Without the verdict on this image."""
        return Verdicts(tuple(entry for entry in self.entries if entry.index != index))

    def among(self, indexes: NDArray[np.int64]) -> Verdicts:
        """Those on the images with these indexes."""
        known = frozenset(indexes.tolist())
        return Verdicts(tuple(entry for entry in self.entries if entry.index in known))

    def judged(self, judgement: Judgement) -> frozenset[int]:
        """The indexes of the images whose labels were judged so."""
        return frozenset(entry.index for entry in self.entries if entry.judgement == judgement)


def drop_other_labels(verdicts: Verdicts, labels: Labels) -> Verdicts:
    """The verdicts that are about these labels (N,) of a split: on other files they would be about other images."""
    return Verdicts(
        tuple(entry for entry in verdicts if 0 <= entry.index < len(labels) and labels[entry.index] == entry.label)
    )


def verdicts_csv(verdicts: Verdicts, class_names: tuple[str, ...]) -> str:
    """A table of the verdicts by index, as the text of a file: index, label, class, verdict, judged."""
    text = io.StringIO(newline="")
    table = csv.writer(text)
    table.writerow(["index", "label", "class", "verdict", "judged"])
    for entry in sorted(verdicts, key=lambda entry: entry.index):
        table.writerow([entry.index, entry.label, class_names[entry.label], entry.judgement, entry.judged])
    return text.getvalue()
