"""The Anatomy page, as a visitor without a browser."""

import json
import re

import pytest
import streamlit as st

from core.data.catalog import DATASETS
from core.errors import ComputeError
from core.execution.compute_client import ComputeClient
from core.runs.result import write_result
from models import MODELS
from pages.components.anatomy import network_choice
from tests.pages.anatomy.seen import html, metric
from tests.pages.drawing import find, texts
from tests.pages.made_runs import make_result
from tests.pages.presenting import is_hidden, present

TABS = ("Layers", "Formulas", "Weights", "Activations", "Why an activation?")


def test_without_a_run_the_page_says_so_and_offers_a_fresh_network(visit):
    app = visit()
    assert not app.exception
    assert "no trained network yet" in texts(app.info)
    find(app.button_group, "Look into").set_value("A fresh one").run()
    assert not app.exception
    assert metric(app, "Network") == "Softmax regression"
    assert metric(app, "Parameters") == "7,850"


@pytest.mark.parametrize("arch", ["mlp", "numpy-mlp", "mlp-scratch", "softmax", "cnn"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_of_every_architecture_is_drawn(visit, arch, tab):
    app = visit(tab, arch=arch)
    assert not app.exception
    assert not app.error
    assert app.query_params["arch"] == arch


def test_the_layers_of_the_convolutional_network(visit):
    app = visit(arch="cnn")
    page = html(app)
    assert "<svg" in page
    assert metric(app, "Parameters") == "1,199,882"
    cells = [re.sub("<.*?>", "|", row) for row in re.findall(r"<tbody>(.*)</tbody>", page)[0].split("</tr>")]
    rows = [[cell for cell in row.split("|") if cell] for row in cells if row]
    names = "conv1 relu1 conv2 maxpool relu2 dropout1 flatten fc1 relu3 dropout2 fc2 softmax"
    assert [row[0] for row in rows] == names.split()
    conv, dense = rows[0], rows[7]
    assert conv[1:] == [
        "Convolution 3×3",
        "32 filters, each looking at 3×3 pixels at a time.",
        "32 × 26 × 26",
        "28 − 3 + 1 = 26",
        "(3·3·1 + 1) · 32 = 320",
        "320",
    ]
    assert (dense[1], dense[3], dense[-1]) == ("Fully connected", "128", "1,179,776")
    assert "64 · 12 · 12 = 9,216" in rows[6][-1]
    assert "(9,216 + 1) · 128 = 1,179,776" in page


def test_a_run_in_the_address_is_taken_apart(visit, add_run):
    add_run("Other")
    record = add_run("Deep", arch="mlp", options={"hidden": (12, 11)})
    assert "Test accuracy" not in [each.label for each in visit(run=record.id).metric]
    write_result(record.path, make_result())
    app = visit(run=record.id)
    assert metric(app, "Network") == "MLP 12-11"
    assert metric(app, "Test accuracy") == "87.65%"
    assert "(784 + 1) · 12 = 9,420" in html(app)


def test_an_unknown_run_or_architecture_is_named(visit, add_run):
    add_run()
    assert "no run 'nowhere'" in texts(visit(run="nowhere").warning)
    app = visit(arch="transformer")
    assert "Architecture: 'transformer' in the address is unknown; known: softmax, mlp" in texts(app.warning)
    assert "cnn" in texts(app.warning)
    assert not app.exception


def test_options_change_the_network_and_bad_ones_are_explained(visit):
    app = visit(arch="mlp")
    find(app.text_input, "Hidden layers").set_value("20").run()
    assert metric(app, "Parameters") == "15,910"
    # Another architecture's options are its own.
    find(app.selectbox, "Architecture").set_value("numpy-mlp").run()
    assert metric(app, "Network") == "NumPy MLP 128-128"
    find(app.selectbox, "Architecture").set_value("mlp").run()
    assert metric(app, "Parameters") == "15,910"
    find(app.text_input, "Hidden layers").set_value("20, many").run()
    assert "1 to 8 whole numbers" in texts(app.error)
    assert not app.exception
    assert not app.metric


def test_another_architecture_stands_in_the_address(visit):
    app = visit(arch="cnn")
    box = find(app.selectbox, "Architecture")
    assert box.options == [architecture.title for architecture in MODELS.values()]
    box.set_value("softmax").run()
    assert metric(app, "Network") == "Softmax regression"
    assert app.query_params["arch"] == "softmax"


def test_the_address_has_either_a_run_or_an_architecture(visit, add_run):
    record = add_run()
    app = visit(run=record.id)
    find(app.button_group, "Look into").set_value("A fresh one").run()
    assert ("run" in app.query_params, app.query_params["arch"]) == (False, next(iter(MODELS)))
    find(app.button_group, "Look into").set_value("A trained network").run()
    assert not app.exception
    assert metric(app, "Network") == "Softmax regression"
    assert "arch" not in app.query_params
    assert "run" not in visit(arch="mlp", run=record.id).query_params


def test_a_link_to_a_run_leads_from_the_fresh_network_that_was_chosen_before(visit, add_run):
    record = add_run()
    app = visit(arch="mlp")

    def come_back(**parameters):
        app.switch_page("pages/home.py").run()
        app.switch_page("pages/anatomy.py")
        app.query_params.clear()
        app.query_params.update(parameters)
        app.run()
        return find(app.button_group, "Look into").value, metric(app, "Network")

    assert come_back() == ("fresh", "MLP 128-128")
    assert come_back(run=record.id) == ("trained", "Softmax regression")
    assert come_back(arch="mlp", run=record.id) == ("fresh", "MLP 128-128")


@pytest.mark.parametrize(("is_here", "title"), [(True, "MNIST"), (False, "Digits (embedded)")])
def test_a_fresh_network_is_for_mnist_where_that_is_at_hand(visit, monkeypatch, is_here, title):
    monkeypatch.setattr(network_choice, "is_available", lambda *_: is_here)
    images = find(visit("Activations", arch="softmax").selectbox, "Images")
    assert images.options == [info.title for info in DATASETS.values()]
    assert DATASETS[images.value].title == title


def test_damaged_weights_and_a_lost_process_are_reported_in_words(visit, add_run, monkeypatch):
    record = add_run()
    record.weights_file.write_bytes(b"nothing")
    for tab in ("Weights", "Activations"):
        app = visit(tab, run=record.id)
        assert "weights.safetensors is damaged" in texts(app.error)
        assert not app.exception

    def fail(*_):
        raise ComputeError("The compute process broke off.")

    monkeypatch.setattr(ComputeClient, "call", fail)
    st.cache_data.clear()
    app = visit(run=record.id)
    assert "The compute process broke off." in texts(app.error)
    assert not app.exception


def test_a_tab_asks_only_for_what_it_shows(visit, add_run, calls):
    visit("Formulas", run=add_run().id)
    assert calls == ["describe"]


def test_a_run_edited_by_hand_is_reported(visit, add_run):
    record = add_run()
    values = json.loads((record.path / "config.json").read_text())
    values["config"]["arch"] = "perceptron"
    (record.path / "config.json").write_text(json.dumps(values))
    app = visit(run=record.id)
    assert "perceptron" in texts(app.warning)
    assert not app.exception


def test_while_presenting_the_network_s_name_is_text(visit, add_run):
    add_run("Mine")
    app = present(visit())
    [shown] = [element for element in app.markdown if element.value.startswith("**Mine")]
    assert not is_hidden(app, shown)
    assert is_hidden(app, find(app.selectbox, "Run"))
