import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from core.charts.evaluation.data_map import Brush, data_map_data
from core.dynamics.examples import AMBIGUOUS, EASY, HARD, ExampleDynamics


def dynamics(confidence, variability):
    values = [np.asarray(entry, np.float32) for entry in (confidence, variability)]
    nothing = np.zeros(len(values[0]), np.int64)
    return ExampleDynamics(3, 2, *values, values[0], nothing, nothing)


@pytest.fixture
def cloud():
    random = np.random.default_rng(4)
    return dynamics(random.random(2000), random.random(2000) / 2)


def test_each_image_is_a_point_of_its_region():
    made = data_map_data(dynamics([0.9, 0.1, 0.5, np.nan, 0.95], [0.1, 0.1, 0.4, np.nan, 0.0]))
    assert [index.tolist() for index in made.index] == [[0, 4], [2], [1]]
    assert made.confidence[EASY].tolist() == pytest.approx([0.9, 0.95])
    assert made.variability[AMBIGUOUS].tolist() == pytest.approx([0.4])
    assert made.confidence[HARD].tolist() == pytest.approx([0.1])
    assert (made.shown, made.count) == (4, 4)


def test_small_regions_are_drawn_whole_and_a_large_one_is_thinned():
    many = dynamics([0.9] * 1000 + [0.1] * 5 + [0.5] * 40, [0.0] * 1005 + [0.4] * 40)
    made = data_map_data(many, 100)
    assert list(map(len, made.index)) == [55, 40, 5]
    assert (made.shown, made.count) == (100, 1045)
    assert len(set(made.index[EASY].tolist())) == 55
    assert np.array_equal(made.index[EASY], data_map_data(many, 100).index[EASY])


def test_regions_that_are_all_large_share_the_room(cloud):
    assert list(map(len, data_map_data(cloud, 300).index)) == [100, 100, 100]


def test_a_box_covers_what_lies_between_its_corners(cloud):
    covered = Brush((0.3, 0.1), (0.2, 0.6)).covers(cloud)
    x, y = cloud.variability, cloud.confidence
    assert np.array_equal(covered, (x >= 0.1) & (x <= 0.3) & (y >= 0.2) & (y <= 0.6))
    assert 0 < covered.sum() < 2000


@pytest.mark.parametrize(
    "corners",
    [
        [(0.1, 0.1), (0.4, 0.1), (0.25, 0.9)],
        # Concave, with a level edge, drawn the other way round.
        [(0.05, 0.9), (0.25, 0.5), (0.45, 0.9), (0.45, 0.1), (0.05, 0.1)],
    ],
)
def test_a_lasso_covers_what_lies_inside(cloud, corners):
    points = np.c_[cloud.variability, cloud.confidence]
    assert np.array_equal(Brush(*zip(*corners, strict=True)).covers(cloud), Polygon(corners).contains_points(points))


def test_an_image_without_figures_is_in_no_brush():
    lost = dynamics([np.nan], [np.nan])
    assert not Brush((0, 1), (0, 1)).covers(lost).any()
    assert not Brush((0, 1, 0), (0, 0, 1)).covers(lost).any()
