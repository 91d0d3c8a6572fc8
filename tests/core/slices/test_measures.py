"""What is measured on images, on figures whose measures are known."""

import numpy as np
import pytest

from core.slices.measures import measure_images
from core.steps import finish


def measure(*images):
    return finish(measure_images(np.stack(images)))


def blank():
    return np.zeros((28, 28), np.uint8)


def bar(width, lean=0.0):
    """A bar 20 pixels high; its middle moves aside by `lean` pixels a pixel upwards."""
    image = blank()
    for row in range(4, 24):
        left = round(14 - width / 2 + lean * (13.5 - row))
        image[row, left : left + width] = 255
    return image


def ring(*centres, size=9):
    image = blank()
    for row in centres:
        image[row : row + size, 8 : 8 + size] = 255
        image[row + 2 : row + size - 2, 10 : 8 + size - 2] = 0
    return image


def test_thicker_bars_have_thicker_lines():
    widths = measure(bar(2), bar(4), bar(6))["thickness"]
    # The ends count as edges too, and the outline is measured as that of lines in all directions.
    assert list(widths) == sorted(widths)
    assert widths[2] > 2 * widths[0]


@pytest.mark.parametrize("lean", [-0.5, 0, 0.25, 0.5])
def test_the_slant_is_the_angle_of_the_middle_line(lean):
    [slant] = measure(bar(4, lean))["slant"]
    assert slant == pytest.approx(np.degrees(np.arctan(lean)), abs=1.5)


def test_size_and_ink_are_counted():
    found = measure(bar(4), blank() + np.uint8(255))
    assert found["size"].tolist() == [80, 784]
    assert found["ink"].tolist() == pytest.approx([80 / 784, 1])


def test_holes_are_what_the_ink_encloses():
    broken = ring(2)
    broken[2:4, 12] = 0
    assert measure(bar(3), ring(2), ring(2, 12), broken)["holes"].tolist() == [0, 1, 2, 0]


def test_ink_is_relative_to_the_lightest_pixel():
    faint = bar(4) // 5
    for name in ("thickness", "slant", "size", "holes"):
        first, second = measure(bar(4), faint)[name]
        assert first == pytest.approx(second)


def test_an_image_without_ink_has_zeros():
    assert {name: values.tolist() for name, values in measure(blank()).items()} == {
        "thickness": [0],
        "slant": [0],
        "size": [0],
        "ink": [0],
        "holes": [0],
    }


def test_the_share_done_rises():
    shares = []
    finish(measure_images(np.stack([bar(3)] * 1200)), shares.append)
    assert shares == [0, 500 / 1200, 1000 / 1200]
