"""How strokes lie to each other, on lines whose places are known."""

import numpy as np
import pytest

from core.ink.stroke_links import pair_features, same_digit_log_odds, writing_height


def line(*points):
    return np.array(points, float)


UPRIGHT = line((0, 0), (0, 100))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        # Overlap from left to right, distance, overlap from top to bottom, the lower one's height, middles apart.
        (line((30, 20), (30, 80)), (-0.3, 0.3, 0.6, 0.6, 0.3)),
        (line((-20, 50), (40, 50)), (0.0, 0.0, 0.0, 0.0, 0.1)),
        (line((30, 150), (10, 130)), (-0.1, np.hypot(0.1, 0.3), -0.3, 0.2, 0.2)),
        # Beyond half a height it makes no difference how far away a stroke is.
        (line((300, 0), (300, 100)), (-3.0, 0.5, 1.0, 1.0, 3.0)),
    ],
)
def test_the_features_of_a_pair_of_strokes(other, expected):
    found = pair_features([UPRIGHT, other])
    assert found.shape == (2, 2, 5)
    # The points at which distances are measured lie a little apart.
    np.testing.assert_allclose(found[0, 1], expected, atol=0.03)
    np.testing.assert_allclose(found[1, 0], found[0, 1])


def test_the_scale_of_the_writing_does_not_matter():
    strokes = [UPRIGHT, line((30, 20), (35, 80)), line((10, 10), (60, 12))]
    np.testing.assert_allclose(pair_features([7 * stroke for stroke in strokes]), pair_features(strokes))


@pytest.mark.parametrize(
    ("strokes", "height"),
    [
        ([UPRIGHT, line((0, 50), (20, 50))], 100),
        # A bar is half as high as it is wide, a writing half as high as from its top to its bottom.
        ([line((0, 0), (100, 10))], 50),
        ([line((0, 0), (0, 60)), line((0, 70), (0, 120))], 60),
        ([line((0, 0), (0, 30)), line((0, 90), (0, 100))], 50),
    ],
)
def test_the_height_of_a_digit_is_judged_by_the_strokes(strokes, height):
    assert writing_height(strokes) == height


def test_odds_rise_with_overlap_and_fall_with_distance():
    crossing, near, far = line((-20, 50), (40, 50)), line((40, 0), (40, 100)), line((300, 0), (300, 100))
    odds = same_digit_log_odds([UPRIGHT, crossing, near, far])[0]
    assert odds[1] > 0 > odds[2] > odds[3]
