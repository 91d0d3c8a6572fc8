"""What a network's layers give for many images, small enough for a map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.anatomy.layers import DROPOUT, FLATTEN
from core.anatomy.tracing import trace
from core.data.datasets import Images
from core.embedding.components import SEED
from core.errors import RunError
from core.inference.networks import load_learner
from core.steps import Steps

# They only pass on what they are given.
_PASSING_ON = (FLATTEN, DROPOUT)
# Images that are traced at once, since all layers' values are in memory meanwhile.
_BATCH = 100
# Of wider layers this many random projections are taken, which keep distances to a few per cent (W. Johnson and
# J. Lindenstrauss 1984). The classic CNN's first convolution has 21,632 values; for 10,000 images they take 865 MB.
_MOST_VALUES = 1024


def map_layers(run: Path) -> tuple[str, ...]:
    """The layers of the network in the folder `run` that a map can be made of, first to last. Raises RunError."""
    anatomy, values = trace(load_learner(run), np.zeros((1, 28, 28), np.uint8))
    layers = zip(anatomy.layers, values, strict=False)
    return tuple(layer.name for layer, _ in layers if layer.kind not in _PASSING_ON)


def layer_values(run: Path, images: Images, name: str) -> Steps[NDArray[np.float32]]:
    """What the layer `name` gives for images (N, 28, 28): (N, F), or 1,024 random projections of it where F is larger.

    Raises RunError for a layer that the network does not have.
    """
    known = map_layers(run)
    if name not in known:
        raise RunError("The network has no layer {name!r}; it has {known}.", name=name, known=", ".join(known))
    learner, parts, project = load_learner(run), [], None
    for start in range(0, len(images), _BATCH):
        yield start / len(images)
        anatomy, values = trace(learner, images[start : start + _BATCH])
        place = next(number for number, layer in enumerate(anatomy.layers) if layer.name == name)
        flat = values[place].reshape(len(values[place]), -1)
        if project is None:
            project = _projection(flat.shape[1])
        parts.append(flat if project.size == 0 else flat @ project)
    return np.concatenate(parts)


def _projection(width: int) -> NDArray[np.float32]:
    """Random directions (width, 1024), the same each time; empty for a layer that is narrow enough."""
    if width <= _MOST_VALUES:
        return np.empty(0, np.float32)
    # Imported here, since it takes a second.
    from sklearn.random_projection import GaussianRandomProjection

    fitted = GaussianRandomProjection(_MOST_VALUES, random_state=SEED).fit(np.zeros((1, width), np.float32))
    return np.ascontiguousarray(fitted.components_.T, np.float32)
