"""The parts of the convolutional network's step: tiles, the transforms of Winograd, pooling, and dropout's masks."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.learners.steps.convolutions.dropout_bits import QuarterDropout
from core.learners.steps.convolutions.ink_tiles import GRID, TileCutter
from core.learners.steps.convolutions.pooling import Pooling
from core.learners.steps.convolutions.winograd import WinogradTiles, WinogradWeights, columns_first


def drawn_images():
    """One image with a little ink, one without, one full of it."""
    images = np.zeros((3, 28, 28), np.uint8)
    images[0, 9:14, 20:23] = 200
    images[2] = 1 + np.arange(28**2).reshape(28, 28) % 255
    return images


def all_tiles(images):
    """Every 6×6 tile of a grid with 2 pixels between, in reading order: (N · 144, 6, 6)."""
    windows = np.lib.stride_tricks.sliding_window_view(images, (6, 6), (1, 2))[:, ::2, ::2]
    return windows.reshape(-1, 6, 6)


def test_each_place_has_its_tile():
    images = drawn_images()
    tiles = TileCutter(3)(images)
    np.testing.assert_array_equal(tiles.patches.numpy()[:, :, tiles.places].transpose(2, 0, 1), all_tiles(images))


def test_blank_tiles_are_one():
    images = drawn_images()
    tiles = TileCutter(3)(images)
    blank = ~all_tiles(images).any((1, 2))
    assert blank[GRID**2 : 2 * GRID**2].all()
    assert tiles.patches.shape == (6, 6, 1 + (~blank).sum())
    assert not tiles.patches[:, :, 0].any()
    np.testing.assert_array_equal(tiles.blank, np.flatnonzero(blank))


def test_gradients_of_blank_tiles_are_added_up():
    tiles = TileCutter(3)(drawn_images())
    values = torch.randn(tiles.patches.shape[2], 5, dtype=torch.float64)
    spread = torch.empty(3 * GRID**2, 5, dtype=torch.float64)
    tiles.spread(values, spread)
    gradients, gathered = torch.randn_like(spread), torch.empty_like(values)
    tiles.gather(gradients, gathered)
    # What it means to be transposed: the same inner product on either side.
    torch.testing.assert_close((spread * gradients).sum(), (values * gathered).sum())
    torch.testing.assert_close(gathered.sum(0), gradients.sum(0))


def made_winograd(tiles=7, dtype=torch.float64):
    """A transform of random inputs, which are given as images (tiles, 3, 4, 4) too; the weights, and their gradient."""
    torch.manual_seed(1)
    weight = columns_first(torch.randn(5, 3, 3, 3, dtype=dtype))
    grad = torch.empty_like(weight)
    weights = WinogradWeights(weight, grad)
    weights.begin()
    hidden = torch.randn(4, 4, tiles, 3, dtype=dtype)
    products = torch.empty(4, 4, tiles, 5, dtype=dtype)
    transformed = torch.empty_like(hidden)
    return WinogradTiles(weights, hidden, transformed, products), hidden, transformed, weights, weight, grad


def test_a_winograd_convolution_is_a_convolution():
    winograd, hidden, transformed, weights, weight, grad = made_winograd()
    images = hidden.permute(2, 3, 1, 0).clone().requires_grad_()
    taps = weight.clone().requires_grad_()
    expected = F.conv2d(images, taps)
    winograd.transform()
    winograd.multiply()
    torch.testing.assert_close(winograd.outputs.permute(2, 3, 1, 0), expected)
    expected_grad = torch.randn_like(expected)
    expected.backward(expected_grad)
    winograd.output_grads.copy_(expected_grad.permute(3, 2, 0, 1))
    winograd.backward()
    weights.end()
    torch.testing.assert_close(transformed.permute(2, 3, 1, 0), images.grad)
    torch.testing.assert_close(grad, taps.grad)


@pytest.mark.parametrize("axis", [0, 1])
def test_outputs_of_equal_inputs_are_equal_to_the_last_bit(axis):
    winograd, hidden, *_ = made_winograd(200, torch.float32)
    hidden.copy_(hidden.select(axis, 0).unsqueeze(axis).clone().expand_as(hidden))
    winograd.transform()
    winograd.multiply()
    assert torch.equal(*winograd.outputs.unbind(axis))
    assert not torch.equal(*winograd.outputs.unbind(1 - axis))


@pytest.mark.parametrize("levels", [1, 2, 3, 1000])
def test_pooling_finds_the_largest_and_passes_the_gradient_to_the_first_of_them(levels):
    torch.manual_seed(2)
    # With few levels there are ties of each kind.
    images = torch.randint(levels, (400, 3, 2, 2)).float().requires_grad_()
    expected = F.max_pool2d(images, 2)
    expected_grad = torch.rand_like(expected) + 1
    expected.backward(expected_grad)
    pooling = Pooling(torch.empty(3, 400, 3))
    rows, largest, grads = torch.empty(2, 400, 3), torch.empty(400, 3), torch.empty(2, 2, 400, 3)
    pooling.forward(images.detach().permute(3, 2, 0, 1), rows, largest)
    assert torch.equal(largest, expected.detach().view(400, 3))
    pooling.backward(expected_grad.view(400, 3), rows, grads)
    assert torch.equal(grads.permute(2, 3, 1, 0), images.grad)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("share", [0.25, 0.5])
def test_dropout_drops_its_share_and_keeps_the_mean(share, dtype):
    torch.manual_seed(3)
    dropout = QuarterDropout(share, dtype)
    masks = torch.empty(2, 100, 1000, dtype=dtype)
    for mask in masks:
        dropout.draw(mask)
    dropped = masks == 0
    assert set(masks.unique().tolist()) == {0.0, masks.max().item()}
    assert masks.max().item() == pytest.approx(1 / (1 - share)) == dropout.scale
    # 5 standard deviations of 200,000 draws are 0.006; of one place in a byte or of a pair half as many, 0.01.
    assert dropped.float().mean().item() == pytest.approx(share, abs=0.006)
    for place in range(4):
        assert dropped[..., place::4].float().mean().item() == pytest.approx(share, abs=0.012)
    both = dropped[0] & dropped[1], dropped[..., 1:] & dropped[..., :-1], dropped[:, 1:] & dropped[:, :-1]
    for pair in both:
        assert pair.float().mean().item() == pytest.approx(share**2, abs=0.008)


def test_a_mask_of_any_size_is_drawn():
    dropout = QuarterDropout(0.25, torch.float32)
    mask = torch.full((1, 9216), torch.nan)
    dropout.draw(mask)
    assert not mask.isnan().any()
