"""Training images changed a little, anew each time they are shown, as handwriting varies from hand to hand.

All randomness comes from torch's generator of the processor, so that a seed gives the same images on any device.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

SIDE = 28

# One in so many images is left as it is, so that the network also meets pictures as sharp as those it will read.
_ONE_LEFT_IN = 8
# Degrees, shares and pixels at most, both ways. A 6 stays far from a 9, a 1 from a 7.
_TURN, _SHEAR, _SHIFT = 15.0, 0.2, 1.5
# Of the logarithm of scale and of height over width.
_SCALE, _ASPECT = 0.13, 0.1
# Pixels: how far single places move, as a standard deviation, at most, and over what distance they move together.
# Simard et al. 2003 ("Best practices for convolutional neural networks") take 1.4 and 4 for MNIST.
_MOVE, _TOGETHER = 1.3, 4.0
# Share of the way to lines one pixel wider, or narrower, on each side.
_THICKEN, _THIN = 0.6, 0.5


def augment_images(images: Tensor) -> Tensor:
    """Shifted, scaled, turned, slanted, warped, with thicker or thinner lines: uint8 (N, 28, 28) to float32, 0 to 255.

    The device is that of the images.
    """
    count = len(images)
    strength = (torch.randint(_ONE_LEFT_IN, (count, 1)) > 0).float()
    # Where in the old picture each pixel of the new one comes from: pixels from the middle, x and y last.
    places = _pixel_places() @ _draw_affine(strength).mT
    places = places.view(count, SIDE, SIDE, 2) + _draw_warp(strength)
    # Of the outermost pixels' outer edges, grid_sample says -1 and 1.
    grid = (places * (2 / SIDE)).to(images.device)
    thickness = ((_THICKEN + _THIN) * torch.rand(count, 1, 1, 1) - _THIN) * strength[..., None, None]
    pixels = _thicken(images.unsqueeze(1).float(), thickness.to(images.device))
    return F.grid_sample(pixels, grid, align_corners=False).squeeze(1)


def _pixel_places() -> Tensor:
    """The middles of the pixels, x, y and 1, row by row: (28², 3); the picture's middle is at 0."""
    middles = torch.arange(SIDE) - (SIDE - 1) / 2
    y, x = torch.meshgrid(middles, middles, indexing="ij")
    return torch.stack([x, y, torch.ones_like(x)], -1).view(-1, 3)


def _draw_affine(strength: Tensor) -> Tensor:
    """Matrices (N, 2, 3) that turn, slant, scale and shift, each within its limits times the strength (N, 1)."""
    limits = torch.tensor([math.radians(_TURN), _SHEAR, _SCALE, _ASPECT, _SHIFT, _SHIFT])
    turn, shear, scale, aspect, x, y = ((2 * torch.rand(len(strength), 6) - 1) * limits * strength).T
    cos, sin = turn.cos(), turn.sin()
    wide, high = (scale - aspect).exp(), (scale + aspect).exp()
    rows = [wide * cos, wide * (shear * cos - sin), x, high * sin, high * (shear * sin + cos), y]
    return torch.stack(rows, 1).view(-1, 2, 3)


def _draw_warp(strength: Tensor) -> Tensor:
    """Smooth moves of every place, pixels (N, 28, 28, 2): noise blurred by a Gaussian and brought to its size."""
    distance = torch.arange(SIDE)[:, None] - torch.arange(SIDE)
    blur = (-0.5 * (distance / _TOGETHER) ** 2).exp()
    # Rows of length 1 leave the noise's deviation at 1 everywhere, at the border too.
    blur = blur / blur.norm(dim=1, keepdim=True)
    noise = blur @ torch.randn(len(strength), 2, SIDE, SIDE) @ blur.T
    size = _MOVE * torch.rand(len(strength), 1) * strength
    moves: Tensor = noise.permute(0, 2, 3, 1) * size[..., None, None]
    return moves


def _thicken(pixels: Tensor, amount: Tensor) -> Tensor:
    """Mix (N, 1, 28, 28) with its 3×3 maximum where the amount (N, 1, 1, 1) is above 0, its minimum where below."""
    # A minimum is the maximum of what is turned around.
    sign = torch.where(amount > 0, 1.0, -1.0)
    return pixels.lerp(_largest_of_three(_largest_of_three(pixels * sign, -1), -2) * sign, amount.abs())


def _largest_of_three(pixels: Tensor, axis: int) -> Tensor:
    """Of each pixel and its neighbours along an axis. Twice this takes a tenth of the time of a 3×3 max-pooling."""
    count = pixels.shape[axis] - 1
    first, last = pixels.narrow(axis, 0, count), pixels.narrow(axis, 1, count)
    largest = pixels.clone()
    for part, neighbours in ((largest.narrow(axis, 1, count), first), (largest.narrow(axis, 0, count), last)):
        torch.maximum(part, neighbours, out=part)
    return largest
