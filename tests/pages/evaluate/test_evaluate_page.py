"""The Evaluate page, as a visitor without a browser. The runs are made, so no network is trained or loaded."""

import json
import shutil
from contextlib import ExitStack

import numpy as np
import pytest

from core.evaluation.stored_predictions import load_predictions
from core.runs.record import RUNNING, RunState, write_state
from core.runs.result import RunResult, write_result
from core.storage.arrays import save_arrays
from core.storage.atomic import write_atomically
from core.storage.locks import hold_as_worker
from core.storage.reading import read_json
from tests.made import make_config
from tests.pages.drawing import find, texts
from tests.pages.evaluate.seen import captions, metrics, text
from tests.pages.presenting import is_hidden, present


def test_without_any_network_the_page_leads_to_training(visit):
    app = visit()
    assert app.info[0].value == "There is no trained network yet."
    assert app.get("page_link")


def test_the_classes_have_precision_recall_f1_and_support(visit, make_run, digits):
    make_run()
    app = visit(view="classes")
    table = app.dataframe[0].value.set_index("class")
    true = np.bincount(digits.labels, minlength=10)
    right = true - np.array([1, 0, 0, 0, 5, 0, 0, 0, 0, 0])
    predicted = right + np.array([0, 0, 0, 0, 0, 0, 1, 0, 0, 5])
    expected = {
        "precision": 100 * right / predicted,
        "recall": 100 * right / true,
        "f1": 100 * 2 * right / (true + predicted),
        "support": true,
    }
    assert list(table.columns) == list(expected)
    assert list(table.index) == list("0123456789")
    for name, values in expected.items():
        np.testing.assert_allclose(table[name], values)
    precision, recall, f1 = (f"{expected[name].mean():.2f}%" for name in ("precision", "recall", "f1"))
    means = f"precision {precision} · recall {recall} · F1 {f1}"
    assert app.caption[-1].value == f"Mean over the classes, weighted equally: {means}"
    assert not app.get("plotly_chart")


def test_the_run_in_the_address_is_shown_and_stays_there(visit, make_run):
    first, _ = make_run("First"), make_run("Second")
    app = visit(run=first.id)
    assert find(app.selectbox, "Run").value == first.id
    assert app.query_params["run"] == first.id
    assert not app.warning


def test_an_unknown_run_in_the_address_is_named_and_another_one_shown(visit, make_run):
    make_run("Mine")
    app = visit(run="nonsense")
    assert app.warning[0].value == "There is no run 'nonsense'. Here is “Mine” instead."
    assert captions(app)
    # Said once; the browser replaces the run in the address.
    assert not app.run().warning


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


def test_with_damaged_predictions_the_matrix_still_shows(visit, make_run, tmp_path):
    record = make_run()
    record.predictions_file.write_bytes(b"not predictions")
    app = visit()
    assert f"{record.id}/predictions.safetensors is damaged" in app.error[0].value
    assert app.get("plotly_chart")
    assert metrics(app)["Mistakes"] == "6"
    assert find(app.button, "Measure on the test set")
    # What comes with the app cannot be written to.
    (tmp_path / "bundled").mkdir()
    record.path.rename(tmp_path / "bundled" / record.id)
    app = visit()
    assert "is damaged" in app.error[0].value
    assert "Measure on the test set" not in [button.label for button in app.button]


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


def test_made_predictions_are_read_back_as_they_were(make_run, answers):
    assert np.array_equal(load_predictions(make_run().predictions_file)[0], answers)


def test_without_a_choice_the_first_network_whose_images_are_here_is_shown(visit, make_run, store):
    make_run("One")
    make_run("Other")
    first, here = store.all()
    config = read_json(first.path / "config.json")
    config["config"]["dataset"] = "mnist"
    write_atomically(first.path / "config.json", json.dumps(config))
    app = visit()
    assert find(app.selectbox, "Run").value == here.id
    assert "other writers" in texts(app.caption)


@pytest.fixture
def start(store):
    """Makes a run in training, with weights if wanted."""
    held = ExitStack()

    def make(name, has_weights):
        record = store.create(make_config(), name)
        # As the worker does that trains it.
        held.enter_context(hold_as_worker(record.path))
        if has_weights:
            save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "2"})
        write_state(record.path, RunState(RUNNING))
        return record

    with held:
        yield make


def test_while_a_run_is_in_training_the_page_says_whose_figures_it_shows(visit, make_run, start):
    shown = make_run("Earlier")
    start("Fresh", has_weights=False)
    said = "“Fresh” is running: it has no weights to measure yet."
    assert visit().info[0].value == f"These are the figures of “Earlier”, another of your networks. {said}"
    chosen = visit(run=shown.id).info[0].value
    assert chosen == f"These are the figures of “Earlier”, which you chose. {said}"


def test_a_run_in_training_with_weights_can_be_chosen_instead(visit, make_run, start):
    shown, fresh = make_run("Earlier"), start("Fresh", has_weights=True)
    assert visit(run=shown.id).info[0].value.endswith("“Fresh” is running: choose it to see its weights so far.")
    assert not any("These are the figures of" in info.value for info in visit(run=fresh.id).info)


def test_without_a_run_in_training_nothing_is_said_of_whose_figures_they_are(visit, make_run):
    make_run("Earlier")
    assert not visit().info


def test_while_presenting_the_run_s_name_is_text_and_the_views_stay(visit, make_run):
    make_run("Mine")
    app = visit()
    name = "**Mine · Digits (embedded)**"
    assert name not in [element.value for element in app.markdown]
    present(app)
    [shown] = [element for element in app.markdown if element.value == name]
    assert not is_hidden(app, shown)
    assert is_hidden(app, find(app.selectbox, "Run"))
    views = find(app.button_group, "View")
    assert not is_hidden(app, views)
    assert len(views.options) == 10
