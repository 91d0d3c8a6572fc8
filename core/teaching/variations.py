"""Variations of a few pictures: rotated, sheared, scaled and shifted a little.

`core.learners.augment` does more, and anew in every epoch, but needs torch. These also serve NumPy networks.
"""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

from core.data.datasets import ImageSet
from core.ink.rendering import SIDE, Picture

# Largest rotation in degrees.
_ROTATION = 10.0
# Largest shear, in pixels per pixel.
_SHEAR = 0.15
# Largest absolute logarithm of the scale.
_SCALE = 0.1
# Largest absolute logarithm of the ratio of width to height, halved.
_ASPECT = 0.08
# Largest shift in pixels.
_SHIFT = 1.0


def vary_images(images: ImageSet, count: int, seed: int) -> ImageSet:
    """`count` images, each as often as the others: first unchanged, then varied. At least one image is needed."""
    random = np.random.default_rng(seed)
    places = np.resize(np.arange(len(images)), count)
    pictures = images.images[places]
    for number in range(len(images), count):
        pictures[number] = vary(pictures[number], random)
    return ImageSet(pictures, images.labels[places])


def vary(picture: Picture, random: Generator) -> Picture:
    """A picture (28, 28), varied at random."""
    matrix, shift = _draw_matrix(random), random.uniform(-_SHIFT, _SHIFT, 2)
    middle = np.full(2, SIDE / 2)
    (a, b), (d, e) = matrix
    c, f = middle - matrix @ middle + shift
    # Pillow maps each pixel of the new picture to its place in the old one.
    moved = Image.fromarray(picture).transform(
        (SIDE, SIDE), Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR
    )
    return np.asarray(moved)


def _draw_matrix(random: Generator) -> NDArray[np.float64]:
    rotation, shear, scale, aspect = random.uniform(-1, 1, 4) * (np.radians(_ROTATION), _SHEAR, _SCALE, _ASPECT)
    turned = np.array([[np.cos(rotation), -np.sin(rotation)], [np.sin(rotation), np.cos(rotation)]])
    matrix: NDArray[np.float64] = turned @ [[1, shear], [0, 1]] @ np.diag(np.exp([scale + aspect, scale - aspect]))
    return matrix
