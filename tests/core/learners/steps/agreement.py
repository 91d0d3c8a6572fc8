"""A step by hand beside one by autograd, which is its oracle."""

import numpy as np
import torch

from core.learners.steps.pixels import PixelScale

SCALE = PixelScale(0.1307, 0.3081)
SETTINGS = {
    "sgd, plain": {"lr": 0.05},
    "sgd": {"lr": 0.05, "momentum": 0.9, "weight_decay": 0.01},
    "adam": {"lr": 0.003, "weight_decay": 0.01},
    "adamw": {"lr": 0.003, "weight_decay": 0.02},
    "adadelta": {"lr": 0.5, "weight_decay": 0.01},
}


def exact_scale(pixels):
    """As `SCALE`, in double precision."""
    return (pixels.double().unsqueeze(1) / 255 - SCALE.mean) / SCALE.std


def take_step(step, pixels, labels, lr):
    """All three parts of a step; the logits before it."""
    logits = step.forward(pixels)
    step.backward(labels, lr)
    step.update(lr)
    return logits


def assert_agreement(pairs, follow):
    """Both learn the same; `follow` takes steps of one of them and returns their logits.

    pairs: the step by hand and the oracle, each with its network, in double precision.
    """
    (step, ours), (other, oracle) = pairs
    before = {name: tensor.clone() for name, tensor in oracle.state_dict().items()}
    torch.testing.assert_close(follow(step), follow(other), rtol=1e-6, atol=1e-8)
    for name, tensor in oracle.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[name], tensor, rtol=1e-6, atol=1e-8)
        assert not torch.equal(tensor, before[name])
    assert step.state().keys() == other.state().keys()
    for name, array in other.state().items():
        np.testing.assert_allclose(step.state()[name], array, rtol=1e-5, atol=1e-10, err_msg=name)
