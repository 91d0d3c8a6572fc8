import numpy as np
import pytest

from core.ink.slashed_zero import slash_of_zero
from tests.core.ink.drawings import superellipse


def line(*points):
    return np.array(points, float)


def loop(share=1.0, radius=(30, 45)):
    turns = np.linspace(0, 2 * np.pi * share, 24)
    return np.column_stack([50 + radius[0] * np.sin(turns), 60 - radius[1] * np.cos(turns)])


SLASH = line((30, 100), (50, 60), (70, 20))


def test_a_slash_through_a_zero_is_found_whichever_stroke_comes_first_and_however_it_is_drawn():
    assert slash_of_zero([loop(), SLASH]) == 1
    assert slash_of_zero([SLASH, loop()]) == 0
    assert slash_of_zero([loop(), SLASH[::-1]]) == 1
    assert slash_of_zero([loop(0.93), SLASH]) == 1


@pytest.mark.parametrize(("power", "slash"), [(1.25, 1), (0.9, None)])
def test_a_zero_encloses_more_than_half_of_its_box(power, slash):
    zero = superellipse(power, np.linspace(0, 2 * np.pi, 48)) * (30, 45) + (50, 60)
    assert slash_of_zero([zero, SLASH]) == slash


@pytest.mark.parametrize(
    "strokes",
    [
        [loop()],
        [loop(), SLASH, SLASH],
        # A half circle, and an 8 in one stroke.
        [loop(0.5), SLASH],
        [np.column_stack([50 + 20 * np.sin(np.linspace(0, 4 * np.pi, 40)), np.linspace(20, 100, 40)]), SLASH],
        # Falling, level, upright, short, bent.
        [loop(), line((30, 20), (70, 100))],
        [loop(), line((10, 60), (90, 58))],
        [loop(), line((50, 10), (52, 110))],
        [loop(), line((45, 70), (55, 50))],
        [loop(), line((30, 100), (75, 85), (70, 20))],
        # A stick at the loop's side, as in a 9.
        [loop(), line((60, 120), (80, 40))],
        [loop(), line((50, 60))],
    ],
)
def test_other_strokes_are_no_slashed_zero(strokes):
    assert slash_of_zero(strokes) is None
