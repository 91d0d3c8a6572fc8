"""A network trained by PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.config.run_config import RunConfig
from core.data.datasets import Images, ImageSet
from core.errors import CheckpointError
from core.learners.augment import augment_images
from core.learners.base import NO_STEPS, Outputs, Probabilities, StepMetrics, pixel_scaling
from core.learners.device import resolve_device
from core.storage.arrays import Arrays
from models import create_model
from models.network import Classifier

# What each optimizer remembers of a parameter.
_OPTIMIZER_ENTRIES = {
    "sgd": ("momentum_buffer",),
    "adam": ("step", "exp_avg", "exp_avg_sq"),
    "adamw": ("step", "exp_avg", "exp_avg_sq"),
    "adadelta": ("step", "square_avg", "acc_delta"),
}


class TorchLearner:
    """See `core.learners.base.Learner`. All training images lie on the device as bytes; batches are taken by index."""

    def __init__(self, config: RunConfig) -> None:
        torch.set_num_threads(config.threads)
        self._device = resolve_device(config.device)
        self.device = str(self._device)
        torch.manual_seed(config.seed)
        self.model: nn.Module = create_model(config.arch, config.options).to(self._device)
        self._mean, self._std = pixel_scaling(config)
        self._augment = augment_images if config.augment == "warp" else None
        self._predict_batch = config.test_batch_size
        self._optimizer = _create_optimizer(config, self.model)
        self._entries = _OPTIMIZER_ENTRIES[config.optimizer]
        self.n_parameters = sum(parameter.numel() for parameter in self.model.parameters())
        # Of each step since the last report: its loss, logits and labels.
        self._metrics: list[tuple[Tensor, Tensor, Tensor]] = []
        self._images = self._labels = self._order = torch.empty(0)

    def load(self, train: ImageSet) -> None:
        """Copy the training images to the device."""
        # torch wants writable memory, which the data files' bytes are not.
        self._images = torch.tensor(train.images, device=self._device)
        self._labels = torch.tensor(train.labels, device=self._device)

    def begin_epoch(self, order: NDArray[np.int64], seed: int | None) -> None:
        """Set the order of images and the generator that dropout and augmentation draw from."""
        self._order = torch.from_numpy(order).to(self._device)
        if seed is not None:
            torch.manual_seed(seed)
        self.model.train()

    def train_step(self, start: int, stop: int, lr: float) -> None:
        """One update by cross-entropy, without waiting for the device."""
        index = self._order[start:stop]
        labels = self._labels.index_select(0, index)
        for group in self._optimizer.param_groups:
            group["lr"] = lr
        images = self._images.index_select(0, index)
        logits = self.model(self.scale(self._augment(images) if self._augment else images))
        loss = F.cross_entropy(logits, labels)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._metrics.append((loss.detach(), logits.detach(), labels))

    def take_metrics(self) -> StepMetrics:
        """Work out what the waiting steps said, all at once, and fetch it; this waits for the device."""
        if not self._metrics:
            return NO_STEPS
        losses, *parts = zip(*self._metrics, strict=True)
        self._metrics = []
        logits, labels = map(torch.cat, parts)
        correct = (logits.argmax(1) == labels).cpu().numpy()
        return StepMetrics(torch.stack(losses).tolist(), _true_probability(logits, labels), correct)

    def scale(self, images: Tensor) -> Tensor:
        """Pixels from 0 to 255 (N, 28, 28) to the network's input, float32 (N, 1, 28, 28)."""
        return images.unsqueeze(1).float().div(255).sub_(self._mean).div_(self._std)

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
        """Optimizer entries as "optimizer.<parameter's number>.<entry>", and the generator's state."""
        state: Arrays = {"random": _to_array(torch.get_rng_state())}
        for number, entries in self._optimizer.state_dict()["state"].items():
            for entry, value in entries.items():
                if value is not None:
                    state[f"optimizer.{number}.{entry}"] = _to_array(torch.as_tensor(value))
        return state

    def load_training_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put the optimizer and the generator where they were."""
        entries: dict[int, dict[str, Tensor]] = {}
        whole = self._optimizer.state_dict()
        try:
            for name, array in arrays.items():
                if name.startswith("optimizer."):
                    _, number, entry = name.split(".", 2)
                    entries.setdefault(int(number), {})[entry] = torch.tensor(array)
            self._check_entries(entries)
            self._optimizer.load_state_dict({"state": entries, "param_groups": whole["param_groups"]})
            torch.set_rng_state(torch.tensor(arrays["random"], dtype=torch.uint8))
        except (KeyError, RuntimeError, ValueError) as error:
            raise CheckpointError("The checkpoint does not fit this run: {reason}", reason=error) from None

    def _check_entries(self, entries: Mapping[int, Mapping[str, Tensor]]) -> None:
        # The optimizer itself would notice only in its next step, and in words of its own.
        parameters = dict(enumerate(self.model.parameters()))
        for number, entry in entries.items():
            shapes = {name: tuple(tensor.shape) for name, tensor in entry.items()}
            due = {name: () if name == "step" else tuple(parameters[number].shape) for name in self._entries}
            if shapes != due:
                raise ValueError(f"the optimizer's entry {number} holds {shapes}, not {due}")


def _true_probability(logits: Tensor, labels: Tensor) -> NDArray[np.float16]:
    """The probability (N,) of each true class."""
    probabilities = logits.softmax(1).gather(1, labels.unsqueeze(1)).squeeze(1)
    return cast(NDArray[np.float16], probabilities.half().cpu().numpy())


def _to_array(tensor: Tensor) -> NDArray[np.generic]:
    return cast(NDArray[np.generic], tensor.detach().cpu().numpy().copy())


def _create_optimizer(config: RunConfig, model: nn.Module) -> torch.optim.Optimizer:
    parameters, lr, decay = model.parameters(), config.lr, config.weight_decay
    match config.optimizer:
        # The fused kernels take a quarter of the default's time on these small networks.
        case "sgd":
            return torch.optim.SGD(parameters, lr, config.momentum, weight_decay=decay, fused=True)
        case "adam":
            return torch.optim.Adam(parameters, lr, weight_decay=decay, fused=True)
        case "adamw":
            return torch.optim.AdamW(parameters, lr, weight_decay=decay, fused=True)
        case _:
            return torch.optim.Adadelta(parameters, lr, weight_decay=decay)
