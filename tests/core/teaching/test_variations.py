from types import SimpleNamespace

import numpy as np
import pytest

from core.teaching import variations
from core.teaching.variations import vary, vary_images
from tests.made import make_images


def test_every_image_comes_as_often_as_the_others_with_its_label():
    few = make_images(3, 1)
    many = vary_images(few, 10, seed=1)
    assert len(many) == 10
    assert many.labels.tolist() == np.resize(few.labels, 10).tolist()
    np.testing.assert_array_equal(many.images[:3], few.images)
    assert not (many.images[3:6] == few.images).all((1, 2)).any()
    assert vary_images(few, 2, seed=1).labels.tolist() == few.labels[:2].tolist()


def test_a_seed_gives_the_same_images_and_another_one_others():
    few = make_images(2, 1)
    first = vary_images(few, 8, seed=1).images
    np.testing.assert_array_equal(first, vary_images(few, 8, seed=1).images)
    assert (first[2:] != vary_images(few, 8, seed=2).images[2:]).any((1, 2)).all()


@pytest.mark.parametrize(
    ("drawn", "expected"),
    [
        # Turn, slant, scale and aspect, each at its limit.
        (0, [[np.cos(np.radians(10)), -np.sin(np.radians(10))], [np.sin(np.radians(10)), np.cos(np.radians(10))]]),
        (1, [[1, 0.15], [0, 1]]),
        (2, [[np.exp(0.1), 0], [0, np.exp(0.1)]]),
        (3, [[np.exp(0.08), 0], [0, np.exp(-0.08)]]),
    ],
)
def test_each_change_has_its_limit(drawn, expected):
    random = SimpleNamespace(uniform=lambda *_: np.eye(4)[drawn])
    np.testing.assert_allclose(variations._draw_matrix(random), expected)


def test_a_variation_stays_near_the_picture():
    picture = np.zeros((28, 28), np.uint8)
    picture[8:20, 12:16] = 255
    random = np.random.default_rng(1)
    for _ in range(50):
        varied = vary(picture, random).astype(float)
        rows, columns = np.indices(varied.shape)
        centre = np.array([(rows * varied).sum(), (columns * varied).sum()]) / varied.sum()
        assert np.abs(centre - 13.5).max() < 1.5
        assert 0.7 < varied.sum() / picture.sum() < 1.4


def test_changes_go_both_ways():
    random = np.random.default_rng(1)
    # Of many matrices the turn is read off below the diagonal, the scale off the determinant.
    drawn = np.array([variations._draw_matrix(random) for _ in range(200)])
    for figure in (drawn[:, 1, 0], np.log(np.linalg.det(drawn))):
        assert 0.4 < (figure > 0).mean() < 0.6
