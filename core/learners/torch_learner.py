"""A network trained by PyTorch."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from torch import Tensor, nn

from core.config.run_config import RunConfig
from core.data.datasets import Images, ImageSet
from core.errors import CheckpointError
from core.learners.augment import augment_images
from core.learners.base import NO_STEPS, Lap, Outputs, Probabilities, StepMetrics, no_lap, pixel_scaling
from core.learners.choose_step import create_step
from core.learners.device import resolve_device
from core.learners.step_metrics import measure_steps
from core.learners.steps.pixels import PixelScale
from core.storage.arrays import Arrays
from models import create_model
from models.network import Classifier

# Names in a checkpoint: the states of the processor's generator, and of the device's where it has its own.
_RANDOM, _DEVICE_RANDOM = "random", "device_random"


class TorchLearner:
    """See `core.learners.base.Learner`. All training images lie on the device as bytes; batches are taken by index."""

    def __init__(self, config: RunConfig) -> None:
        torch.set_num_threads(config.known_threads)
        threadpool_limits(config.known_threads, user_api="blas")
        self._device = resolve_device(config.device)
        self.device = str(self._device)
        torch.manual_seed(config.seed)
        self.model: nn.Module = create_model(config.arch, config.options).to(self._device)
        self.scale = PixelScale(*pixel_scaling(config))
        self._augment = augment_images if config.augment == "warp" else None
        self._predict_batch = config.test_batch_size
        self._step = create_step(config, self.model, self.scale, self._device)
        self.n_parameters = sum(parameter.numel() for parameter in self.model.parameters())
        # Of each step since the last report: its logits and labels.
        self._metrics: list[tuple[Tensor, Tensor]] = []
        self._images = self._labels = self._order = torch.empty(0)

    def load(self, train: ImageSet) -> None:
        """Take the training images to the device; on the processor they stay where they are."""
        with warnings.catch_warnings():
            # The data files' bytes may not be written, and nobody does. A copy would take 47 MB of each worker.
            warnings.simplefilter("ignore", UserWarning)
            images, labels = torch.from_numpy(train.images), torch.from_numpy(train.labels)
        self._images, self._labels = images.to(self._device), labels.to(self._device)

    def begin_epoch(self, order: NDArray[np.int64], seed: int | None) -> None:
        """Set the order of images and the generator that dropout and augmentation draw from."""
        self._order = torch.from_numpy(order).to(self._device)
        if seed is not None:
            torch.manual_seed(seed)
        self.model.train()

    def train_step(self, start: int, stop: int, lr: float, lap: Lap = no_lap) -> None:
        """One update by cross-entropy, without waiting for the device."""
        index = self._order[start:stop]
        images, labels = self._images.index_select(0, index), self._labels.index_select(0, index)
        pixels = self._augment(images) if self._augment else images
        lap("data")
        logits = self._step.forward(pixels)
        lap("forward")
        self._step.backward(labels, lr)
        lap("backward")
        self._step.update(lr)
        lap("optimizer")
        self._metrics.append((logits, labels))

    def take_metrics(self) -> StepMetrics:
        """Work out what the waiting steps said, all at once, and fetch it; this waits for the device."""
        if not self._metrics:
            return NO_STEPS
        sizes = [len(labels) for _, labels in self._metrics]
        logits, labels = map(torch.cat, zip(*self._metrics, strict=True))
        self._metrics = []
        return measure_steps(logits.cpu().numpy(), labels.cpu().numpy(), sizes)

    def outputs(self, images: Images) -> Outputs:
        """Logits and penultimate features, a batch at a time."""
        logits, features = self._forward(images)
        return Outputs(logits.cpu().numpy(), features.cpu().numpy())

    def predict_proba(self, images: Images) -> Probabilities:
        """Class probabilities, a batch at a time."""
        return cast(Probabilities, self._forward(images)[0].softmax(1).cpu().numpy())

    @torch.inference_mode()
    def _forward(self, images: Images) -> tuple[Tensor, Tensor]:
        """Logits and penultimate features on the device."""
        was_training = self.model.training
        self.model.eval()
        # An empty batch still tells the number of features.
        starts = range(0, max(len(images), 1), self._predict_batch)
        parts = [self._forward_batch(images[start : start + self._predict_batch]) for start in starts]
        self.model.train(was_training)
        logits, features = (torch.cat(tensors) for tensors in zip(*parts, strict=True))
        return logits, features

    def _forward_batch(self, images: Images) -> tuple[Tensor, Tensor]:
        network = cast(Classifier, self.model)
        features = network.features(self.scale(torch.tensor(images, device=self._device)))
        return network.classify(features), features

    def state_dict(self) -> Arrays:
        """Parameters as arrays on the processor."""
        return {name: _to_array(tensor) for name, tensor in self.model.state_dict().items()}

    def parameter(self, name: str) -> NDArray[np.generic]:
        """One parameter as an array on the processor."""
        return _to_array(self.model.get_parameter(name))

    def load_state_dict(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Take over parameters."""
        try:
            self.model.load_state_dict({name: torch.tensor(array) for name, array in arrays.items()})
        except RuntimeError as error:
            raise CheckpointError("The weights do not fit this network: {reason}", reason=error) from None

    def training_state(self) -> Arrays:
        """What the optimizer remembers, and the states of the processor's and of the device's generator."""
        states = {_RANDOM: _to_array(torch.get_rng_state()), **self._step.state()}
        if self._has_own_random:
            states[_DEVICE_RANDOM] = _to_array(torch.get_device_module(self._device).get_rng_state())
        return states

    def load_training_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put the optimizer and the generators where they were."""
        try:
            self._step.load_state(arrays)
            torch.set_rng_state(torch.tensor(arrays[_RANDOM], dtype=torch.uint8))
            # A run that began on another kind of device has none.
            if self._has_own_random and _DEVICE_RANDOM in arrays:
                state = torch.tensor(arrays[_DEVICE_RANDOM], dtype=torch.uint8)
                torch.get_device_module(self._device).set_rng_state(state)
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError("The checkpoint does not fit this run: {reason}", reason=error) from None

    @property
    def _has_own_random(self) -> bool:
        """Whether dropout draws from a generator of the device."""
        return self._device.type != "cpu"


def _to_array(tensor: Tensor) -> NDArray[np.generic]:
    return cast(NDArray[np.generic], tensor.detach().cpu().numpy().copy())
