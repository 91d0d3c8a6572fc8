"""Attacks by captum: small changes of the ink, made with the network's own gradient."""

from __future__ import annotations

import warnings

import numpy as np
import torch
from captum.robust import FGSM, PGD
from torch import Tensor

from core.data.datasets import Images, ImageSet
from core.explain.network import DifferentiableNetwork
from core.stress import kinds

# Of PGD. The steps are longer than a share of ε each, so that the edge can be reached from anywhere.
_STEPS = 10
_STEP = 2.5 / _STEPS


def attack(network: DifferentiableNetwork, images: ImageSet, kind: str, epsilon: float) -> Images:
    """Attacked images (N, 28, 28), rounded to bytes.

    epsilon: by how much a pixel may change, as a share of full ink; 0 leaves all as they are.
    """
    if not epsilon:
        return images.images
    ink, labels = network.ink(images.images), torch.tensor(images.labels, device=network.device)
    changed = _perturb(network, ink, labels, kind, epsilon)
    return np.asarray(np.rint(changed.detach().squeeze(1).cpu().numpy() * 255), np.uint8)


def _perturb(network: DifferentiableNetwork, ink: Tensor, labels: Tensor, kind: str, epsilon: float) -> Tensor:
    with warnings.catch_warnings():
        # It warns of each input that gets its gradient switched on.
        warnings.filterwarnings("ignore", "Input Tensor", UserWarning)
        if kind == kinds.FGSM:
            changed: Tensor = FGSM(network, _lead_of_others, 0.0, 1.0).perturb(ink, epsilon, labels)
        else:
            changed = PGD(network, _lead_of_others, 0.0, 1.0).perturb(ink, epsilon, _STEP * epsilon, _STEPS, labels)
    return changed


def _lead_of_others(scores: Tensor, labels: Tensor) -> Tensor:
    """By how much the best other class leads over the label (N,), which the attacks raise.

    Cross-entropy would not do: where a network is very sure its gradient vanishes, and the attack with it
    (N. Carlini and D. Wagner 2016, arXiv:1608.04644).
    """
    own = scores.gather(1, labels[:, None])
    others = scores.scatter(1, labels[:, None], float("-inf"))
    return others.amax(1) - own.squeeze(1)
