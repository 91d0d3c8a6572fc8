"""The Evaluate page, as a visitor without a browser. The runs are made, so no network is trained or loaded."""

import re
import shutil

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core import settings
from core.data.datasets import load_split
from core.evaluation.measure import evaluate_run, load_predictions
from core.execution.compute_client import ComputeClient
from core.metrics.classification import count_confusion, score
from core.runs.record import FINISHED, STOPPED, RunResult, RunState, write_result, write_state
from core.storage.arrays import save_arrays
from pages.components.shell import services as resources
from tests.made import make_config

# Test images of the embedded digits that the made network gets wrong: predicted class and its confidence.
_NINES_FOR_FOURS = 5


@pytest.fixture
def digits(tmp_path):
    return load_split("digits", tmp_path, "test")


@pytest.fixture
def answers(digits):
    """Probabilities of a network that takes the first five 4s for 9s, each more surely, and one 0 for a 6."""
    probabilities = np.full((len(digits), 10), 0.01, np.float32)
    probabilities[np.arange(len(digits)), digits.labels] = 0.91
    for rank, i in enumerate(np.flatnonzero(digits.labels == 4)[:_NINES_FOR_FOURS]):
        give(probabilities, i, true=4, predicted=9, confidence=0.60 + 0.05 * rank)
    give(probabilities, np.flatnonzero(digits.labels == 0)[0], true=0, predicted=6, confidence=0.55)
    return probabilities


def give(probabilities, i, true, predicted, confidence):
    probabilities[i] = 0.0
    probabilities[i, predicted] = confidence
    probabilities[i, true] = 1 - confidence


def make_result(labels, probabilities):
    result = score(labels, probabilities)
    confusion = tuple(map(tuple, count_confusion(labels, probabilities.argmax(1)).tolist()))
    return RunResult(2, 2, None, None, result.accuracy, result.loss, len(labels), 10, 1.0, "cpu", confusion)


@pytest.fixture
def make_run(store, digits, answers):
    """Makes a run with weights (of no use) and, if wanted, with what was measured."""

    def make(name="Made", measured=True):
        record = store.create(make_config(), name)
        save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "2"})
        write_state(record.path, RunState(FINISHED if measured else STOPPED))
        if measured:
            save_arrays(record.predictions_file, {"probabilities": answers})
            write_result(record.path, make_result(digits.labels, answers))
        return store.get(record.id)

    return make


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """Opens the Evaluate page; no bundled networks and no data but the embedded digits are there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "bundled")
    monkeypatch.setattr(resources, "warm_up", lambda: None)
    st.cache_resource.clear()

    def open_page(**parameters):
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30).run()
        app.switch_page("pages/evaluate.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        app.run()
        assert not app.exception
        return app

    yield open_page
    st.cache_resource.clear()


def find(elements, label):
    return next(element for element in elements if element.label == label)


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


def captions(app):
    """What stands under the images of the gallery: true class, predicted class, confidence."""
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    pattern = r"<figcaption>(.+?) → <span.*?>(.+?)</span><small>(.+?)</small>"
    return re.findall(pattern, gallery)


def choose(app, true=None, predicted=None):
    find(app.selectbox, "True").set_value(true)
    find(app.selectbox, "Predicted").set_value(predicted)
    app.run()
    assert not app.exception
    return app


def text(app):
    return " ".join(element.value for element in app.markdown)


def test_without_any_network_the_page_leads_to_training(visit):
    app = visit()
    assert app.info[0].value == "There is no trained network yet."
    assert app.get("page_link")


def test_the_worst_mistakes_are_what_one_sees_first(visit, make_run):
    make_run()
    app = visit()
    assert metrics(app) == {"Test accuracy": f"{354 / 360:.2%}", "Test loss": app.metric[1].value, "Mistakes": "6"}
    assert float(app.metric[1].value) > 0
    assert "**6** mistakes in all. Those whose true class got least come first." in text(app)
    assert captions(app) == [("4", "9", share) for share in ("80%", "75%", "70%", "65%", "60%")] + [("0", "6", "55%")]
    assert app.get("plotly_chart")


def test_choosing_a_cell_shows_its_images(visit, make_run):
    make_run()
    app = choose(visit(), 0, 6)
    assert captions(app) == [("0", "6", "55%")]
    assert "**1** image of **0**, taken for **6**." in text(app)


@pytest.mark.parametrize(("true", "predicted"), [(4, None), (None, 9)])
def test_choosing_one_class_shows_its_mistakes_only(visit, make_run, true, predicted):
    make_run()
    assert [caption[:2] for caption in captions(choose(visit(), true, predicted))] == [("4", "9")] * 5


def test_choosing_a_cell_of_the_diagonal_shows_what_was_recognised(visit, make_run, digits):
    make_run()
    app = choose(visit(), 4, 4)
    count = int((digits.labels == 4).sum()) - _NINES_FOR_FOURS
    assert f"**{count}** images of **4**, recognised." in text(app)
    assert captions(app) == [("4", "4", "91%")] * min(count, 36)


def test_a_cell_without_images_says_so(visit, make_run):
    make_run()
    app = choose(visit(), 1, 2)
    assert "**0** images of **1**, taken for **2**." in text(app)
    assert not [html for html in app.get("html") if "<figure" in html.proto.body]


def test_the_most_confused_pair_is_one_click_away(visit, make_run):
    make_run()
    app = visit()
    assert [button.label for button in app.button] == ["4 → 9 (5)", "0 → 6 (1)"]
    find(app.button, "4 → 9 (5)").click().run()
    assert len(captions(app)) == 5
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (4, 9)
    find(app.button, "Show all mistakes").click().run()
    assert len(captions(app)) == 6


def test_many_images_come_in_pages(visit, make_run, digits, answers):
    give_up = np.flatnonzero(digits.labels == 7)
    for i in give_up:
        give(answers, i, true=7, predicted=1, confidence=0.52)
    make_run()
    app = visit()
    assert len(captions(app)) == 36
    app.get("pagination")[0].set_value(2).run()
    assert len(captions(app)) == 6 + len(give_up) - 36
    assert set(captions(app)) == {("7", "1", "52%")}


def test_shares_and_a_hidden_diagonal_can_be_chosen(visit, make_run):
    make_run()
    app = visit()
    before = app.get("plotly_chart")[0].proto.spec
    find(app.toggle, "Hide diagonal").set_value(True).run()
    hidden = app.get("plotly_chart")[0].proto.spec
    app.get("button_group")[0].set_value("true").run()
    shares = app.get("plotly_chart")[0].proto.spec
    assert not app.exception
    assert len({before, hidden, shares}) == 3


def test_the_classes_have_precision_recall_f1_and_support(visit, make_run, digits):
    make_run()
    app = visit()
    app.session_state["evaluate_tab"] = "Classes"
    table = app.run().dataframe[0].value.set_index("Class")
    nines, fours = int((digits.labels == 9).sum()), int((digits.labels == 4).sum())
    assert table.loc["9", "Precision"] == pytest.approx(100 * nines / (nines + 5))
    assert table.loc["4", "Recall"] == pytest.approx(100 * (fours - 5) / fours)
    assert table.loc["4", "Support"] == fours
    assert not app.get("plotly_chart")


def test_the_run_in_the_address_is_shown_and_stays_there(visit, make_run):
    first, _ = make_run("First"), make_run("Second")
    app = visit(run=first.id)
    assert find(app.selectbox, "Run").value == first.id
    assert app.query_params["run"] == first.id
    assert not app.warning


def test_an_unknown_run_in_the_address_is_named_and_another_one_shown(visit, make_run):
    record = make_run("Mine")
    app = visit(run="nonsense")
    assert app.warning[0].value == "There is no run 'nonsense'. Here is “Mine” instead."
    assert app.query_params["run"] == record.id
    assert captions(app)


def test_a_run_with_a_damaged_card_is_named(visit, make_run):
    record = make_run()
    (record.path / "card.json").write_text("{")
    app = visit(run=record.id)
    assert app.warning[0].value.startswith(f"{record.id}/card.json")


def test_a_confusion_matrix_of_another_size_is_named(visit, make_run):
    record = make_run()
    write_result(record.path, RunResult(2, 2, None, None, 0.5, 1.0, 4, 10, 1.0, "cpu", ((1, 1), (1, 1))))
    app = visit()
    assert app.error[0].value == f"The confusion matrix in {record.id}/card.json is 2×2; it must be 10×10."
    assert find(app.button, "Measure on the test set")


def test_with_damaged_predictions_the_matrix_still_shows(visit, make_run):
    record = make_run()
    record.predictions_file.write_bytes(b"not predictions")
    app = visit()
    assert f"{record.id}/predictions.safetensors is damaged" in app.error[0].value
    assert app.get("plotly_chart")
    assert metrics(app)["Mistakes"] == "6"
    assert find(app.button, "Measure on the test set")


def test_predictions_for_other_images_are_refused(visit, make_run, answers):
    record = make_run()
    save_arrays(record.predictions_file, {"probabilities": answers[:100]})
    assert "for 100 images, but the test set has 10 and 360" in visit().error[0].value


def test_without_its_data_a_run_still_shows_its_matrix(visit, make_run, store):
    record = make_run()
    shutil.copytree(record.path, store.root / "of-mnist")
    config = store.root / "of-mnist" / "config.json"
    config.write_text(config.read_text().replace('"dataset": "digits"', '"dataset": "mnist"'))
    app = visit(run="of-mnist")
    assert metrics(app)["Mistakes"] == "6"
    assert app.get("plotly_chart")
    assert "MNIST is not on this machine yet" in text(app)
    assert find(app.button, "Download")


@pytest.fixture
def calls(monkeypatch, digits, answers):
    """Lets the computing process measure without being there; holds what it was asked."""
    asked = []

    def call_in_new_child(_, function, path, root):
        asked.append((function, path, root))
        save_arrays(path / "predictions.safetensors", {"probabilities": answers})
        write_result(path, make_result(digits.labels, answers))

    monkeypatch.setattr(ComputeClient, "call_in_new_child", call_in_new_child)
    return asked


def test_a_run_that_was_not_measured_can_be(visit, make_run, calls):
    record = make_run(measured=False)
    app = visit()
    assert "has not been measured" in app.info[0].value
    assert not app.metric
    find(app.button, "Measure on the test set").click().run()
    assert calls == [(evaluate_run, record.path, settings.data_root())]
    assert metrics(app)["Mistakes"] == "6"
    assert len(captions(app)) == 6


def test_a_failed_measurement_says_why(visit, make_run, monkeypatch):
    make_run(measured=False)

    def call_in_new_child(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(ComputeClient, "call_in_new_child", call_in_new_child)
    app = visit()
    find(app.button, "Measure on the test set").click().run()
    assert not app.exception
    assert app.error[0].value == "No space left on device"


def test_figures_of_older_weights_can_be_brought_up_to_date(visit, make_run, calls):
    record = make_run()
    save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "7"})
    write_state(record.path, RunState(STOPPED))
    app = visit()
    assert "has been trained further" in app.info[0].value
    assert len(captions(app)) == 6
    find(app.button, "Measure on the test set").click().run()
    assert len(calls) == 1


def test_made_predictions_are_read_back_as_they_were(make_run, answers):
    assert np.array_equal(load_predictions(make_run().predictions_file), answers)
