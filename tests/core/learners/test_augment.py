"""Warped images stay the digits they were, differ from each other, and depend on the seed alone."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.learners import augment
from core.learners.augment import augment_images
from core.learners.factory import create_learner
from core.training.trainer import Trainer
from tests.made import make_config, make_dataset


@pytest.fixture
def bars():
    """64 times the same upright bar, 4 wide and 16 high, in the middle."""
    image = torch.zeros(28, 28, dtype=torch.uint8)
    image[6:22, 12:16] = 255
    return image.repeat(64, 1, 1)


def middles(images):
    places = torch.arange(28.0)
    mass = images.sum((1, 2))
    return torch.stack([images.sum(1) @ places, images.sum(2) @ places], 1) / mass[:, None] - 13.5


def tilt(image):
    """Degrees between the ink's long axis and the vertical."""
    y, x = np.nonzero(image.numpy() > 100)
    axis = np.linalg.eigh(np.cov(x, y))[1][:, -1]
    return abs(np.degrees(np.arctan2(axis[0], axis[1])) + 90) % 180 - 90


def test_pixels_stay_in_their_range(bars):
    images = augment_images(bars)
    assert (images.shape, images.dtype) == (bars.shape, torch.float32)
    assert images.min() >= 0
    assert images.max() <= 255.001


def test_every_image_is_changed_in_its_own_way_and_some_are_left(bars):
    torch.manual_seed(1)
    images = augment_images(bars).round()
    kept = (images == bars).flatten(1).all(1)
    assert 2 <= kept.sum() <= 20
    changed = images[~kept].flatten(1)
    assert len(torch.unique(changed, dim=0)) == len(changed)


def test_the_seed_decides(bars):
    torch.manual_seed(3)
    one, next_one = augment_images(bars), augment_images(bars)
    torch.manual_seed(3)
    assert torch.equal(augment_images(bars), one)
    assert not torch.equal(next_one, one)


def test_changes_are_gentle(bars):
    torch.manual_seed(2)
    images = augment_images(bars)
    mass = images.sum((1, 2)) / bars[0].sum()
    assert 0.4 < mass.min() < 0.9 < 1.1 < mass.max() < 2.2
    shifts = middles(images)
    assert 0.5 < shifts.abs().max() < 3.5
    assert shifts.mean(0).abs().max() < 0.4
    # Upright bars stay nearer to upright than to lying.
    tilts = [tilt(image) for image in images]
    assert 5 < max(tilts) < 40


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # Turn, slant, scale, aspect, shift to the right and down: each at its limit, the others at 0.
        (
            0,
            [[np.cos(np.radians(15)), -np.sin(np.radians(15)), 0], [np.sin(np.radians(15)), np.cos(np.radians(15)), 0]],
        ),
        (1, [[1, 0.2, 0], [0, 1, 0]]),
        (2, [[np.exp(0.13), 0, 0], [0, np.exp(0.13), 0]]),
        (3, [[np.exp(-0.1), 0, 0], [0, np.exp(0.1), 0]]),
        (4, [[1, 0, 1.5], [0, 1, 0]]),
        (5, [[1, 0, 0], [0, 1, 1.5]]),
    ],
)
def test_each_change_has_its_limit(monkeypatch, drawn, expected):
    numbers = torch.full((2, 6), 0.5)
    numbers[:, drawn] = 1.0
    monkeypatch.setattr(augment.torch, "rand", lambda *_: numbers)
    full, none = augment._draw_affine(torch.tensor([[1.0], [0.0]]))
    np.testing.assert_allclose(full, expected, atol=1e-6)
    np.testing.assert_allclose(none, np.eye(2, 3), atol=1e-6)


def test_places_move_by_their_deviation_at_the_border_too_and_neighbours_alike(monkeypatch):
    torch.manual_seed(1)
    monkeypatch.setattr(augment.torch, "rand", lambda *size: torch.ones(size))
    moves = augment._draw_warp(torch.ones(2000, 1))
    assert moves.shape == (2000, 28, 28, 2)
    for place in ((0, 0), (14, 14), (27, 3)):
        assert moves[:, *place].std() == pytest.approx(1.3, rel=0.1)
    beside, apart = (np.corrcoef(moves[:, 14, 4, 0], moves[:, 14, column, 0])[0, 1] for column in (5, 24))
    assert beside > 0.9
    assert abs(apart) < 0.15
    assert not augment._draw_warp(torch.zeros(3, 1)).any()


@pytest.mark.parametrize(
    ("amount", "row"), [(1.0, "001111110"), (-1.0, "000011000"), (0.5, "00h1111h0"), (0.0, "000111100")]
)
def test_lines_are_mixed_with_wider_and_narrower_ones(amount, row):
    bar = torch.zeros(1, 1, 28, 28)
    bar[..., 12:16] = 1.0
    found = augment._thicken(bar, torch.full((1, 1, 1, 1), amount))[0, 0, 14, 9:18]
    assert found.tolist() == [{"0": 0.0, "1": 1.0, "h": 0.5}[pixel] for pixel in row]


@pytest.mark.parametrize("amount", [1.0, -1.0])
def test_the_widest_and_the_narrowest_are_pytorch_s_largest_and_smallest_of_nine(amount):
    pixels = torch.randint(0, 256, (5, 1, 28, 28)).float()
    found = augment._thicken(pixels, torch.full((5, 1, 1, 1), amount))
    assert torch.equal(found, amount * functional.max_pool2d(amount * pixels, 3, 1, 1))


def test_lines_become_thicker_and_thinner(bars):
    torch.manual_seed(5)
    widths = (augment_images(bars)[:, 14] / 255).sum(1)
    assert widths.min() < 3.4
    assert widths.max() > 4.6


def test_training_uses_it_and_stays_a_matter_of_the_seed():
    data = make_dataset(100, 20)

    def losses(**changes):
        trainer = Trainer(make_config(epochs=1, **changes), data, create_learner(make_config(**changes)))
        return [loss for event in trainer.run() for loss in getattr(event, "losses", ())]

    assert losses(augment="warp") == losses(augment="warp") != losses(augment="none")


def test_predictions_do_not(bars):
    learner = create_learner(make_config(augment="warp"))
    assert np.ptp(learner.predict_proba(bars.numpy()), axis=0).max() < 1e-6
