"""The tab "How sure" of the Draw page, with a stand-in for the compute process."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from core.execution.compute_client import ComputeClient
from core.execution.train_run import train_run
from core.runs.record import FINISHED, RUNNING, RunState, write_state
from core.storage.locks import hold_in_queue
from core.texts.message import message
from core.uncertainty.prediction import Prediction, usable_calibration
from core.uncertainty.record import Calibration, Check
from pages.components.draw.confidence.view import sure_html
from tests.made import make_config
from tests.pages.calls import call_at_once
from tests.pages.drawing import ONE, find, html, texts


@pytest.fixture
def visit(visit_drawing):
    """Opens the tab with a drawing."""

    def open_tab(**parameters):
        return visit_drawing(ONE, look="sure", **parameters)

    return open_tab


def rows(app):
    """The scales' titles and values."""
    sure = html(app).split('class="lab-sure"')[1]
    return dict(re.findall(r'<th scope="row">([^<]+).*?</th>.*?<td>([^<]+)</td></tr>', sure))


def test_it_says_what_the_drawing_is_and_how_sure_that_is(visit, add_run):
    folder = add_run("small")
    calibration, _ = usable_calibration(folder)
    app = visit()
    assert not app.exception
    assert f"temperature {calibration.temperature:.2f}" in html(app)
    names = list(rows(app))
    assert names[0].endswith(", raw")
    assert names[1].endswith("calibrated")
    assert names[2] == "Looks like a digit"


def test_reliability_comes_on_request_with_its_figures(visit, add_run):
    folder = add_run("small")
    (check,) = usable_calibration(folder)[0].checks
    app = visit()
    assert not app.get("plotly_chart")
    app.session_state["reliability"] = True
    app.run()
    assert not app.exception
    assert len(app.get("plotly_chart")) == 1
    assert f"{check.n:,} images" in texts(app.caption)
    assert "validation images of Digits" in texts(app.caption)


def test_without_a_calibration_it_offers_one(visit, add_run, monkeypatch):
    folder = add_run("small")
    (folder / "calibration.json").unlink()
    app = visit()
    assert "not been calibrated" in texts(app.caption)
    assert len(rows(app)) == 2
    monkeypatch.setattr(ComputeClient, "start_long_call", call_at_once)
    find(app.button, "Calibrate").click().run()
    assert not app.exception
    assert not app.error
    assert (folder / "calibration.json").is_file()
    assert len(rows(app)) == 3


def test_a_damaged_calibration_is_named_and_the_page_goes_on(visit, add_run):
    folder = add_run("small")
    path = folder / "calibration.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"temperature": 0}))
    app = visit()
    assert not app.exception
    assert "temperature is 0; it must be from 0.5 to 50" in texts(app.caption)
    assert len(rows(app)) == 2
    assert find(app.button, "Calibrate")


def test_a_network_trained_on_all_images_says_so(visit, store, tmp_path):
    record = store.create(make_config(epochs=1, val_fraction=0), "All")
    train_run(record, tmp_path)
    app = visit(run=record.id)
    assert not app.exception
    assert "trained on all images" in texts(app.caption)
    assert "Calibrate" not in [button.label for button in app.button]


def test_what_is_no_digit_is_said_to_be_none(visit_drawing, add_run):
    add_run("small")
    zigzag = [(20 + 24 * step, 60 if step % 2 else 200) for step in range(11)]
    app = visit_drawing(zigzag, look="sure")
    assert "This does not look like a digit." in html(app)
    assert 'data-verdict="none"' in html(app)
    assert "No digit, I think" in html(app)


def test_the_classes_named_are_said_in_words():
    shares = np.full(10, 0.2 / 8)
    shares[[4, 9]] = 0.5, 0.3
    reading = Prediction(tuple("0123456789"), shares, shares, (4, 9), temperature=1.2)
    calibration = Calibration("", message("validation images"), 900, 1.2, 0.99, 0.05, ())
    assert "It may be: 4 or 9." in sure_html(reading, calibration)
    assert "Most likely 4." in sure_html(reading, replace(calibration, threshold=None))


def test_how_often_the_true_class_was_among_those_named_is_said_as_measured_for_each_kind_of_images():
    shares = np.full(10, 0.1)
    prediction = Prediction(tuple("0123456789"), shares, shares, (4, 9), temperature=1.2)
    drawings = Check(message("pen digits"), 900, 0.5, 0.4, 0.05, 0.02, 0.958, 1.1, (), ())
    test_set = replace(drawings, words=message("MNIST’s test images"), n=10_000, coverage=0.991)
    few = replace(drawings, words=message("a few"), coverage=None)
    calibration = Calibration("", message("validation images"), 900, 1.2, 0.99, 0.05, (drawings, test_set, few))
    html = sure_html(prediction, calibration)
    measured = "95.8% of pen digits (900), 99.1% of MNIST’s test images (10,000)"
    assert f"Measured: the digits named here held the true one for {measured}.</small>" in html
    clothes = replace(prediction, class_names=tuple("abcdefghij"))
    assert "the classes named here held the true one for" in sure_html(clothes, calibration)


def test_a_check_s_figures_are_said_in_words_and_drawn(visit, add_run):
    path = add_run("small") / "calibration.json"
    values = json.loads(path.read_text())
    first = values["checks"][0] | {"words": "first", "n": 1000, "raw_error": 0.043, "error": 0.021}
    first |= {"coverage": 0.987, "set_size": 1.324, "bins": bins(0.75), "raw_bins": bins(0.95)}
    second = first | {"words": "second", "n": 2000, "error": 0.03, "bins": bins(0.65), "raw_bins": bins(0.85)}
    path.write_text(
        json.dumps(
            values | {"threshold": 0.05, "level": 0.99, "checks": [first, second], "words": "some images", "n": 1234}
        )
    )
    app = visit()
    app.session_state["reliability"] = True
    app.run()
    assert "A temperature, 2.00, fitted on some images (1,234 in all). It makes the network less confident." in texts(
        app.caption
    )
    assert (
        "On 1,000 images not used for the fit, the expected calibration error, the mean distance of confidence and "
        "accuracy, is 4.3% raw and 2.1% calibrated." in texts(app.caption)
    )
    assert "named for 98.7% of them; the aim is 99%. On average 1.32 classes were named." in texts(app.caption)
    assert drawn(app) == ([0.95], [0.75])
    [choice] = [group for group in app.button_group if group.label == "Measured on"]
    assert choice.options == ["first", "second"]
    choice.set_value("second").run()
    assert "On 2,000 images" in texts(app.caption)
    assert drawn(app) == ([0.85], [0.65])
    path.write_text(json.dumps(json.loads(path.read_text()) | {"temperature": 0.8}))
    assert "It makes the network more confident." in texts(app.run().caption)


def bins(confidence):
    """Bins of which only one holds images, so sure on average."""
    return [[30, confidence, 0.7]] + [[0, 0, 0]] * 14


def drawn(app):
    """How sure the network is by itself and calibrated, in each point of the diagram."""
    _, raw, calibrated = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    return raw["x"], calibrated["x"]


def test_how_much_it_looks_like_a_digit_stands_beside_what_is_needed():
    shares = np.full(10, 0.1)
    reading = Prediction(tuple("0123456789"), shares, shares, (0,), digit_share=0.8, digit_threshold=0.25)
    row = sure_html(reading, None).split("Looks like a digit")[1]
    assert row.startswith("<small>counts as a digit from 25.0%</small>")
    assert '<i style="width:80.0%"></i><u style="left:25.00%"></u>' in row
    assert "<td>80.0%</td>" in row


def test_a_network_in_training_or_of_the_app_is_not_calibrated_by_hand(visit, add_run, tmp_path):
    folder = add_run("small")
    (folder / "calibration.json").unlink()
    write_state(folder, RunState(RUNNING))
    lock = hold_in_queue(folder)
    assert "Calibrate" not in [button.label for button in visit().button]
    lock.release()
    write_state(folder, RunState(FINISHED))
    assert find(visit().button, "Calibrate")
    (tmp_path / "bundled").mkdir()
    folder.rename(tmp_path / "bundled" / "small")
    app = visit()
    assert "not been calibrated" in texts(app.caption)
    assert "Calibrate" not in [button.label for button in app.button]


def test_without_its_data_set_a_network_leads_to_getting_it(visit, add_run):
    (add_run("small", dataset="mnist") / "calibration.json").unlink()
    app = visit()
    assert [link.proto.label for link in app.get("page_link")] == ["Get MNIST"]
    assert "Calibrate" not in [button.label for button in app.button]
