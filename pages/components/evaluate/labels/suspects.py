"""Images by how suspicious their labels are, with what the reader thinks of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.data.catalog import DatasetInfo
from core.data.datasets import ImageSet, Split
from core.evaluation.samples import Samples
from core.labels.verdicts import Verdicts
from core.texts.message import Message, message
from models.texts import mark
from pages.components.evaluate.labels.known import known_words
from pages.components.shell.wording import name_classes

# Which of a run's images are looked at.
Which = Literal["test", "val", "train"]
TITLES: dict[Which, str] = {
    "test": mark("Test images"),
    "val": mark("Validation images"),
    "train": mark("Training images"),
}


@dataclass(frozen=True)
class Suspects:
    """N images of a run's data set, the most suspicious label first.

    which: of the run's images. images: the whole split of the data set that `index` counts in.
    index (N,): each image's index there, int64.
    scores (N,): of each label, float64 from 0 to 1: the label quality by confident learning, or of training images the
        mean probability of the label over the epochs.
    samples: the network's predictions for them in the same order; None for training images.
    n_issues: labels that confident learning takes for wrong; None for training images.
    verdicts: on these images.
    """

    info: DatasetInfo
    which: Which
    images: ImageSet
    index: NDArray[np.int64]
    scores: NDArray[np.float64]
    verdicts: Verdicts
    samples: Samples | None = None
    n_issues: int | None = None

    def __len__(self) -> int:
        return len(self.index)

    @property
    def split(self) -> Split:
        """Which split of the data set `index` counts in."""
        return split_of(self.which)

    def label(self, place: int) -> str:
        """The class that the data set gives to the image at this place."""
        return name_classes(self.info)[int(self.images.labels[self.index[place]])]

    def known(self, index: int) -> Message | None:
        """What a study found people to see in the image with this index; see `known_words`."""
        return known_words(self.info, index) if self.split == "test" else None

    def unjudged(self) -> NDArray[np.int64]:
        """The places of the images without a verdict, in order."""
        judged = np.array([verdict.index for verdict in self.verdicts], np.int64)
        return np.flatnonzero(~np.isin(self.index, judged))


def split_of(which: Which) -> Split:
    """The split of the data set that these images belong to: validation images are held out from its training file."""
    return "test" if which == "test" else "train"


def image_words(split: Split, index: int) -> Message:
    """What an image is called by its index in a split of its data set."""
    if split == "test":
        return message("Test image {index}", index=index)
    return message("Image {index} of the training file", index=index)
