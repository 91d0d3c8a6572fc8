"""One image's way through a network, forward and backward, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.anatomy.layers import Anatomy

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Pass:
    """One image's way through a network, forward and backward.

    source (1, 28, 28): the scaled pixels. values: what each layer but the softmax gives. probabilities (C,).
    gradients: of the loss by each of `values`. source_gradient (1, 28, 28): of the loss by the scaled pixels.
    loss: cross-entropy of the image's label, in nats.
    """

    anatomy: Anatomy
    source: Values
    values: tuple[Values, ...]
    probabilities: Values
    gradients: tuple[Values, ...]
    source_gradient: Values
    loss: float

    def input_of(self, place: int) -> Values:
        """What the layer at this place is given."""
        return self.values[place - 1] if place else self.source

    def gradient_handed_by(self, place: int) -> Values:
        """The loss's gradient by the input of the layer at this place."""
        return self.gradients[place - 1] if place else self.source_gradient
