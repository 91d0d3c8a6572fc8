"""The map of the test set, as a visitor without a browser. The network is the one of the embedded digits."""

import base64
import json
import re
import shutil

import numpy as np
import pytest
import streamlit as st

from core.embedding.components import principal_components
from core.embedding.layer_values import layer_values
from core.embedding.maps import compute_components, compute_tsne, find_tsne
from core.evaluation.stored_predictions import load_test_predictions
from core.execution.compute_client import ComputeClient
from core.runs.record import read_run
from core.settings import BUNDLED_RUNS
from core.steps import finish
from core.storage.arrays import save_arrays
from pages.components.evaluate.map.hover import make_sheet
from tests.pages.calls import MadeCall
from tests.pages.drawing import find, texts
from tests.pages.evaluate.seen import text
from tests.pages.frontend import send


@pytest.fixture
def record(store):
    shutil.copytree(BUNDLED_RUNS / "embedded-digits", store.root / "copy")
    return read_run(store.root / "copy")


@pytest.fixture
def asked(monkeypatch):
    """The calls that the compute process was asked for, with their functions and arguments; the test ends them."""
    calls = []

    def start_long_call(_, function, *args, **_options):
        calls.append((function, args, MadeCall()))
        return calls[-1][-1]

    monkeypatch.setattr(ComputeClient, "call", lambda _, function, *args: function(*args))
    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    st.cache_data.clear()
    return calls


def end(app, asked):
    """Let the last call do its work."""
    function, args, call = asked[-1]
    call.end(finish(function(*args)))
    app.run()
    assert not app.exception
    return app


@pytest.fixture
def kept(record, tmp_path):
    """The components of the outputs, which are there already."""
    finish(compute_components(record, tmp_path, "outputs"))


@pytest.fixture
def open_map(visit, record, asked):
    assert not asked
    return lambda **parameters: visit(view="map", run=record.id, **parameters)


def decode(values):
    """A list of numbers as Plotly packs them."""
    return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"]).tolist()


def traces(app):
    """The name, the test images and the places of each trace."""
    [chart] = app.get("plotly_chart")
    traces = json.loads(chart.proto.spec)["data"]
    return [(trace["name"], *(decode(trace[name]) for name in ("customdata", "x", "y"))) for trace in traces]


def points(app):
    """The place of each test image."""
    return {number: (x, y) for _, *columns in traces(app) for number, x, y in zip(*columns, strict=True)}


def test_the_principal_components_are_computed_by_themselves_and_kept(open_map, digits, asked):
    app = open_map(of="pixels")
    assert not app.get("plotly_chart")
    [bar] = app.get("progress")
    assert bar.proto.text == "0% done"
    assert [function for function, *_ in asked] == [compute_components]
    app = end(app, asked)
    values = principal_components(digits.images.reshape(360, -1) / np.float32(255)).values
    shown = points(app)
    np.testing.assert_allclose([shown[i] for i in range(360)], values[:, :2], atol=1e-2)
    assert re.search(r"They hold \d+% of the variance", texts(app.caption))
    open_map(of="pixels")
    assert len(asked) == 1


def test_the_principal_components_can_be_cancelled_and_asked_for_again(open_map, asked):
    app = open_map()
    find(app.button, "Cancel").click().run()
    assert asked[0][-1].cancelled
    app.run()
    assert len(asked) == 1
    find(app.button, "Compute the map").click().run()
    assert len(points(end(app, asked))) == 360


@pytest.mark.usefixtures("kept")
def test_a_choice_of_colours_keeps_the_places(open_map):
    by_class = open_map()
    assert [name for name, *_ in traces(by_class)] == list("0123456789")
    by_right = open_map(colour="right")
    assert [name for name, *_ in traces(by_right)] == ["right", "wrong"]
    assert points(by_class) == points(by_right)
    assert len(points(by_class)) == 360


def select(app, numbers):
    [chart] = app.get("plotly_chart")
    selected = [{"x": 0, "y": 0, "customdata": number} for number in numbers]
    return send(app, chart, {"selection": {"points": selected, "point_indices": [], "box": [], "lasso": []}})


def labels(app):
    galleries = [html.proto.body for html in app.get("html") if "lab-gallery" in html.proto.body]
    return [int(found) for gallery in galleries for found in re.findall(r'aria-label="Test image (\d+):', gallery)]


@pytest.mark.usefixtures("kept")
def test_selected_points_show_their_images_and_how_many_are_mistakes(open_map):
    app = open_map(colour="right")
    assert "Draw around points" in texts(app.caption)
    (_, right, *_), (_, wrong, *_) = traces(app)
    right = right[:3]
    app = select(app, [*right, *wrong[:2]])
    # The mistakes come first.
    assert sorted(labels(app)[:2]) == sorted(wrong[:2])
    assert sorted(labels(app)) == sorted([*right, *wrong[:2]])
    assert "**5** images selected. 2 are mistakes." in text(app)
    app = select(app, [])
    assert labels(app) == []
    assert "Draw around points" in texts(app.caption)


def test_t_sne_is_computed_on_request_and_kept(open_map, record, asked):
    app = open_map(method="tsne")
    explained = "t-SNE puts images beside each other that are near each other"
    assert explained in texts(app.markdown)
    assert not app.get("plotly_chart")
    find(app.button, "Compute the map").click().run()
    assert [function for function, *_ in asked] == [compute_tsne]
    assert [button.label for button in app.button if button.label == "Cancel"]
    end(app, asked)
    places = find_tsne(record, "outputs")
    np.testing.assert_allclose([points(app)[i] for i in range(360)], places, rtol=1e-5)
    assert "t-SNE keeps neighbours, not distances" in texts(app.caption)
    app = open_map(method="tsne")
    assert len(points(app)) == 360
    assert explained not in texts(app.markdown)
    assert len(asked) == 1


def test_a_map_of_any_layer_is_computed_on_request_and_kept(open_map, record, digits, asked):
    app = open_map()
    box = find(app.selectbox, "Based on")
    assert box.options[:3] == ["Outputs, the logits", "Features, before the last layer", "Pixels"]
    layer = box.options[3]
    app = open_map(of=layer)
    assert len(asked) == 1
    assert not app.get("plotly_chart")
    find(app.button, "Compute the map").click().run()
    end(app, asked)
    values = principal_components(finish(layer_values(record.path, digits.images, layer))).values
    np.testing.assert_allclose([points(app)[i] for i in range(360)], values[:, :2], atol=1e-2)
    assert len(points(open_map(of=layer))) == 360


@pytest.mark.usefixtures("kept")
def test_an_unknown_layer_in_the_address_is_named(open_map):
    app = open_map(of="conv9")
    known = "known: outputs, features, pixels"
    assert app.warning[0].value.startswith(f"Based on: 'conv9' in the address is unknown; {known}")
    assert len(points(app)) == 360


def test_an_unknown_choice_in_the_address_is_named(open_map):
    assert "'umap' in the address is unknown" in open_map(method="umap").warning[0].value


def test_damaged_predictions_are_named(open_map, record):
    record.predictions_file.write_bytes(b"nothing")
    app = open_map()
    assert "copy/predictions.safetensors is damaged" in app.error[0].value


def test_the_sheet_has_each_image_at_its_place():
    images = np.random.default_rng(1).integers(0, 256, (230, 4, 4), np.uint8)
    sheet = make_sheet(images)
    assert sheet.shape == (12, 400)
    for number in (0, 99, 100, 229):
        top, left = 4 * (number // 100), 4 * (number % 100)
        assert np.array_equal(sheet[top : top + 4, left : left + 4], images[number])
    assert not sheet[8:, 4 * 30 :].any()


def copy_run(store, name):
    shutil.copytree(store.root / "copy", store.root / name)
    return read_run(store.root / name)


@pytest.mark.usefixtures("kept")
def test_colours_of_the_difficulty_count_the_networks_that_misclassify_an_image(open_map, store, digits):
    other, damaged = copy_run(store, "other"), copy_run(store, "damaged")
    probabilities = np.eye(10, dtype=np.float32)[digits.labels]
    probabilities[:5] = np.roll(probabilities[:5], 1, 1)
    save_arrays(other.predictions_file, {"probabilities": probabilities})
    damaged.predictions_file.write_bytes(b"nothing")
    # A sweep's trials are many and alike.
    trial = copy_run(store, "trial").path / "config.json"
    trial.write_text(json.dumps(json.loads(trial.read_text()) | {"tags": {"sweep": "mine"}}))
    app = open_map(colour="difficulty")
    assert not app.error
    own = load_test_predictions(read_run(store.root / "copy"), digits).argmax(1) != digits.labels
    wrong = own + (np.arange(360) < 5)
    [chart] = app.get("plotly_chart")
    [trace] = json.loads(chart.proto.spec)["data"]
    shown = dict(zip(decode(trace["customdata"]), decode(trace["marker"]["color"]), strict=True))
    assert [shown[i] for i in range(360)] == wrong.tolist()
    both, none = int((wrong == 2).sum()), int((wrong == 0).sum())
    assert "how many of the 2 networks" in texts(app.caption)
    assert f"All of them misclassify {both} images, none of them {none}." in texts(app.caption)


@pytest.mark.usefixtures("kept")
def test_the_difficulty_for_a_single_network_says_that_it_is_the_only_one(open_map):
    assert "Only this one was measured" in texts(open_map(colour="difficulty").caption)
