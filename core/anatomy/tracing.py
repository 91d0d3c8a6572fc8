"""A network with its weights, and what its layers give for images. To be called where torch is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np

from core.anatomy.both_ways import Pass, Values
from core.anatomy.layers import Anatomy
from core.config.run_config import RunConfig
from core.data.datasets import Images
from core.inference.networks import load_learner
from core.learners.base import Learner
from core.learners.factory import create_learner


def load_network(config: RunConfig, run: Path | None) -> Learner:
    """The network of the run in the folder `run`, or a fresh one. Raises RunError."""
    if run is not None:
        return load_learner(run)
    # So few images need neither a GPU nor several threads.
    return create_learner(config.replace(device="cpu", threads=1))


def trace(learner: Learner, images: Images) -> tuple[Anatomy, list[Values]]:
    """The layers, and what each but the last gives for the images, (N, …)."""
    from core.learners.numpy_learner import NumpyLearner

    if isinstance(learner, NumpyLearner):
        from core.anatomy.numpy_trace import trace_numpy

        anatomy, arrays = trace_numpy(learner.model, learner.scale(images))
        return anatomy, [array.astype(np.float32) for array in arrays]
    return _trace_torch(learner, images)


def trace_both_ways(learner: Learner, image: Images, label: int) -> Pass:
    """Forward and backward pass of one image (28, 28) whose true class is `label`, without dropout.

    Batch normalisation uses its running mean and variance, as in prediction.
    """
    from core.learners.numpy_learner import NumpyLearner

    if isinstance(learner, NumpyLearner):
        from core.anatomy.numpy_trace import pass_numpy

        return pass_numpy(learner.model, learner.scale(image[None]), label)
    import torch

    from core.anatomy.torch_trace import pass_torch
    from core.learners.torch_learner import TorchLearner

    assert isinstance(learner, TorchLearner)
    return pass_torch(learner.model, learner.scale(torch.tensor(image[None], device=learner.device)), label)


def _trace_torch(learner: Learner, images: Images) -> tuple[Anatomy, list[Values]]:
    import torch

    from core.anatomy.torch_trace import trace_torch
    from core.learners.torch_learner import TorchLearner

    assert isinstance(learner, TorchLearner)
    anatomy, tensors = trace_torch(learner.model, learner.scale(torch.tensor(images, device=learner.device)))
    return anatomy, [cast(Values, tensor.cpu().numpy()) for tensor in tensors]
