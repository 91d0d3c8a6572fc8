"""Disturbed images."""

import numpy as np
import pytest

from core.stress import kinds
from core.stress.disturb import disturb
from tests.made import make_images

PLAIN = [kind for kind in kinds.KINDS if kind not in kinds.ATTACKS]


@pytest.fixture
def bars():
    """Four images of an upright bar, four pixels wide and twelve high, left of the middle."""
    images = np.zeros((4, 28, 28), np.uint8)
    images[:, 8:20, 10:14] = 255
    return images


def middle(image):
    """The ink's centre of mass: row, column."""
    return tuple(float((places * image).sum() / image.sum()) for places in np.mgrid[:28, :28])


@pytest.mark.parametrize("kind", PLAIN)
def test_every_strength_gives_images_and_the_neutral_one_the_same(kind):
    images = make_images(20, 1).images
    for strength in kinds.KINDS[kind].strengths:
        disturbed = disturb(images, kind, strength)
        assert (disturbed.shape, disturbed.dtype) == (images.shape, np.uint8)
        assert (disturbed == images).all() == (strength == kinds.KINDS[kind].neutral)
        # What is random is drawn alike each time.
        assert (disturb(images, kind, strength) == disturbed).all()


@pytest.mark.parametrize("kind", PLAIN)
def test_the_farther_from_neutral_the_more_pixels_change(kind, bars):
    neutral = kinds.KINDS[kind].neutral
    changes = {
        strength: np.abs(disturb(bars, kind, strength).astype(float) - bars).mean()
        for strength in kinds.KINDS[kind].strengths
        if strength >= neutral
    }
    ordered = [changes[strength] for strength in sorted(changes)]
    assert ordered == sorted(ordered)
    assert ordered[0] == 0 < ordered[1]


def test_images_are_turned_to_either_side(bars):
    one, other = disturb(bars, kinds.ROTATION, 45)[:2]
    assert (one != other).any()
    # About the middle of the image, so a bar left of it goes up or down.
    assert middle(one)[0] - 13.5 == pytest.approx(13.5 - middle(other)[0], abs=0.2)
    assert abs(middle(one)[0] - 13.5) > 0.5


def test_images_are_shifted_to_all_four_sides(bars):
    row, column = middle(bars[0])
    found = [middle(image) for image in disturb(bars, kinds.SHIFT, 3)]
    assert found == [
        pytest.approx(place) for place in ((row, column - 3), (row, column + 3), (row - 3, column), (row + 3, column))
    ]


@pytest.mark.parametrize(("factor", "share"), [(0.5, 0.25), (1.5, 2.25)])
def test_the_ink_grows_with_the_square_of_the_scale(bars, factor, share):
    ink = disturb(bars, kinds.SCALE, factor)[0].sum() / bars[0].sum()
    assert ink == pytest.approx(share, rel=0.15)


@pytest.mark.parametrize("pixels", [-2, -1, 1, 2, 4])
def test_a_stroke_gets_wider_by_as_many_pixels_as_are_asked_for(bars, pixels):
    # In the middle of the bar's length.
    image = disturb(bars, kinds.THICKNESS, pixels)[0]
    assert image[14].sum() / 255 == pytest.approx(4 + pixels, abs=0.5)
    # To both sides alike.
    assert middle(image) == pytest.approx(middle(bars[0]), abs=0.01)


def test_contrast_is_lost_around_the_mean(bars):
    image = disturb(bars, kinds.CONTRAST, 0.5)[0]
    assert image.mean() == pytest.approx(bars[0].mean(), abs=1)
    assert int(image.max()) - int(image.min()) == pytest.approx(127, abs=1)


def test_a_square_is_blank():
    ink = np.full((50, 28, 28), 255, np.uint8)
    erased = disturb(ink, kinds.OCCLUSION, 8) == 0
    # Squares over the edge are cut off.
    assert erased.sum((1, 2)).max() == 64
    assert len({tuple(np.argwhere(image).min(0)) for image in erased if image.any()}) > 10


def test_noise_has_the_deviation_that_is_asked_for():
    grey = np.full((100, 28, 28), 128, np.uint8)
    noisy = disturb(grey, kinds.NOISE, 0.1)
    assert noisy.std() == pytest.approx(25.5, rel=0.05)
    # The mean of 78,400 pixels strays by a tenth.
    assert noisy.mean() == pytest.approx(128, abs=0.5)
