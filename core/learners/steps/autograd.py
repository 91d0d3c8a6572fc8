"""A step by PyTorch's own autograd and optimizers: for any network, on any device."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from core.config.run_config import RunConfig
from core.learners.steps.optimizer_state import STEP, entry_name, read_entries
from core.learners.steps.pixels import PixelScale
from core.storage.arrays import Arrays


class AutogradStep:
    """See `core.learners.steps.base.TrainStep`. It does not wait for the device."""

    def __init__(self, config: RunConfig, model: nn.Module, scale: PixelScale) -> None:
        self._config = config
        self._model = model
        self._scale = scale
        self._logits = torch.empty(0)
        parameter = next(model.parameters())
        self._dtype = parameter.dtype
        self._casting = torch.autocast(parameter.device.type, torch.bfloat16, enabled=config.precision == "bfloat16")

    @cached_property
    def _optimizer(self) -> torch.optim.Optimizer:
        # The first one of PyTorch imports torch._dynamo: seconds and 80 MB, without which a network can predict.
        return _create_optimizer(self._config, self._model)

    def forward(self, pixels: Tensor) -> Tensor:
        """The logits (N, 10)."""
        # Only the products are cast: what follows them, and the loss, stays exact wherever digits matter.
        with self._casting:
            self._logits = self._model(self._scale(pixels)).to(self._dtype)
        return self._logits.detach()

    def backward(self, labels: Tensor, lr: float) -> None:  # noqa: ARG002 - the optimizer is what takes the step
        """Set the gradients."""
        self._optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(self._logits, labels).backward()  # type: ignore[no-untyped-call]

    def update(self, lr: float) -> None:
        """One step of the optimizer."""
        for group in self._optimizer.param_groups:
            group["lr"] = lr
        self._optimizer.step()

    def state(self) -> Arrays:
        """What the optimizer remembers."""
        return {
            entry_name(number, entry): torch.as_tensor(value).detach().cpu().numpy().copy()
            for number, entries in self._optimizer.state_dict()["state"].items()
            for entry, value in entries.items()
            if value is not None
        }

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """Put the optimizer where it was."""
        parameters = list(self._model.parameters())
        entries = read_entries(arrays, self._config.optimizer, parameters)
        for number, found in entries.items():
            for name, value in found.items():
                # The fused kernels go through memory, whatever order the parameter has there.
                if name != STEP:
                    found[name] = torch.empty_like(parameters[number], requires_grad=False).copy_(value)
        groups = self._optimizer.state_dict()["param_groups"]
        self._optimizer.load_state_dict({"state": entries, "param_groups": groups})


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
