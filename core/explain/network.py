"""A trained network as a function that can be differentiated by the ink."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.datasets import Images
from core.learners.base import Learner
from core.learners.numpy_learner import NumpyLearner
from core.learners.torch_learner import TorchLearner
from models.numpy_mlp import NumpyMlp


class DifferentiableNetwork:
    """Maps ink, float32 (N, 1, 28, 28) from 0 for paper to 1 for full ink, to scores (N, C), without dropout.

    mean, std: what the network wants its pixels to be normalised with.
    """

    def __init__(self, learner: Learner, mean: float, std: float) -> None:
        assert isinstance(learner, TorchLearner | NumpyLearner)
        self.model = learner.model
        self.device = torch.device(learner.device)
        self._mean, self._std = mean, std
        if isinstance(self.model, nn.Module):
            self.model.eval()

    def __call__(self, ink: Tensor) -> Tensor:
        """The scores before the softmax."""
        pixels = (ink - self._mean) / self._std
        if isinstance(self.model, NumpyMlp):
            return cast(Tensor, _NumpyPass.apply(pixels, self.model))
        return cast(Tensor, self.model(pixels))

    def ink(self, pictures: Images) -> Tensor:
        """Bytes (N, 28, 28) as ink."""
        return torch.tensor(pictures, device=self.device).unsqueeze(1) / 255


class _NumpyPass(torch.autograd.Function):
    """Lets torch's differentiation go through the NumPy network's own backward pass."""

    @staticmethod
    def forward(ctx: Any, pixels: Tensor, model: NumpyMlp) -> Tensor:
        ctx.save_for_backward(pixels)
        ctx.model = model
        return torch.from_numpy(model.forward(_array(pixels)))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None]:
        (pixels,) = ctx.saved_tensors
        # Its layers remember one forward pass, which may have been another since.
        ctx.model.forward(_array(pixels))
        by_pixels = ctx.model.backward(_array(gradients[0]))
        return torch.from_numpy(by_pixels).reshape(pixels.shape), None


def _array(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.detach().numpy()
    return array
