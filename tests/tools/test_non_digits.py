"""Pictures of what is no digit: every family makes some, the same from the same seed, and holds back what it shall."""

import numpy as np
import pytest

from core.data.datasets import ImageSet
from tools.non_digits import doodles, families, held_out_doodles
from tools.non_digits.glyphs import print_glyph, skeleton, trace_glyph
from tools.non_digits.templates import DIGITS, HELD_OUT_LETTERS, LETTERS, LOOK_ALIKES, parse
from tools.non_digits.warp import warp


def random(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("family", [*doodles.TRAINED, *held_out_doodles.HELD_OUT], ids=lambda family: family.__name__)
def test_every_doodle_leaves_ink(family):
    pictures = families.doodle(3, random(), family)
    assert pictures.shape == (3, 28, 28)
    assert (pictures.max((1, 2)) > 200).all()
    np.testing.assert_array_equal(pictures, families.doodle(3, random(), family))


def test_no_doodle_is_both_trained_on_and_held_out():
    assert not set(doodles.TRAINED) & set(held_out_doodles.HELD_OUT)
    assert not set(families.TRAINED_FONTS) & set(families.HELD_OUT_FONTS)
    assert not set(families.TRAINED_CLOTHES) & set(families.HELD_OUT_CLOTHES)


def test_letters_that_look_like_digits_are_left_out():
    for signs in (LETTERS, families.TRAINED_ALPHABETS):
        assert not set(signs) & set(LOOK_ALIKES)
    assert set(HELD_OUT_LETTERS) < set(LETTERS)
    assert not set(HELD_OUT_LETTERS + families.HELD_OUT_ALPHABET) & set(families.TRAINED_ALPHABETS)


@pytest.mark.parametrize("shapes", [LETTERS, DIGITS], ids=["letters", "digits"])
def test_every_shape_can_be_read(shapes):
    for sign, variants in shapes.items():
        for shape in variants:
            points = np.concatenate(parse(shape))
            assert np.ptp(points, axis=0).max() > 3, sign
            assert points.min() > -1.5, sign
            assert points.max() < 10.5, sign


def test_a_warped_drawing_is_the_same_only_from_the_same_seed():
    strokes = parse(LETTERS["A"][0])
    first, again, other = (warp(strokes, random(seed)) for seed in (1, 1, 2))
    assert len(first) == len(strokes)
    np.testing.assert_array_equal(first[0], again[0])
    assert np.abs(first[0] - other[0]).max() > 1


def test_thinning_leaves_a_line_of_one_pixel():
    ink = np.zeros((20, 30), bool)
    ink[8:13, 3:27] = True
    thin = skeleton(ink)
    assert thin.sum(0).max() == 1
    assert thin.sum() >= 18


def test_a_letter_of_a_font_is_traced_along_its_middle():
    font = families.font_file("DejaVuSans")
    strokes = trace_glyph(font, "L")
    points = np.concatenate(strokes)
    assert len(strokes) <= 3
    assert np.hypot(*np.diff(strokes[0], axis=0).T).max() < 1.5
    assert np.ptp(points[:, 1]) > np.ptp(points[:, 0]) > 10
    assert trace_glyph(font, " ") == []
    assert print_glyph(font, "\U0010fffd") is None


def test_clothes_and_digits_become_pictures():
    clothes = ImageSet(random().integers(0, 256, (20, 28, 28), np.uint8), np.arange(20) % 10)
    assert families.clothes(30, random(), clothes, families.TRAINED_CLOTHES).shape == (30, 28, 28)
    for make in (families.font_symbols, families.silhouettes, families.noise):
        assert make(20, random()).shape == (20, 28, 28)
    assert families.letters(5, random(), True).shape == (5, 28, 28)
    assert families.font_letters(5, random(), "ЖЯ", families.TRAINED_FONTS).shape == (5, 28, 28)
    digits = families.font_digits(20, random())
    assert len(digits.images) == len(digits.labels) == 20
