"""A few pictures made into many: each turned, slanted, stretched and shifted a little.

`core.learners.augment` does more of it, and anew in every epoch. But it needs torch, which a NumPy network does not.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from core.data.datasets import ImageSet
from core.ink.rendering import SIDE, Picture

# Degrees, shares, logarithms of the scale and of the width, and pixels at most, both ways.
_TURN, _SLANT, _SCALE, _ASPECT, _SHIFT = 10.0, 0.15, 0.1, 0.08, 1.0


def vary_images(images: ImageSet, count: int, seed: int) -> ImageSet:
    """`count` images, every one as often as the others: first as they are, then varied. At least one is needed."""
    random = np.random.default_rng(seed)
    places = np.resize(np.arange(len(images)), count)
    pictures = images.images[places]
    for number in range(len(images), count):
        pictures[number] = vary(pictures[number], random)
    return ImageSet(pictures, images.labels[places])


def vary(picture: Picture, random: Generator) -> Picture:
    """A picture (28, 28) seen a little otherwise."""
    matrix, shift = _draw_matrix(random), random.uniform(-_SHIFT, _SHIFT, 2)
    middle = np.full(2, SIDE / 2)
    (a, b), (d, e) = matrix
    c, f = middle - matrix @ middle + shift
    # Where in the old picture each pixel of the new one comes from.
    moved = Image.fromarray(picture).transform(
        (SIDE, SIDE), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR
    )
    return np.asarray(moved)


def _draw_matrix(random: Generator) -> NDArray[np.float64]:
    turn, slant, scale, aspect = random.uniform(-1, 1, 4) * (np.radians(_TURN), _SLANT, _SCALE, _ASPECT)
    turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix: NDArray[np.float64] = turned @ [[1, slant], [0, 1]] @ np.diag(np.exp([scale + aspect, scale - aspect]))
    return matrix
