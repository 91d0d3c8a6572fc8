"""Looks into a network while it is trained, and writes what it sees beside the run.

Looking changes nothing: no random number is drawn, no weight and no running mean is touched, and the network is left in
the mode it was in. So a run ends with the same bits whether or not it is looked into.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.anatomy.inside import first_layer, unit_pictures
from core.anatomy.layers import Layer
from core.data.datasets import NO_IMAGES, ImageSet
from core.learners.base import Learner, Probabilities
from core.runs.live import OWN_IMAGE_FILE, UNKNOWN, LiveView, read_own_image, write_live
from core.storage.stamp import NO_FILE, file_stamp
from core.training.events import RunFinished, RunPaused, RunStarted, RunStopped, StepEnd, TrainEvent

# Least time between two looks, in seconds.
_LOOK_SECONDS = 0.5
# A look may take this share of the time between two looks.
_MOST_SHARE = 0.01
# Units of the first layer that are shown.
_MOST_UNITS = 48
# Earlier answers that are kept of each image.
_EARLIER = 3


class LiveProbe:
    """A sink of a run's events (see `core.execution.train_run`). Looks twice a second at most."""

    def __init__(self, folder: Path, learner: Learner, test: ImageSet) -> None:
        self._folder = folder
        self._learner = learner
        self._layer: Layer | None = None
        self._next_look = 0.0
        self._fixed = _Watched(first_of_each_class(test))
        self._own = _Watched(NO_IMAGES)
        self._own_stamp = NO_FILE

    def __call__(self, event: TrainEvent) -> None:
        """Look where it is time to, and wherever training begins, waits or ends."""
        match event:
            case RunStarted():
                # The first look takes longest, but training has not begun, so it does not put off the next one.
                self._look(event.step)
                self._next_look = time.monotonic() + _LOOK_SECONDS
            case RunPaused() | RunStopped() | RunFinished():
                self._look(event.step)
            case StepEnd() if time.monotonic() >= self._next_look:
                self._look(event.step)

    def _look(self, step: int) -> None:
        begin = time.monotonic()
        self._take_own_image()
        self._layer = self._layer or first_layer(self._learner)
        pictures = unit_pictures(self._layer, self._learner.parameter(self._layer.parameters[0].name))
        own, fixed = self._own.ask(self._learner), self._fixed.ask(self._learner)
        view = LiveView(
            step,
            np.concatenate([self._own.images.images, self._fixed.images.images]),
            np.concatenate([self._own.images.labels, self._fixed.images.labels]),
            np.concatenate([own, fixed]),
            np.concatenate([self._own.earlier(), self._fixed.earlier()]),
            self._layer.name,
            len(pictures),
            np.ascontiguousarray(pictures[:_MOST_UNITS]),
        )
        write_live(self._folder, view)
        end = time.monotonic()
        self._next_look = end + max(_LOOK_SECONDS, (end - begin) / _MOST_SHARE)

    def _take_own_image(self) -> None:
        stamp = file_stamp(self._folder / OWN_IMAGE_FILE)
        if stamp != self._own_stamp:
            self._own_stamp, image = stamp, read_own_image(self._folder)
            own = NO_IMAGES if image is None else ImageSet(image[None], np.full(1, UNKNOWN, np.int64))
            self._own = _Watched(own)


class _Watched:
    """Images whose answers are followed."""

    def __init__(self, images: ImageSet) -> None:
        self.images = images
        self._answers: list[list[int]] = [[] for _ in range(len(images))]

    def ask(self, learner: Learner) -> Probabilities:
        """The probabilities now; an answer that has changed is noted."""
        probabilities = learner.predict_proba(self.images.images)
        for known, answer in zip(self._answers, probabilities.argmax(1).tolist(), strict=True):
            if known[-1:] != [answer]:
                known.append(answer)
        return probabilities

    def earlier(self) -> NDArray[np.int64]:
        """The answers before the present one, as `LiveView` has them."""
        latest = [answers[:-1][-_EARLIER:] for answers in self._answers]
        rows = [[UNKNOWN] * (_EARLIER - len(answers)) + answers for answers in latest]
        return np.array(rows, np.int64).reshape(len(rows), _EARLIER)


def first_of_each_class(images: ImageSet) -> ImageSet:
    """The first image of each class, in the order of the classes."""
    _, places = np.unique(images.labels, return_index=True)
    return ImageSet(images.images[places], images.labels[places])
