"""Photographs of clothes as Fashion-MNIST's pictures were made."""

import numpy as np
import pytest

from core.photo.find_clothes import find_clothes


def photo(paper, cloth):
    grey = np.full((200, 300), paper, np.uint8)
    grey[40:180, 100:150] = cloth
    return grey


@pytest.mark.parametrize(("paper", "cloth"), [(250, 60), (10, 200)])
def test_a_piece_of_clothing_is_light_on_black_whatever_its_background(paper, cloth):
    found = find_clothes(photo(paper, cloth))
    assert found.box == (100, 40, 150, 180)
    # As a share of the way from the background to black or white.
    share = (paper - cloth) / paper if paper > cloth else (cloth - paper) / (255 - paper)
    assert found.even[100, 120] == pytest.approx(255 * share, abs=2)
    assert found.even[100, 250] <= 1
    picture = found.picture
    assert picture.shape == (28, 28)
    # 140 by 50 pixels become 28 by 10, in the middle.
    assert (picture[:, 9:19] > 150).all()
    assert not picture[:, :9].any()
    assert not picture[:, 19:].any()


def test_a_pair_is_taken_whole():
    grey = np.full((200, 300), 250, np.uint8)
    grey[100:160, 60:120] = grey[100:160, 180:230] = 60
    assert find_clothes(grey).box == (60, 100, 230, 160)


def test_a_small_piece_is_enlarged():
    grey = np.full((60, 60), 250, np.uint8)
    grey[20:34, 30:37] = 60
    picture = find_clothes(grey).picture
    assert (picture[:, 8:20] > 100).all()
    assert not picture[:, :6].any()


def test_a_darker_part_becomes_lighter_on_a_light_background():
    grey = photo(250, 120)
    grey[40:100, 100:150] = 20
    picture = find_clothes(grey).picture
    assert picture[5, 14] > picture[22, 14] > 0


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_a_single_shade_holds_nothing(shade):
    assert find_clothes(np.full((50, 50), shade, np.uint8)) is None


def test_noise_uneven_light_and_specks_are_background():
    random = np.random.default_rng(1)
    grey = photo(250, 60) * np.linspace(0.7, 1, 300) + random.normal(0, 4, (200, 300))
    grey[10:12, 280:282] = 0
    found = find_clothes(np.clip(grey, 0, 255).astype(np.uint8))
    assert found.box == (100, 40, 150, 180)
    assert found.even[20:30].max() < 40
    assert (found.picture[2:26, 10:18] > 150).all()


def test_a_piece_that_reaches_the_edge_is_no_background():
    grey = np.full((200, 300), 250, np.uint8)
    grey[60:, 90:210] = 40
    left, top, right, bottom = find_clothes(grey).box
    assert (left, top, right, bottom) == (90, 60, 210, 200)


def test_noise_alone_holds_nothing():
    noise = np.random.default_rng(1).normal(200, 8, (600, 800))
    assert find_clothes(np.clip(noise, 0, 255).astype(np.uint8)) is None
