"""The Anatomy page, as a visitor without a browser."""

import base64
import io
import json
import pickle
import re

import numpy as np
import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import settings
from core.data.image_file import save_images
from core.errors import ComputeError
from core.execution.compute_client import ComputeClient
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs.record import FINISHED, RunState, write_state
from core.storage.arrays import save_arrays
from pages.components.anatomy.activations import bars_html
from pages.components.pictures.sprites import make_sprite, scale_html, sprites_html
from pages.components.shell import services as resources
from tests.made import make_config, make_images

NUMBER = "Number (0–359)"
TABS = ("Layers", "Formulas", "Weights", "Activations", "Why an activation?")


@pytest.fixture
def calls(monkeypatch):
    """The computing process is replaced by calls that pickle as it does; holds the names of the functions called."""
    names = []

    def call(_, function, *arguments):
        assert function.__module__.startswith("core.")
        names.append(function.__name__)
        return pickle.loads(pickle.dumps(function(*pickle.loads(pickle.dumps(arguments)))))

    monkeypatch.setattr(ComputeClient, "call", call)
    monkeypatch.setattr(ComputeClient, "start", lambda _: None)
    return names


@pytest.fixture
def add_run(store):
    """Puts a finished run with the fresh weights of its network into the store."""

    def add(name="Small", **changes):
        config = make_config(**changes)
        record = store.create(config, name)
        save_arrays(record.weights_file, create_learner(config).state_dict())
        write_state(record.path, RunState(FINISHED))
        return store.get(record.id)

    return add


@pytest.fixture
def visit(calls, tmp_path, monkeypatch):  # noqa: ARG001 - the computing process shall be replaced first
    """Opens a tab of the page with given parameters in its address; only the embedded digits are there."""
    monkeypatch.setenv(settings.DATA_VARIABLE, str(tmp_path / "data"))
    monkeypatch.setattr(resources, "BUNDLED_RUNS", tmp_path / "none")
    st.cache_resource.clear()
    st.cache_data.clear()

    def open_page(tab="Layers", **parameters) -> AppTest:
        app = AppTest.from_file(settings.PROJECT / "app.py", default_timeout=30)
        app.run()
        app.switch_page("pages/anatomy.py")
        for name, value in parameters.items():
            app.query_params[name] = value
        app.session_state["anatomy_tab"] = tab
        return app.run()

    yield open_page
    st.cache_resource.clear()
    st.cache_data.clear()


def find(elements, label):
    return next(element for element in elements if element.label == label)


def metric(app, label):
    return find(app.metric, label).value


def html(app):
    """All HTML of the page, that in Markdown included."""
    return " ".join([*(element.proto.body for element in app.get("html")), *(str(m.value) for m in app.markdown)])


def texts(elements):
    return " ".join(str(element.value) for element in elements)


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
    assert "64 · 12 · 12 = 9,216" in page
    assert "(9,216 + 1) · 128 = 1,179,776" in page
    assert metric(app, "Parameters") == "1,199,882"


def test_a_run_in_the_address_is_taken_apart(visit, add_run):
    add_run("Other")
    record = add_run("Deep", arch="mlp", options={"hidden": (12, 11)})
    app = visit(run=record.id)
    assert metric(app, "Network") == "MLP 12-11"
    assert "(784 + 1) · 12 = 9,420" in html(app)


def test_an_unknown_run_or_architecture_is_named(visit, add_run):
    add_run()
    assert "no run 'nowhere'" in texts(visit(run="nowhere").warning)
    app = visit(arch="transformer")
    assert "Unknown architecture 'transformer'" in texts(app.warning)
    assert "cnn" in texts(app.warning)
    assert not app.exception


def test_options_change_the_network_and_bad_ones_are_explained(visit):
    app = visit(arch="mlp")
    find(app.text_input, "Hidden layers").set_value("20").run()
    assert metric(app, "Parameters") == "15,910"
    find(app.text_input, "Hidden layers").set_value("20, many").run()
    assert "1 to 8 whole numbers" in texts(app.error)
    assert not app.exception
    assert not app.metric


def test_steps_are_counted_with_the_images_that_a_run_has_of_its_own(visit, store):
    record = store.create(make_config(train_images=0, val_fraction=0.0, epochs=1), "Taught")
    save_images(record.extra_file, make_images(70, 1))
    train_run(record, store.root)
    assert "of 32 images: 3 times an epoch" in texts(visit("Formulas", run=record.id).markdown)


def test_another_architecture_stands_in_the_address(visit):
    app = visit(arch="cnn")
    find(app.selectbox, "Architecture").set_value("softmax").run()
    assert metric(app, "Network") == "Softmax regression"
    assert app.query_params["arch"] == "softmax"


def test_formulas_carry_the_runs_own_values(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (13,)}, optimizer="sgd", lr=0.025, momentum=0.75)
    page = html(visit("Formulas", run=record.id))
    assert r"\mathbf{W}_{1} \in \mathbb{R}^{13 \times 784}" in page
    assert r"v_t = 0.75\; v_{t-1} + g_t" in page
    assert r"\theta_t = \theta_{t-1} - 0.025\; v_t" in page


def test_the_optimizer_of_a_fresh_network_can_be_chosen(visit):
    app = visit("Formulas", arch="mlp")
    find(app.button_group, "Optimizer").set_value("Adadelta").run()
    assert "**Adadelta** changes each of the 118,282 parameters" in texts(app.markdown)
    assert find(visit("Formulas", arch="numpy-mlp").button_group, "Optimizer").options == ["SGD"]


def test_weights_are_paged_and_ordered(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (60,)})
    app = visit("Weights", run=record.id)
    first = captions(app)
    assert len(first) == 48
    assert first != sorted(first, key=int)
    find(app.button_group, "Order").set_value("By number").run()
    assert captions(app) == [str(number) for number in range(48)]


def captions(app):
    return re.findall("<figcaption>(.*?)</figcaption>", html(app))


def test_the_weights_of_a_single_layer_are_named_by_class(visit, add_run):
    app = visit("Weights", run=add_run(arch="softmax").id)
    assert captions(app) == list("0123456789")


def test_filters_are_drawn_3_by_3(visit):
    app = visit("Weights", arch="cnn")
    assert len(captions(app)) == 32
    assert "--shape:3/3" in html(app)


def test_activations_of_a_chosen_class(visit, add_run):
    app = visit("Activations", run=add_run(arch="mlp", options={"hidden": (16,)}).id)
    for _ in range(3):
        find(app.selectbox, "Class").set_value("4").run()
        assert f"Test image {find(app.number_input, NUMBER).value}: 4" in html(app)
        find(app.button, "Shuffle").click().run()
        assert f"Test image {find(app.number_input, NUMBER).value}: 4" in html(app)
    assert "fc1, 16 numbers" in html(app)
    assert not app.exception


def test_shuffling_changes_the_image(visit):
    app = visit("Activations", arch="softmax")
    before = find(app.number_input, NUMBER).value
    find(app.button, "Shuffle").click().run()
    assert find(app.number_input, NUMBER).value != before


def test_without_the_data_files_the_embedded_digits_are_offered(visit, add_run):
    record = add_run(dataset="mnist", arch="softmax")
    app = visit("Activations", run=record.id)
    assert "MNIST is not on this machine yet" in texts(app.markdown)
    next(button for button in app.button if "embedded" in button.label).click().run()
    assert find(app.selectbox, "Images").value == "digits"
    assert "Test image 0:" in html(app)


def test_the_collapse_of_the_runs_own_layers(visit, add_run, calls):
    app = visit("Why an activation?", run=add_run(arch="mlp", options={"hidden": (16, 12)}).id)
    assert "784 → 16 → 12 → 10, against 784 → 10" in texts(app.markdown)
    assert float(metric(app, "With activations").rstrip("%")) >= 0
    find(app.select_slider, "Units in each").set_value(4).run()
    assert "784 → 4 → 4 → 10, against" in texts(app.markdown)
    assert [element.value for element in app.metric if element.label == "Rank"][-1] == "4"
    assert calls.count("collapse_network") == 1, "it is computed once, not at every turn of a slider"


def test_a_single_layer_has_nothing_to_collapse(visit):
    app = visit("Why an activation?", arch="softmax")
    assert all("This network" not in element.value for element in app.subheader)


def test_damaged_weights_and_a_lost_process_are_reported_in_words(visit, add_run, monkeypatch):
    record = add_run()
    record.weights_file.write_bytes(b"nothing")
    for tab in ("Weights", "Activations"):
        app = visit(tab, run=record.id)
        assert "weights.safetensors is damaged" in texts(app.error)
        assert not app.exception

    def fail(*_):
        raise ComputeError("The computing process broke off.")

    monkeypatch.setattr(ComputeClient, "call", fail)
    st.cache_data.clear()
    app = visit(run=record.id)
    assert "The computing process broke off." in texts(app.error)
    assert not app.exception


def test_a_tab_asks_only_for_what_it_shows(visit, add_run, calls):
    visit("Formulas", run=add_run().id)
    assert calls == ["describe"]


def test_bars_tell_right_from_wrong():
    shares = np.array([0.1, 0.7, 0.2], np.float32)
    right = bars_html(shares, ("a", "<b>", "c"), "<b>")
    assert '<div class="right"><span>&lt;b&gt;</span>' in right
    assert "70.0%" in right
    assert '<div class="wrong">' in bars_html(shares, ("a", "<b>", "c"), "c")


def test_sprites_are_one_image_with_a_place_for_each():
    pictures = np.zeros((20, 4, 3, 4), np.uint8)
    page = sprites_html(pictures, 30, [f"<{number}>" for number in range(20)])
    assert page.count("data:image/png") == 1
    places = re.findall(r"background-position:([\d.]+)% ([\d.]+)%", page)
    assert len(set(places)) == 20
    assert "--shape:3/4" in page
    assert "&lt;19&gt;" in page
    assert "<figcaption>" not in page
    assert "0.25" in scale_html(0.25)


def test_a_run_edited_by_hand_is_reported(visit, add_run):
    record = add_run()
    values = json.loads((record.path / "config.json").read_text())
    values["config"]["arch"] = "perceptron"
    (record.path / "config.json").write_text(json.dumps(values))
    app = visit(run=record.id)
    assert "perceptron" in texts(app.warning)
    assert not app.exception


def test_a_sprite_holds_every_picture_at_its_place():
    pictures = np.arange(20, dtype=np.uint8)[:, None, None].repeat(2, 1).repeat(2, 2)
    sprite = make_sprite(pictures)
    sheet = np.asarray(Image.open(io.BytesIO(base64.b64decode(sprite.image.partition(",")[2]))))
    assert sheet.shape == (4, 32)
    assert sprite.zoom == "1600% 200%"
    for number, place in enumerate(sprite.places):
        column, row = (float(share.rstrip("%")) / 100 for share in place.split())
        assert sheet[round(row * 2), round(column * 30)] == number
