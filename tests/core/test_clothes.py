"""Photographs of clothes as Fashion-MNIST's pictures were made."""

import numpy as np
import pytest

from core.clothes import picture_from_clothes


def photo(paper, cloth):
    grey = np.full((200, 300), paper, np.uint8)
    grey[40:180, 100:150] = cloth
    return grey


@pytest.mark.parametrize(("paper", "cloth"), [(250, 60), (10, 200)])
def test_a_piece_of_clothing_is_light_on_black_whatever_its_background(paper, cloth):
    picture, box = picture_from_clothes(photo(paper, cloth))
    assert box == (100, 40, 150, 180)
    assert picture.shape == (28, 28)
    # 140 by 50 pixels become 28 by 10, in the middle.
    assert (picture[:, 9:19] > 150).all()
    assert not picture[:, :9].any()
    assert not picture[:, 19:].any()


def test_a_darker_part_becomes_lighter_on_a_light_background():
    grey = photo(250, 120)
    grey[40:100, 100:150] = 20
    picture, _ = picture_from_clothes(grey)
    assert picture[5, 14] > picture[22, 14] > 0


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_single_shade_holds_nothing(shade):
    assert picture_from_clothes(np.full((50, 50), shade, np.uint8)) is None
