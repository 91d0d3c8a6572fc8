"""Accuracy against the strength of a disturbance, as values and drawn."""

import numpy as np
import pytest

from core.charts.evaluation.stress import describe_stress, stress_data
from core.stress.kinds import KINDS, ROTATION, SCALE
from core.texts.message import NO_MESSAGE
from pages.components.charts.evaluation.stress import stress_chart
from tests.made import make_stress


@pytest.fixture
def data():
    return stress_data(SCALE, {"Mine": make_stress(), "Other": make_stress(lost=40)})


def test_each_run_has_a_line_of_shares(data):
    assert data.strengths == KINDS[SCALE].strengths
    assert [line.name for line in data.lines] == ["Mine", "Other"]
    # Twenty images are lost with each step from the neutral strength.
    assert data.lines[0].accuracy == pytest.approx((0.7, 0.8, 0.9, 1.0, 0.9, 0.8, 0.7))
    assert data.lines[1].accuracy[3:5] == pytest.approx((1.0, 0.8))
    assert str(data.lines[0].hovers[0]) == "50%: 70.0% (65.0% to 75.0%)"


def test_the_chart_in_words_tells_the_first_run_at_its_best_and_worst(data):
    assert str(describe_stress(data)) == "Accuracy by strength. Scale: 100.0% undisturbed, 70.0% at 50%"


@pytest.mark.parametrize("kind", KINDS)
def test_every_strength_has_words(kind):
    words = [str(KINDS[kind].say(strength)) for strength in KINDS[kind].strengths]
    assert len(set(words)) == len(words)
    assert NO_MESSAGE not in words
    assert KINDS[kind].neutral in KINDS[kind].strengths


def test_a_run_is_drawn_with_its_intervals(data):
    line, _ = stress_chart(data).data
    assert list(line.x) == list(data.strengths)
    assert np.add(line.y, line.error_y.array) == pytest.approx(data.lines[0].high)
    assert np.subtract(line.y, line.error_y.arrayminus) == pytest.approx(data.lines[0].low)


def test_several_runs_have_a_legend_and_colours_of_their_own(data):
    chart = stress_chart(data)
    assert chart.layout.showlegend
    assert len({trace.line.color for trace in chart.data}) == 2
    alone = stress_chart(stress_data(ROTATION, {"Mine": make_stress()}))
    assert not alone.layout.showlegend
    # A row of the legend for each run, in pixels.
    assert chart.layout.height == alone.layout.height + 2 * 22
