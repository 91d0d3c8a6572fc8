"""How a run learned, on the Evaluate page: made records of epochs, no network is trained."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.datasets import load_split
from core.runs.epoch_files import find_epochs, write_epoch
from core.runs.record import FINISHED, RUNNING, SWEEP_TAG, RunState, write_state
from core.runs.store import RunStore
from core.runs.trained_images import split_as_trained
from core.storage.locks import hold_as_worker
from core.training.epoch_record import EpochRecord, Predicted
from pages.components.evaluate.dynamics import replay_view, view
from pages.components.evaluate.dynamics.reading import why_nothing
from tests.pages.charts import curves
from tests.pages.drawing import find, html, texts
from tests.pages.evaluate.seen import captions, text
from tests.pages.frontend import cell_texts, click_cell, send

N_VAL, N_TRAIN = 144, 1293


@pytest.fixture
def train(tmp_path):
    return load_split("digits", tmp_path, "train")


@pytest.fixture
def val(train, make_run):
    return split_as_trained(make_run("Sizes"), train)[1]


def predict(labels, wrong, confidence=0.75):
    """Right answers but for the images `wrong`, which are taken for the next class."""
    y_pred = labels.astype(np.uint8)
    y_pred[wrong] = (labels[wrong] + 1) % 10
    return Predicted(y_pred, np.full(len(labels), confidence, np.float16))


def make_epoch(epoch, val_predicted, probability=0.9, test=None, n_train=N_TRAIN):
    """A record whose training image 5 is right in even epochs alone, and image 7 never."""
    shares = np.full(n_train, probability, np.float16)
    shares[5], shares[7] = (0.875, 0.125)[epoch % 2], 0.0625
    return EpochRecord(epoch, shares, shares > 0.5, val_predicted, test)


@pytest.fixture
def learned(make_run, val):
    """A run of three epochs, after which the validation images 0 to 9, 0 to 3, and 2 to 4 are wrong."""
    record = make_run("Learned")
    for epoch, wrong in enumerate((range(10), range(4), range(2, 5)), 1):
        write_epoch(record.path, make_epoch(epoch, predict(val.labels, list(wrong))))
    return record


@pytest.fixture
def open_run(visit):
    def open_page(record, **parameters):
        return visit(run=record.id, view="dynamics", **parameters)

    return open_page


def pills(app):
    return find(app.pills, "Which images")


def shown(app):
    """The labels of the gallery's images."""
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    return re.findall('aria-label="(.*?)"', gallery)


def choose_part(app: AppTest, name):
    find(app.pills, "Part").set_value(name).run()
    assert not app.exception
    return app


def test_the_latest_epoch_is_shown_first(open_run, learned):
    app = open_run(learned)
    assert "After epoch **3**: **97.92%** of 144 validation images are right." in text(app)
    assert "Since epoch 2, 2 became right and 1 wrong." in text(app)
    assert pills(app).options == ["Wrong (3)", "Became right (2)", "Became wrong (1)", "Changed often (1)"]
    assert len(captions(app)) == 3


def test_each_epoch_has_its_matrix_and_its_images(open_run, learned, val):
    app = open_run(learned, epoch="1")
    assert "After epoch **1**: **93.06%**" in text(app)
    assert "Since epoch" not in text(app)
    wrong = np.zeros((10, 10), int)
    for label in val.labels[:10]:
        wrong[label, (label + 1) % 10] += 1
    cells = {cell: int(count) for cell, count in cell_texts(app).items() if cell[0] != cell[1]}
    assert cells == {(t, p): wrong[t, p] for t, p in zip(*np.nonzero(wrong), strict=True)}
    find(app.select_slider, "After epoch").set_value(2).run()
    assert "After epoch **2**: **97.22%**" in text(app)
    assert app.query_params["epoch"] == "2"


@pytest.mark.parametrize(
    ("group", "numbers"), [("wrong", [2, 3, 4]), ("right", [0, 1]), ("lost", [4]), ("changed", [4])]
)
def test_images_that_changed(open_run, learned, val, group, numbers):
    app = open_run(learned)
    pills(app).set_value(group).run()
    y_pred = predict(val.labels, [2, 3, 4]).y_pred
    assert shown(app) == [f"Validation image {n}: true {val.labels[n]}, predicted {y_pred[n]}" for n in numbers]


def test_the_surest_and_those_that_changed_most_come_first(open_run, make_run, val):
    record = make_run("Changing")
    # Image 6 changes four times, image 2 twice.
    for epoch, wrong in enumerate(([2, 6], [], [2, 6], [2], [2, 6]), 1):
        predicted = predict(val.labels, wrong)
        predicted.confidence[6] = 0.875
        write_epoch(record.path, make_epoch(epoch, predicted))
    app = open_run(record)
    for group in ("wrong", "changed"):
        pills(app).set_value(group).run()
        assert [entry.split(":")[0] for entry in shown(app)] == ["Validation image 6", "Validation image 2"]


def test_an_image_says_what_it_was_predicted_as_in_all_epochs(open_run, learned, val):
    app = open_run(learned)
    pills(app).set_value("lost").run()
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    label = val.labels[4]
    other = (label + 1) % 10
    assert f"predictions from epoch 1 on: {other}, {label}, {other}" in gallery
    # A validation image has no page of its own.
    assert 'data-image="' not in gallery


def test_of_many_epochs_the_last_ones_are_told(open_run, learned, val, monkeypatch):
    monkeypatch.setattr(replay_view, "_MOST_TOLD", 2)
    app = open_run(learned)
    pills(app).set_value("lost").run()
    label = val.labels[4]
    assert f"predictions from epoch 2 on: {label}, {(label + 1) % 10}" in html(app)


def test_an_earlier_epoch_s_images_have_its_own_predictions(open_run, make_run, val):
    record = make_run()
    write_epoch(record.path, make_epoch(1, predict(val.labels, [3], confidence=0.75)))
    write_epoch(record.path, make_epoch(2, predict(val.labels, [], confidence=0.5)))
    app = open_run(record, epoch="1")
    true, predicted = val.labels[3], (val.labels[3] + 1) % 10
    assert shown(app) == [f"Validation image 3: true {true}, predicted {predicted}"]
    assert captions(app) == [(str(true), str(predicted), "75.0%")]


def test_a_click_on_a_cell_shows_its_images(open_run, learned, val):
    app = open_run(learned)
    label = int(val.labels[4])
    click_cell(app, (label, (label + 1) % 10))
    wanted = [n for n in (2, 3, 4) if val.labels[n] == label]
    assert pills(app).value == "cell"
    assert pills(app).options[-1] == f"{label} → {(label + 1) % 10} ({len(wanted)})"
    assert [int(re.search(r"image (\d+)", entry)[1]) for entry in shown(app)] == wanted
    click_cell(app, None)
    assert pills(app).value == "wrong"


def test_classes_have_their_accuracy_and_its_change(open_run, learned, val):
    app = open_run(learned)
    find(app.pills, "Show").set_value("classes").run()
    table = app.dataframe[0].value.set_index("class")
    right = [np.bincount(np.delete(val.labels, list(wrong)), minlength=10) for wrong in (range(4), range(2, 5))]
    before, now = (100 * count / np.bincount(val.labels, minlength=10) for count in right)
    np.testing.assert_allclose(table["accuracy"], now)
    np.testing.assert_allclose(table["change"], now - before)
    assert [len(curve) for curve in table["epochs"]] == [3] * 10


def test_a_new_epoch_leaves_the_reader_where_they_are(open_run, learned, val):
    app = open_run(learned, epoch="2")
    latest = open_run(learned)
    write_epoch(learned.path, make_epoch(4, predict(val.labels, [0])))
    for page, epoch in ((app, 2), (latest, 4)):
        page.run()
        slider = find(page.select_slider, "After epoch")
        assert (slider.value, list(slider.options)) == (epoch, ["1", "2", "3", "4"])
        assert f"After epoch **{epoch}**" in text(page)


def test_a_run_in_training_is_followed_before_it_is_measured(open_run, make_run, val, timers):
    record = make_run("Running", measured=False)
    write_state(record.path, RunState(RUNNING))
    with hold_as_worker(record.path):
        app = open_run(record)
        assert "as soon as the first epoch is done" in texts(app.info)
        for epoch in (1, 2):
            write_epoch(record.path, make_epoch(epoch, predict(val.labels, [0])))
            app.run()
            assert f"After epoch **{epoch}**" in text(app)
            # There is nothing to slide after a single epoch.
            assert len(app.select_slider) == (epoch > 1)
        assert timers["view"] == 1.0


@pytest.mark.parametrize("change", ["epoch", "end", "nothing"])
def test_the_page_runs_again_after_an_epoch_and_at_the_end(make_run, val, monkeypatch, change):
    record = make_run("Running", measured=False)
    write_epoch(record.path, make_epoch(1, predict(val.labels, [0])))
    write_state(record.path, RunState(RUNNING))
    files, reruns = find_epochs(record.path), []
    monkeypatch.setattr(view, "run_store", lambda: RunStore(record.path.parent))
    monkeypatch.setattr(view.st, "rerun", lambda: reruns.append(change))
    with hold_as_worker(record.path):
        if change == "epoch":
            write_epoch(record.path, make_epoch(2, predict(val.labels, [0])))
        if change == "end":
            write_state(record.path, RunState(FINISHED))
        view._watch(record.id, files)
    assert reruns == [change] * (change != "nothing")


@pytest.mark.parametrize("measured", [True, False])
def test_test_images_of_a_measured_run_lead_to_their_own_page(open_run, make_run, digits, measured):
    record = make_run(measured=measured)
    write_epoch(record.path, make_epoch(1, None, test=predict(digits.labels, [3])))
    app = open_run(record)
    assert "of 360 test images are right" in text(app)
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    assert re.findall('data-image="(.*?)"', gallery) == (["3"] if measured else [])


def test_a_run_that_predicted_nothing_after_its_epochs_says_so(open_run, make_run):
    record = make_run()
    write_epoch(record.path, make_epoch(1, None))
    assert "predicted no images after its epochs" in texts(open_run(record).info)


def test_the_map_has_a_point_for_each_image(open_run, learned):
    app = choose_part(open_run(learned), "map")
    [chart] = app.get("plotly_chart")
    traces = json.loads(chart.proto.spec)["data"]
    assert [(trace["type"], trace["name"]) for trace in traces] == [
        ("scattergl", "Easy"), ("scattergl", "Ambiguous"), ("scattergl", "Hard"),
    ]  # fmt: skip
    assert pills(app).options == ["Easy (1,291)", "Ambiguous (1)", "Hard (1)", "Forgotten (1)", "Never learnt (1)"]
    assert "Epoch 1 does not count" in texts(app.caption)
    assert "are drawn" not in texts(app.caption)


def test_a_large_data_set_s_map_is_thinned_and_says_so(open_run, learned, monkeypatch):
    monkeypatch.setattr("core.charts.evaluation.data_map.data_map_data.__defaults__", (100,))
    app = choose_part(open_run(learned), "map")
    assert "100 of 1,293 images are drawn" in texts(app.caption)


@pytest.mark.parametrize(
    ("group", "number", "share"), [("hard", 7, "6.2%"), ("ambiguous", 5, "50.0%"), ("never", 7, "6.2%")]
)
def test_each_region_shows_its_training_images(open_run, learned, train, group, number, share):
    app = choose_part(open_run(learned), "map")
    pills(app).set_value(group).run()
    assert shown(app) == [f"Training image {number}: true {train.labels[number]}, mean probability {share}"]


@pytest.fixture
def varied(make_run):
    """A run of four epochs, with several images in each group of the map; image 9 was never recorded."""
    record = make_run("Varied")
    probabilities = np.full((4, N_TRAIN), 0.9, np.float16)
    probabilities[:, 2] = 0.95
    probabilities[:, 5] = 0.8, 0.2, 0.2, 0.8
    probabilities[:, 6] = 0.9, 0.1, 0.9, 0.1
    probabilities[:, 7], probabilities[:, 8], probabilities[:, 9] = 0.2, 0.1, np.nan
    probabilities[:, 10] = 0.9, 0.4, 0.9, 0.9
    for epoch, shares in enumerate(probabilities, 1):
        write_epoch(record.path, EpochRecord(epoch, shares, shares > 0.5, None))
    return record


@pytest.mark.parametrize(
    ("group", "first"),
    [("easy", [2, 0]), ("ambiguous", [6, 5]), ("hard", [8, 7]), ("forgotten", [6, 5, 10]), ("never", [8, 7])],
)
def test_the_images_that_a_group_is_named_for_come_first(open_run, varied, group, first):
    app = choose_part(open_run(varied), "map")
    assert pills(app).options[1:] == ["Ambiguous (2)", "Hard (2)", "Forgotten (3)", "Never learnt (2)"]
    pills(app).set_value(group).run()
    assert [int(re.search(r"image (\d+)", entry)[1]) for entry in shown(app)][: len(first)] == first


def test_a_forgotten_image_says_when_it_was_learnt(open_run, learned):
    app = choose_part(open_run(learned), "map")
    pills(app).set_value("forgotten").run()
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    assert "first right in epoch 2; forgotten 1 time" in gallery
    assert 'data-image="' not in gallery


def brush(app, **selection):
    [chart] = app.get("plotly_chart")
    return send(app, chart, {"selection": {"points": [], "point_indices": [], "box": [], "lasso": [], **selection}})


def test_a_brush_shows_the_images_behind_it(open_run, learned):
    app = choose_part(open_run(learned), "map")
    brush(app, box=[{"x": [0.3, 0.4], "y": [0.6, 0.4]}])
    assert (pills(app).value, pills(app).options[0]) == ("brushed", "Selected (1)")
    assert "Training image 5" in shown(app)[0]
    brush(app, lasso=[{"x": [-0.1, 0.1, 0.1, -0.1], "y": [0, 0, 0.5, 0.5]}])
    assert "Training image 7" in shown(app)[0]
    # With Shift several parts are kept.
    brush(app, box=[{"x": [-0.1, 0.1], "y": [0, 0.5]}, {"x": [0.3, 0.4], "y": [0.6, 0.4]}])
    assert "Training image 5" in shown(app)[0]
    brush(app)
    assert pills(app).value == "hard"
    assert pills(app).options[0] == "Easy (1,291)"


def test_new_epochs_wait_while_something_is_selected(open_run, learned, val):
    app = choose_part(open_run(learned), "map")
    brush(app, box=[{"x": [0.3, 0.4], "y": [0.6, 0.4]}])
    before = app.get("plotly_chart")[0].proto.spec
    write_epoch(learned.path, make_epoch(4, predict(val.labels, [0]), probability=0.5))
    app.run()
    assert app.get("plotly_chart")[0].proto.spec == before
    assert "New epochs appear here once nothing is selected" in texts(app.caption)
    brush(app)
    assert app.get("plotly_chart")[0].proto.spec != before
    assert "New epochs appear" not in texts(app.caption)


def test_when_images_were_learnt(open_run, varied):
    app = choose_part(open_run(varied), "map")
    assert "2 never were; 3 were forgotten once or more" in texts(app.caption)


def test_each_epoch_has_a_bar_for_the_images_learnt_in_it(open_run, learned):
    [chart] = choose_part(open_run(learned), "map").get("echarts_chart")
    assert curves(chart) == {"first right": [("1", 1291), ("2", 1)]}
    # There is one kind of bar alone.
    assert not json.loads(chart.proto.spec)["legend"]["show"]


def test_a_run_without_a_record_leads_to_training(open_run, make_run):
    app = open_run(make_run())
    assert "no record of how it learned its single images" in texts(app.info)
    assert "Train a network" in [link.proto.label for link in app.get("page_link")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"bundled": True}, "comes with the app"),
        ({"tags": {SWEEP_TAG: "one"}}, "cells of a sweep"),
        ({"state": RunState(RUNNING)}, "as soon as the first epoch is done"),
        ({}, "older than this view"),
    ],
)
def test_it_says_why_there_is_no_record(make_run, changes, said):
    assert said in str(why_nothing(replace(make_run(), **changes)))


def test_a_damaged_record_is_named(open_run, learned):
    [first, *_] = find_epochs(learned.path)
    first.path.write_bytes(b"nothing")
    app = open_run(learned)
    assert f"{first.path.name} is damaged" in texts(app.error)


@pytest.mark.parametrize("part", ["replay", "map"])
def test_records_of_other_images_are_told(open_run, make_run, part):
    record = make_run()
    write_epoch(record.path, make_epoch(1, predict(np.zeros(9, np.int64), []), n_train=20))
    app = choose_part(open_run(record), part)
    assert re.search("predictions for 9 images; here are 144|trained on 20 images", texts(app.error))


def test_a_run_that_has_gone_meanwhile_is_told(store):
    def page():
        from pages.components.evaluate.dynamics.view import _watch

        _watch("gone", ())

    assert not store.all()
    app = AppTest.from_function(page, default_timeout=30).run()
    assert not app.exception
    assert "There is no run 'gone'." in texts(app.warning)
