"""The calibration of a run and its abstaining, as a visitor without a browser."""

import re

import pytest
import streamlit as st

from core.execution.compute_client import ComputeClient
from core.metrics.classification import count_confusion
from core.storage.digest import weights_digest
from core.texts.message import message
from core.uncertainty.intervals import error_intervals
from core.uncertainty.record import Calibration, write_calibration
from core.uncertainty.temperature import apply_temperature
from tests.pages.charts import figures
from tests.pages.drawing import find, texts
from tests.pages.evaluate.seen import NINES_FOR_FOURS, captions, metrics

# Of the made network: mistakes, of which the least sure is 55 % and the surest 80 %; it is 91 % sure of all others.
WRONG = NINES_FOR_FOURS + 1


@pytest.fixture(autouse=True)
def compute(monkeypatch):
    """Stands for the compute process and answers at once."""
    monkeypatch.setattr(ComputeClient, "call", lambda _, function, *arguments: function(*arguments))
    st.cache_data.clear()


@pytest.fixture
def calibrate(make_run):
    """Makes a run with a calibration of this temperature."""

    def calibrate(temperature):
        record = make_run()
        weights = weights_digest(record.weights_file)
        words = message("made validation images")
        write_calibration(record.path, Calibration(weights, words, 144, temperature, 0.99, None, ()))

    return calibrate


def choose(app, threshold):
    find(app.select_slider, "Answer from this confidence on").set_value(threshold).run()
    assert not app.exception


def traces(app):
    """The series of the reliability diagram and of the curve of coverage."""
    reliability, coverage = figures(app)
    return [trace.get("name") for trace in reliability["data"][1:]], coverage["data"]


def test_without_a_calibration_the_raw_probabilities_are_measured(visit, make_run):
    make_run()
    app = visit(view="calibration")
    assert traces(app)[0] == ["Raw"]
    # 91 % sure of 354 images, all right, and 70 % sure of six that are wrong, in the mean.
    mean = (0.09 * 354 + (0.55 + 5 * 0.70)) / 360
    [said] = re.findall(r"Calibration error \*\*(.+?)%\*\* \((.+?)% to (.+?)%\), not calibrated", texts(app.markdown))
    error, low, high = map(float, said)
    assert error == pytest.approx(100 * mean, abs=0.01)
    assert low < error < high
    assert "This network has not been calibrated." in texts(app.caption)
    assert find(app.button, "Calibrate")


@pytest.mark.parametrize(("temperature", "sure", "example"), [(2.0, "less sure", "90.9%"), (0.5, "surer", "100.0%")])
def test_with_a_calibration_both_are_drawn_and_the_temperature_is_told(visit, calibrate, temperature, sure, example):
    calibrate(temperature)
    app = visit(view="calibration")
    assert traces(app)[0] == ["Raw", "Calibrated"]
    assert "Calibration error: raw **" in texts(app.markdown)
    said = texts(app.caption)
    assert f"The temperature is {temperature:.2f}, fitted on made validation images (144 in all)" in said
    assert f"the network is {sure}: 99% for one of two classes become {example}" in said
    # All is right where the network is sure, so that less certainty fits worse.
    assert ("the raw probabilities are the better calibrated ones" in said) == (temperature > 1)
    assert "Calibrate" not in [button.label for button in app.button]


def test_each_error_has_its_own_interval(visit, calibrate, digits, answers):
    calibrate(2.0)
    said = texts(visit(view="calibration").markdown)
    words = r"raw \*\*(.+?)%\*\* \((.+?)% to (.+?)%\), calibrated \*\*(.+?)%\*\* \((.+?)% to (.+?)%\)"
    _, *raw, _, low, high = map(float, re.search(words, said).groups())
    ends = [100 * end for interval in error_intervals(answers, digits.labels, 2.0) for end in interval]
    assert [*raw, low, high] == pytest.approx(ends, abs=0.01)
    assert raw != [low, high]


def test_a_temperature_of_one_changes_nothing(visit, calibrate):
    calibrate(1.0)
    assert "It hardly changes anything" in texts(visit(view="calibration").caption)


def test_what_is_less_sure_than_the_threshold_is_refused_and_shown(visit, make_run):
    make_run()
    app = visit(view="calibration")
    # All mistakes are less sure than 90 %.
    shown = {name: metrics(app)[name] for name in ("Coverage", "Accuracy of these", "Mistakes left", "Refused")}
    assert shown == {
        "Coverage": f"{1 - WRONG / 360:.2%}",
        "Accuracy of these": "100.00%",
        "Mistakes left": "0",
        "Refused": str(WRONG),
    }
    assert f"{WRONG} images are refused" in texts(app.markdown)
    assert "0 of these predictions are right." in texts(app.caption)
    assert captions(app)[0] == ("0", "6", "55.0%")
    assert len(captions(app)) == WRONG


def test_the_threshold_moves_the_point_on_the_curve(visit, make_run):
    make_run()
    app = visit(view="calibration")
    choose(app, 0.6)
    assert metrics(app)["Refused"] == "1"
    assert "1 image is refused" in texts(app.markdown)
    _, (curve, point) = traces(app)
    assert point["x"] == [359 / 360]
    assert point["y"] == [pytest.approx(354 / 359)]
    assert curve["y"][-1] == pytest.approx(354 / 360)
    choose(app, 0.0)
    assert "no image is refused" in texts(app.caption)
    choose(app, 0.95)
    assert metrics(app)["Accuracy of these"] == "–"
    assert len(traces(app)[1]) == 1


def test_the_threshold_is_of_calibrated_probabilities(visit, calibrate, answers, digits):
    calibrate(2.0)
    app = visit(view="calibration")
    choose(app, 0.7)
    confidence = apply_temperature(answers, 2.0).max(1)
    assert metrics(app)["Refused"] == f"{(confidence < 0.7).sum():,}"
    # Only the probabilities change: the mistakes are the same.
    assert count_confusion(digits.labels, answers.argmax(1)).trace() == 360 - WRONG
