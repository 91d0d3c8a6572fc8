"""A network trained by NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
from numpy.typing import DTypeLike, NDArray
from threadpoolctl import threadpool_limits

from core.config.run_config import RunConfig
from core.data.datasets import Images, ImageSet, Labels
from core.errors import CheckpointError
from core.learners.base import NO_STEPS, Lap, Outputs, Probabilities, StepMetrics, no_lap, pixel_scaling
from core.storage.arrays import Arrays
from models import create_numpy_model
from models.numpy_mlp import Array, NumpyMlp
from models.start import N_PIXELS


class NumpyLearner:
    """See `core.learners.base.Learner`. Plain gradient descent on the processor, without any state but the weights."""

    device = "cpu"

    def __init__(self, config: RunConfig, dtype: DTypeLike = np.float32) -> None:
        threadpool_limits(config.known_threads, user_api="blas")
        self.model: NumpyMlp = create_numpy_model(config.arch, config.options, config.seed, dtype)
        self.n_parameters = sum(values.size for values in self.model.parameters().values())
        self._mean, self._std = pixel_scaling(config)
        self._predict_batch = config.test_batch_size
        # Of each step since the last report: its loss, probabilities and labels.
        self._metrics: list[tuple[float, Array, Labels]] = []
        self._images: Images = np.empty((0, 28, 28), np.uint8)
        self._labels = self._order = np.empty(0, np.int64)

    def load(self, train: ImageSet) -> None:
        """The images are in memory already."""
        self._images, self._labels = train.images, train.labels

    def begin_epoch(self, order: NDArray[np.int64], seed: int | None) -> None:  # noqa: ARG002 - nothing here is random
        """Set the order of images."""
        self._order = order

    def train_step(self, start: int, stop: int, lr: float, lap: Lap = no_lap) -> None:
        """One update by cross-entropy."""
        index = self._order[start:stop]
        labels = self._labels[index]
        x = self.scale(self._images[index])
        lap("data")
        # A network that diverges overflows here; the training loop says so when it sees the loss.
        with np.errstate(all="ignore"):
            loss = self.model.loss.forward(self.model.forward(x), labels)
            lap("forward")
            self.model.backward(self.model.loss.backward())
            lap("backward")
            self.model.update(lr)
            lap("optimizer")
        self._metrics.append((loss, self.model.loss.probabilities, labels))

    def take_metrics(self) -> StepMetrics:
        """What the steps since the last call said."""
        if not self._metrics:
            return NO_STEPS
        losses, *parts = zip(*self._metrics, strict=True)
        self._metrics = []
        probabilities, labels = map(np.concatenate, parts)
        true_probability = probabilities[np.arange(len(labels)), labels].astype(np.float16)
        return StepMetrics(list(losses), true_probability, probabilities.argmax(1) == labels)

    def scale(self, images: Images) -> Array:
        """Bytes (N, 28, 28) to the network's input (N, 784) in its own precision."""
        x = images.reshape(len(images), N_PIXELS).astype(self.model.dtype)
        x /= 255
        return (x - self._mean) / self._std

    def outputs(self, images: Images) -> Outputs:
        """Logits and penultimate features, a batch at a time."""
        parts = [self._forward(batch) for batch in self._batches(images)]
        logits, features = (np.concatenate(arrays).astype(np.float32) for arrays in zip(*parts, strict=True))
        return Outputs(logits, features)

    def predict_proba(self, images: Images) -> Probabilities:
        """Class probabilities, a batch at a time."""
        parts = [self._predict(batch) for batch in self._batches(images)]
        return np.concatenate(parts).astype(np.float32)

    def _batches(self, images: Images) -> list[Images]:
        # At least one, which may be empty: it still tells the number of features.
        starts = range(0, max(len(images), 1), self._predict_batch)
        return [images[start : start + self._predict_batch] for start in starts]

    def _forward(self, images: Images) -> tuple[Array, Array]:
        # A network that diverged overflows here.
        with np.errstate(all="ignore"):
            features = self.model.features(self.scale(images))
        *_, logits = self.model.activations.values()
        return logits, features

    def _predict(self, images: Images) -> Array:
        logits, _ = self._forward(images)
        if not len(images):
            return logits
        with np.errstate(all="ignore"):
            self.model.loss.forward(logits, np.zeros(len(images), np.int64))
        return self.model.loss.probabilities

    def state_dict(self) -> Arrays:
        """A copy of the parameters."""
        return {name: values.copy() for name, values in self.model.parameters().items()}

    def parameter(self, name: str) -> NDArray[np.generic]:
        """A copy of one parameter."""
        return self.model.parameters()[name].copy()

    def load_state_dict(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over parameters."""
        try:
            self.model.load(cast(Mapping[str, Array], arrays))
        except ValueError as error:
            raise CheckpointError("The weights do not fit this network: {reason}", reason=error) from None

    def training_state(self) -> Arrays:
        """Empty: plain gradient descent remembers nothing, and the order of images comes from the loop."""
        return {}

    def load_training_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Nothing to take over; raises CheckpointError for the state of another kind of learner."""
        if arrays:
            raise CheckpointError(
                "The checkpoint does not fit this run: it holds {names}.", names=", ".join(sorted(arrays))
            )
