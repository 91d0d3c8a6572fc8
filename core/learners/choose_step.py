"""The fastest step there is for a network on a device."""

from __future__ import annotations

import torch
from torch import nn

from core.config.fields import BY_HAND
from core.config.run_config import RunConfig
from core.learners.steps.autograd import AutogradStep
from core.learners.steps.base import TrainStep
from core.learners.steps.convolutions.bfloat16_cnn import Bfloat16CnnStep
from core.learners.steps.convolutions.cnn import CnnStep
from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_layers import find_dense_layers
from core.learners.steps.pixels import PixelScale
from models.cnn import Cnn


def create_step(config: RunConfig, model: nn.Module, scale: PixelScale, device: torch.device) -> TrainStep:
    """A step that trains `model`, whose parameters lie on `device`, from here on.

    Where the configuration leaves the gradients open, they are derived by hand.
    """
    by_hand = device.type == "cpu" and config.known_gradients == BY_HAND
    if by_hand and isinstance(model, Cnn):
        return (Bfloat16CnnStep if config.precision == "bfloat16" else CnnStep)(config, model, scale)
    layers = find_dense_layers(model) if by_hand else []
    return DenseStep(config, model, layers, scale) if layers else AutogradStep(config, model, scale)
