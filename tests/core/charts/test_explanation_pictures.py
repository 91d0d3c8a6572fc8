"""The colours laid over a drawing."""

import numpy as np

from pages.components.charts.palette import NEGATIVE, POSITIVE
from pages.components.pictures.overlays import attribution_pixels, change_pixels
from pages.components.pictures.signed import rgb

PICTURE = np.zeros((28, 28), np.uint8)
PICTURE[:, 10:13] = 255


def test_where_nothing_is_said_the_ink_shows_pale_and_the_paper_not_at_all():
    pixels = attribution_pixels(PICTURE, np.zeros((28, 28), np.float32))
    assert (pixels.shape, pixels.dtype) == ((28, 28, 4), np.uint8)
    assert pixels[5, 5, 3] == 0
    assert tuple(pixels[5, 11]) == (128, 128, 128, 102)


def test_colours_tell_the_sign_and_cover_the_ink():
    values = np.zeros((28, 28), np.float32)
    values[:2], values[-2:] = 2.0, -2.0
    values[14] = 1.0
    pixels = attribution_pixels(PICTURE, values)
    assert tuple(pixels[0, 11]) == tuple(pixels[0, 0]) == (*rgb(POSITIVE), 255)
    assert tuple(pixels[-1, 11]) == (*rgb(NEGATIVE), 255)
    assert tuple(pixels[14, 0]) == (*rgb(POSITIVE), 128)
    # Half of the colour over two fifths of grey: what shows of the grey is a fifth, of seven tenths in all.
    expected = (np.array(rgb(POSITIVE)) * 128 / 255 + 128 * 0.4 * 127 / 255) / (128 / 255 + 0.4 * 127 / 255)
    np.testing.assert_allclose(pixels[14, 11, :3], expected, atol=1)
    assert pixels[14, 11, 3] == round(128 + 0.4 * 127)


def test_a_single_strong_pixel_does_not_make_the_others_pale():
    values = np.full((28, 28), 0.1, np.float32)
    values[0, 0] = 100
    assert attribution_pixels(PICTURE, values)[20, 20, 3] == 255
    lonely = np.zeros((28, 28), np.float32)
    lonely[0, 0] = 3
    assert attribution_pixels(PICTURE, lonely)[0, 0, 3] == 255


def test_changes_made_are_strong_and_those_to_come_pale():
    rows, columns = np.array([1, 2, 3]), np.array([1, 11, 3])
    pixels = change_pixels(PICTURE, rows, columns, np.array([255, 0, 255], np.uint8), 2)
    assert tuple(pixels[1, 1]) == (*rgb(POSITIVE), 255)
    assert tuple(pixels[2, 11]) == (*rgb(NEGATIVE), 255)
    assert tuple(pixels[3, 3]) == (*rgb(POSITIVE), 76)
    assert pixels[4, 4, 3] == 0
    assert pixels[4, 11, 3] == 102
