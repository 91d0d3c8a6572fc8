"""The gradient with which every backward pass begins."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Labels
from models.start import N_CLASSES

_ONE_HOT = np.eye(N_CLASSES, dtype=np.float32)


def differentiate_loss(logits: NDArray[np.floating], labels: Labels, grad: NDArray[np.floating]) -> None:
    """Set `grad` to dL/dlogits of the mean cross-entropy, for logits (N, 10), or (N, K, 10) of K networks.

    labels: (N,). Softmax and cross-entropy together have the gradient (p − y) / N.
    """
    np.subtract(logits, np.maximum.reduce(logits, -1, keepdims=True), out=grad)
    np.exp(grad, out=grad)
    grad /= np.add.reduce(grad, -1, keepdims=True)
    one_hot = _ONE_HOT.take(labels, 0)
    grad -= one_hot if grad.ndim == one_hot.ndim else one_hot[:, None]
    grad /= len(labels)
