"""What a network reads in the class's digits. A member's digits are read again only where they have changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.classroom.classroom import Roll
from core.classroom.handwriting import Handwriting, all_handwriting
from core.data.datasets import Images
from core.learners.base import Probabilities
from core.metrics.classification import count_confusion
from core.metrics.intervals import Interval, wilson_interval
from core.storage.stamp import Stamp
from core.teaching.collection import as_images

Labels = NDArray[np.int64]
# Networks whose readings are kept.
_MOST_NETWORKS = 8


@dataclass(frozen=True)
class ClassReading:
    """A network's predictions for all digits of the class.

    y_pred: int64 (N,). counts: of the confusion matrix, int64 (10, 10).
    """

    handwriting: Handwriting
    y_pred: Labels
    counts: NDArray[np.int64]

    @property
    def n_right(self) -> int:
        """Digits that are predicted right."""
        return int(self.counts.trace())

    @property
    def interval(self) -> Interval:
        """Of the accuracy; it takes the digits for independent of each other."""
        return wilson_interval(self.n_right, len(self.y_pred))

    def find(self, y_true: int | None, y_pred: int | None) -> NDArray[np.int64]:
        """The places of the digits of a class that are predicted as a class; None for any, then the mistakes alone."""
        labels = self.handwriting.images.labels
        keep = np.ones(len(labels), bool)
        if y_true is not None:
            keep &= labels == y_true
        if y_pred is not None:
            keep &= self.y_pred == y_pred
        if y_true is None or y_pred is None:
            keep &= labels != self.y_pred
        return np.flatnonzero(keep)


class ClassReader:
    """Has networks read the class's digits and keeps what they read. Every method may be called from any thread."""

    def __init__(self) -> None:
        # By network and its weights: of each owner, the hand-in that was read and what was predicted.
        self._kept: dict[tuple[Path, Stamp], dict[str, tuple[Stamp, Labels]]] = {}
        self._lock = threading.Lock()

    def read(
        self, roll: Roll, run: Path, weights: Stamp, predict: Callable[[Path, Images], Probabilities]
    ) -> ClassReading:
        """What the network in the folder `run` reads. weights: the stamp of its weights. Raises what `predict` raises.

        predict: gives class probabilities (N, 10) for images (N, 28, 28).
        """
        # Whoever comes meanwhile waits, and then finds it all read.
        with self._lock:
            known = self._kept.pop((run, weights), {})
            known = {owner: known[owner] for owner in roll.hand_ins if owner in known}
            new = {
                owner: one for owner, one in roll.hand_ins.items() if owner not in known or known[owner][0] != one.stamp
            }
            if new:
                images = [as_images(one.digits).images for one in new.values()]
                y_pred = predict(run, np.concatenate(images)).argmax(1)
                parts = np.split(y_pred, np.cumsum([len(part) for part in images])[:-1])
                known |= {owner: (one.stamp, part) for (owner, one), part in zip(new.items(), parts, strict=True)}
            self._kept[run, weights] = known
            for oldest in list(self._kept)[:-_MOST_NETWORKS]:
                del self._kept[oldest]
        handwriting = all_handwriting(roll)
        rows = [known[member.owner][1] for member in roll.members if member.owner in known]
        y_pred = np.concatenate(rows) if rows else np.empty(0, np.int64)
        return ClassReading(handwriting, y_pred, count_confusion(handwriting.images.labels, y_pred))
