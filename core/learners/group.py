"""Learners that take their steps together, each a learner of its own for whoever trains it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from core.config.run_config import RunConfig
from core.data.datasets import Images, ImageSet, Labels
from core.learners.base import NO_STEPS, Lap, StepMetrics, no_lap
from core.learners.device import resolve_device
from core.learners.group_key import group_key
from core.learners.step_metrics import measure_steps
from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_group import DenseGroup, Network
from core.learners.steps.pixels import PixelScale, order_by_ink
from core.learners.torch_learner import TorchLearner
from core.storage.arrays import Arrays
from models.start import N_PIXELS

# Images that the order of pixels is taken from.
_SAMPLE = 1000


def can_group(config: RunConfig) -> bool:
    """Whether a learner of this configuration can be one of a group on this machine. Raises ConfigError."""
    return group_key(config) is not None and resolve_device(config.device).type == "cpu"


class LearnerGroup:
    """Learners whose configurations have the same `group_key`, and which `can_group`.

    Each is asked for its step as usual, and `take_steps` then computes all that are due. Those that were asked for the
    same batch, which is almost always all of them, compute it together; a learner that stands elsewhere, since it was
    paused for one, computes its own. What it learns does not depend on that.
    """

    def __init__(self) -> None:
        self._due: list[_Due] = []
        # By the learners in them; a learner is in one of them at most, which has its biases.
        self._groups: dict[tuple[GroupLearner, ...], DenseGroup] = {}
        self._images: Images = np.empty((0, N_PIXELS), np.uint8)
        self._labels: Labels = np.empty(0, np.int64)
        self._pixel_order: NDArray[np.intp] = np.arange(N_PIXELS)
        # Of the present batch.
        self._pixels = self._images

    def create(self, config: RunConfig) -> GroupLearner:
        """A learner of the group with fresh weights from the configuration's seed."""
        return GroupLearner(config, self)

    def load(self, train: ImageSet, scale: PixelScale) -> NDArray[np.intp]:
        """Take the training images, which are the same for all learners; returns the pixels' order from here on."""
        if len(self._labels) != len(train):
            images = train.images.reshape(-1, N_PIXELS)
            if scale.keeps_black:
                self._pixel_order = order_by_ink(images[:_SAMPLE])
            self._images, self._labels = images.take(self._pixel_order, 1), train.labels
        return self._pixel_order

    def ask(self, due: _Due) -> None:
        """Have a learner's step computed by the next `take_steps`."""
        self._due.append(due)

    def take_steps(self) -> None:
        """Compute the steps that are due."""
        batches: dict[_Batch, list[_Due]] = {}
        for due in self._due:
            batches.setdefault(due.batch, []).append(due)
        self._due = []
        # A group whose learners do not all go on together is not used again.
        groups, self._groups = self._groups, {}
        for batch, together in batches.items():
            learners = tuple(due.learner for due in together)
            group = groups.get(learners) or DenseGroup([learner.network for learner in learners], learners[0].scale)
            self._groups[learners] = group
            self._step(group, batch, together)

    def _step(self, group: DenseGroup, batch: _Batch, together: list[_Due]) -> None:
        index = together[0].learner.order[batch.start : batch.stop]
        labels = self._labels[index]
        if len(index) != len(self._pixels):
            self._pixels = np.empty((len(index), N_PIXELS), np.uint8)
        # Without a look at each place, which is one, this takes half the time.
        self._images.take(index, 0, out=self._pixels, mode="clip")
        logits = group.step(self._pixels, labels, [due.lr for due in together])
        for number, due in enumerate(together):
            due.learner.note(logits[:, number], labels)


class _Batch(NamedTuple):
    """Which images a step is taken on. epoch: equal where their order is."""

    epoch: int
    start: int
    stop: int


class _Due(NamedTuple):
    """A step that a learner was asked for."""

    learner: GroupLearner
    batch: _Batch
    lr: float


class GroupLearner(TorchLearner):
    """See `core.learners.base.Learner`. `train_step` only asks for the step; `LearnerGroup.take_steps` takes it.

    Once the images are loaded, the first layer's weights have the group's order of pixels, except while anybody else
    looks at the network.
    """

    def __init__(self, config: RunConfig, group: LearnerGroup) -> None:
        super().__init__(config)
        self._group = group
        self.order: NDArray[np.int64] = np.empty(0, np.int64)
        self._pixel_order = np.arange(N_PIXELS)
        self._epoch = 0
        # Of each step since the last report: its logits and labels.
        self._said: list[tuple[NDArray[np.floating], Labels]] = []

    @property
    def network(self) -> Network:
        """The layers."""
        assert isinstance(self._step, DenseStep)
        return self._step.layers

    def load(self, train: ImageSet) -> None:
        """The images lie in memory once for all learners of the group."""
        with self._in_images_order():
            self._pixel_order = self._group.load(train, self.scale)

    def begin_epoch(self, order: NDArray[np.int64], seed: int | None) -> None:
        """Set the order of images; nothing in a group is drawn at random."""
        super().begin_epoch(order, seed)
        self.order, self._epoch = order, hash(order.tobytes())

    def train_step(self, start: int, stop: int, lr: float, lap: Lap = no_lap) -> None:  # noqa: ARG002 - others compute
        """Ask for one update; nobody may look at this learner before the group has taken it."""
        self._group.ask(_Due(self, _Batch(self._epoch, start, stop), lr))

    def note(self, logits: NDArray[np.floating], labels: Labels) -> None:
        """Keep what a step said, until its report."""
        self._said.append((logits, labels))

    def take_metrics(self) -> StepMetrics:
        """What the steps that were taken said."""
        if not self._said:
            return NO_STEPS
        logits, labels = map(np.concatenate, zip(*self._said, strict=True))
        sizes = [len(step) for _, step in self._said]
        self._said = []
        return measure_steps(logits, labels, sizes)

    def state_dict(self) -> Arrays:
        """Parameters as arrays."""
        with self._in_images_order():
            return super().state_dict()

    def parameter(self, name: str) -> NDArray[np.generic]:
        """One parameter as an array."""
        with self._in_images_order():
            return super().parameter(name)

    def load_state_dict(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over parameters."""
        with self._in_images_order():
            super().load_state_dict(arrays)

    def _forward(self, images: Images) -> tuple[Tensor, Tensor]:
        with self._in_images_order():
            return super()._forward(images)

    @contextmanager
    def _in_images_order(self) -> Iterator[None]:
        weight = self.network[0].weight
        weight[self._pixel_order] = weight.copy()
        try:
            yield
        finally:
            weight[:] = weight[self._pixel_order]
