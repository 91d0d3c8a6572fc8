"""The map of test images as plain values, and as Plotly draws it."""

import numpy as np
import pytest

from core.charts.evaluation.sample_map import sample_map_data
from core.evaluation.difficulty import Difficulty
from core.evaluation.samples import make_samples
from pages.components.charts.evaluation.sample_map import sample_map_chart
from pages.components.charts.palette import CLASSES, WRONG

NAMES = ("ant", "bee", "cat")
LABELS = np.array([0, 1, 2, 1, 0])
PROBABILITIES = np.array(
    [[0.8, 0.1, 0.1], [0.7, 0.2, 0.1], [0.0, 0.1, 0.9], [0.0, 1.0, 0.0], [0.5, 0.3, 0.2]], np.float32
)
DIFFICULTY = Difficulty(np.array([1, 4, 0, 0, 2]), 4)
PLACES = np.arange(10, dtype=np.float32).reshape(5, 2)


@pytest.fixture
def samples():
    return make_samples(LABELS, PROBABILITIES, 3)


def test_each_image_keeps_its_place_and_what_is_said_of_it(samples):
    data = sample_map_data(PLACES, samples[np.array([4, 1, 0, 2, 3])], NAMES, "class")
    assert data.index.tolist() == [4, 1, 0, 2, 3]
    assert data.x.tolist() == [0, 2, 4, 6, 8]
    assert data.y.tolist() == [1, 3, 5, 7, 9]
    assert data.true == ("ant", "bee", "ant", "cat", "bee")
    assert data.predicted == ("ant", "ant", "ant", "cat", "bee")
    np.testing.assert_allclose(data.confidence, [0.5, 0.7, 0.8, 0.9, 1.0])


def members(data):
    return {str(group.title): group.members.tolist() for group in data.groups}


@pytest.mark.parametrize(
    ("colour_by", "groups"),
    [
        ("class", {"ant": [0, 4], "bee": [1, 3], "cat": [2]}),
        ("right", {"right": [0, 2, 3, 4], "wrong": [1]}),
        # The least certain last, so that they lie on top.
        ("confidence", {"confidence": [3, 2, 0, 1, 4]}),
        # The most difficult last.
        ("difficulty", {"difficulty": [2, 3, 0, 4, 1]}),
    ],
)
def test_points_of_a_colour_are_grouped(samples, colour_by, groups):
    assert members(sample_map_data(PLACES, samples, NAMES, colour_by, DIFFICULTY)) == groups


@pytest.mark.parametrize("colour_by", ["class", "right", "confidence"])
def test_every_point_names_its_image_and_its_classes(samples, colour_by):
    chart = sample_map_chart(sample_map_data(PLACES, samples, NAMES, colour_by))
    said = {
        int(number): (float(x), float(y), text)
        for trace in chart.data
        for number, x, y, text in zip(trace.customdata, trace.x, trace.y, trace.text, strict=True)
    }
    assert said[1] == (2.0, 3.0, "bee → ant · 70.0%")
    assert said[3] == (6.0, 7.0, "bee → bee · >99.9%")
    assert len(said) == 5


def test_colours_mean_the_class_or_a_mistake(samples):
    by_class = sample_map_chart(sample_map_data(PLACES, samples, NAMES, "class"))
    assert [trace.marker.color for trace in by_class.data] == list(CLASSES[:3])
    by_right = sample_map_chart(sample_map_data(PLACES, samples, NAMES, "right"))
    assert by_right.data[-1].marker.color == WRONG
    assert by_right.layout.showlegend
    assert not sample_map_chart(sample_map_data(PLACES, samples, NAMES, "confidence")).layout.showlegend


def test_colours_of_the_difficulty_run_from_no_network_to_all(samples):
    [trace] = sample_map_chart(sample_map_data(PLACES, samples, NAMES, "difficulty", DIFFICULTY)).data
    assert trace.customdata.tolist() == [2, 3, 0, 4, 1]
    assert trace.marker.color.tolist() == [0, 0, 1, 2, 4]
    # A block of one colour for each number of networks.
    assert (trace.marker.cmin, trace.marker.cmax) == (-0.5, 4.5)
    edges, colours = zip(*trace.marker.colorscale, strict=True)
    np.testing.assert_allclose(edges, [0, 0.2, 0.2, 0.4, 0.4, 0.6, 0.6, 0.8, 0.8, 1])
    assert len(set(colours)) == 5
    assert trace.text[-1] == "bee → ant · 70.0% · misclassified by 4 of 4 networks"


def test_the_difficulty_for_one_network_has_two_colours(samples):
    difficulty = Difficulty(np.array([0, 1, 0, 0, 0]), 1)
    [trace] = sample_map_chart(sample_map_data(PLACES, samples, NAMES, "difficulty", difficulty)).data
    assert len({colour for _, colour in trace.marker.colorscale}) == 2


@pytest.mark.parametrize(("count", "size"), [(1000, 8), (1001, 5)])
def test_points_are_smaller_where_there_are_many(count, size):
    probabilities = np.tile(PROBABILITIES[:1], (count, 1))
    samples = make_samples(np.zeros(count, int), probabilities, 3)
    chart = sample_map_chart(sample_map_data(np.zeros((count, 2), np.float32), samples, NAMES, "class"))
    assert {trace.marker.size for trace in chart.data} == {size}
