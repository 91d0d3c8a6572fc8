import numpy as np
import pytest

from core.photo.even_light import contrast, even_light


@pytest.mark.parametrize(("lighter", "expected"), [(0.0, 0.0), (1.0, 0.5), (3.0, 0.75), (-0.5, -0.5), (-1.0, -1.0)])
def test_contrast_is_by_how_much_the_darker_of_two_is_darker(lighter, expected):
    assert contrast(np.array([lighter], np.float32)) == pytest.approx([expected])


def test_a_pixel_is_compared_with_the_paper_around_it_whatever_the_light():
    light = np.linspace(1, 0.5, 200)
    paper = np.full((150, 200), 200.0) * light
    paper[70:74, 60:140] *= 0.25
    for shades in even_light(paper.astype(np.uint8)):
        assert shades.shape == (150, 200)
        assert np.median(np.abs(shades)) < 0.03
    by_surroundings = even_light(paper.astype(np.uint8))[0]
    # In the dark half as in the light one.
    assert by_surroundings[71:73, [70, 130]].mean(0) == pytest.approx([-0.75, -0.75], abs=0.12)
