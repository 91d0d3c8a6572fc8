"""Disturbed images. Loading this module loads torch; the same images and seed give the same result."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import ndimage
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as transforms

from core.data.datasets import Images
from core.stress import kinds

_SEED = 1
# Pixels of an image's side.
_SIDE = 28
# Strokes are thickened at so many times the size, so that a unit is half a pixel on either side.
_FINER = 2
# Standard deviations that a blur's kernel reaches to either side.
_REACH = 3
_TO_ALL_SIDES = ((-1, 0), (1, 0), (0, -1), (0, 1))


def disturb(images: Images, kind: str, strength: float) -> Images:
    """Images (N, 28, 28), disturbed by a kind that is no attack. What is random does not depend on the strength."""
    if strength == kinds.KINDS[kind].neutral:
        return images
    return _FUNCTIONS[kind](images, strength)


def _rotate(images: Images, degrees: float) -> Images:
    return _move(images, [{"angle": degrees}, {"angle": -degrees}])


def _shift(images: Images, pixels: float) -> Images:
    return _move(images, [{"translate": [pixels * x, pixels * y]} for x, y in _TO_ALL_SIDES])


def _scale(images: Images, factor: float) -> Images:
    return _move(images, [{"scale": factor}])


def _move(images: Images, ways: list[dict[str, object]]) -> Images:
    """Each image in one of several ways, in turn. ways: what is not as it was, as `affine` takes it."""
    out = np.empty_like(images)
    still = {"angle": 0.0, "translate": [0.0, 0.0], "scale": 1.0, "shear": [0.0, 0.0]}
    for number, way in enumerate(ways):
        part = _tensor(images[number :: len(ways)])
        moved = transforms.affine(part, **(still | way), interpolation=InterpolationMode.BILINEAR)
        out[number :: len(ways)] = _images(moved)
    return out


def _add_noise(images: Images, deviation: float) -> Images:
    noise = np.random.default_rng(_SEED).normal(0, 255 * deviation, images.shape)
    return _bytes(images + noise)


def _blur(images: Images, sigma: float) -> Images:
    size = 2 * int(np.ceil(_REACH * sigma)) + 1
    return _images(transforms.gaussian_blur(_tensor(images), [size, size], [sigma, sigma]))


def _lose_contrast(images: Images, lost: float) -> Images:
    return _images(transforms.adjust_contrast(_tensor(images), 1 - lost))


def _occlude(images: Images, side: float) -> Images:
    middles = np.random.default_rng(_SEED).uniform(0, _SIDE, (len(images), 2))
    places = np.arange(_SIDE) + 0.5
    rows, columns = (np.abs(places - middles[:, axis, None]) < side / 2 for axis in (0, 1))
    return np.where(rows[:, :, None] & columns[:, None, :], 0, images).astype(np.uint8)


def _thicken(images: Images, pixels: float) -> Images:
    finer = ndimage.zoom(images.astype(np.float32), (1, _FINER, _FINER), order=1, grid_mode=True, mode="nearest")
    radius = abs(pixels) * _FINER / 2
    reach = np.arange(-int(radius), int(radius) + 1)
    disk = np.hypot(reach[:, None], reach) <= radius
    grow = ndimage.grey_dilation if pixels > 0 else ndimage.grey_erosion
    changed = grow(finer, footprint=disk[None], mode="constant")
    return _bytes(changed.reshape(-1, _SIDE, _FINER, _SIDE, _FINER).mean((2, 4)))


_FUNCTIONS: dict[str, Callable[[Images, float], Images]] = {
    kinds.ROTATION: _rotate,
    kinds.SHIFT: _shift,
    kinds.SCALE: _scale,
    kinds.NOISE: _add_noise,
    kinds.BLUR: _blur,
    kinds.CONTRAST: _lose_contrast,
    kinds.OCCLUSION: _occlude,
    kinds.THICKNESS: _thicken,
}


def _tensor(images: Images) -> Tensor:
    """As one grey channel, from 0 to 1: (N, 1, 28, 28)."""
    return torch.tensor(images).unsqueeze(1) / 255


def _images(tensor: Tensor) -> Images:
    return _bytes(tensor.squeeze(1).numpy() * 255)


def _bytes(pixels: NDArray[np.floating]) -> Images:
    return np.asarray(np.clip(np.rint(pixels), 0, 255), np.uint8)
