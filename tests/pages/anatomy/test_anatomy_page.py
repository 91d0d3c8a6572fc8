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
from core.anatomy.formulas import formulas
from core.anatomy.inside import collapse_network, describe, first_weights, look_inside
from core.anatomy.updates import update
from core.charts.bends import bends_data
from core.charts.signed import signed_pixels
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.data.datasets import load_split
from core.data.image_file import save_images
from core.errors import ComputeError
from core.execution.compute_client import HostClient
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs.record import FINISHED, RunState, write_card, write_state
from core.storage.arrays import save_arrays
from models import MODELS
from pages.components.anatomy import collapse, network_choice
from pages.components.anatomy.activations import bars_html
from pages.components.pictures.sprites import make_sprite, scale_html, sprites_html
from pages.components.shell import services as resources
from tests.made import make_config, make_images
from tests.pages.charts import curves
from tests.pages.made_runs import make_card
from tests.pages.pictures import tiles

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

    monkeypatch.setattr(HostClient, "call", call)
    monkeypatch.setattr(HostClient, "start", lambda _: None)
    return names


@pytest.fixture
def add_run(store):
    """Puts a finished run with the fresh weights of its network into the store."""

    def add(name="Small", **changes):
        config = make_config(**changes)
        record = store.create(config, name)
        save_arrays(record.weights, create_learner(config).state_dict())
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
    write_card(record.path, make_card())
    app = visit(run=record.id)
    assert metric(app, "Network") == "MLP 12-11"
    assert metric(app, "Test accuracy") == "87.65%"
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
    save_images(record.extra, make_images(70, 1))
    train_run(record, store.root)
    assert "of 32 images: 3 times an epoch" in texts(visit("Formulas", run=record.id).markdown)


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


@pytest.mark.parametrize(("is_here", "title"), [(True, "MNIST"), (False, "Digits (embedded)")])
def test_a_fresh_network_is_for_mnist_where_that_is_at_hand(visit, monkeypatch, is_here, title):
    monkeypatch.setattr(network_choice, "is_available", lambda *_: is_here)
    images = find(visit("Activations", arch="softmax").selectbox, "Images")
    assert images.options == [info.title for info in DATASETS.values()]
    assert DATASETS[images.value].title == title


def test_formulas_carry_the_runs_own_values(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (13,)}, optimizer="sgd", lr=0.025, momentum=0.75)
    page = html(visit("Formulas", run=record.id))
    assert r"\mathbf{W}_{1} \in \mathbb{R}^{13 \times 784}" in page
    assert r"v_t = 0.75\; v_{t-1} + g_t" in page
    assert r"\theta_t = \theta_{t-1} - 0.025\; v_t" in page


def test_each_layer_has_its_own_formulas_forward_and_backward(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (13,)}, schedule="step", gamma=0.5, step_size=3)
    app = visit("Formulas", run=record.id)
    anatomy = describe(record.config)
    assert [expander.label for expander in app.expander] == [
        "**Flatten** · 1 × 28 × 28 → 784",
        "**fc1** · Fully connected · 784 → 13",
        "**ReLU** · 13",
        "**fc2** · Fully connected · 13 → 10",
        "**Softmax and loss** · 10",
    ]
    for expander, lines in zip(app.expander, formulas(anatomy, record.config.batch_size), strict=True):
        shown = [column.markdown[0].value if column.markdown else "" for column in expander.columns]
        assert shown == ["\n\n".join(f"$$\n{line}\n$$" for line in side) for side in (lines.forward, lines.backward)]
    values = update(record.config)
    assert [f"$$\n{line}\n$$" for line in (*values.values, values.schedule)] == str(app.markdown[-1].value).split(
        "\n\n"
    )


def test_the_optimizer_of_a_fresh_network_can_be_chosen(visit):
    app = visit("Formulas", arch="mlp")
    names = find(app.button_group, "Optimizer").options
    assert names == ["SGD", "Momentum", "Adam", "AdamW", "Adadelta"]
    titles = ("Plain SGD", "SGD with momentum", "Adam", "AdamW", "Adadelta")
    for name, title in zip(names, titles, strict=True):
        find(app.button_group, "Optimizer").set_value(name).run()
        assert f"**{title}** changes each of the 118,282 parameters" in texts(app.markdown)
    assert find(visit("Formulas", arch="numpy-mlp").button_group, "Optimizer").options == ["SGD"]


def test_weights_are_paged_and_ordered(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (60,)})
    weights = first_weights(record.config, record.path)
    order = np.argsort(-weights.strength)
    app = visit("Weights", run=record.id)
    check_weights(app, weights, order[:48])
    app.get("pagination")[0].set_value(2).run()
    check_weights(app, weights, order[48:])
    app.get("pagination")[0].set_value(1).run()
    find(app.button_group, "Order").set_value("By number").run()
    check_weights(app, weights, range(48))


def check_weights(app, weights, numbers, names=None):
    """Each picture is of the unit named below it, coloured up to the largest weights of all."""
    limit = float(np.quantile(np.abs(weights.pictures), 0.998))
    for tile, number in zip(tiles(html(app)), numbers, strict=True):
        name = names[number] if names else str(number)
        assert tile.caption == name
        assert tile.label == f"{weights.layer}, {name}: strength {weights.strength[number]:.3g}"
        np.testing.assert_array_equal(tile.pixels, signed_pixels(weights.pictures[number], limit))


def test_the_weights_of_a_single_layer_are_named_by_class(visit, add_run):
    record = add_run(arch="softmax", dataset="fashion-mnist")
    names = DATASETS["fashion-mnist"].class_names
    check_weights(visit("Weights", run=record.id), first_weights(record.config, record.path), range(10), names)


def test_filters_are_drawn_3_by_3(visit):
    app = visit("Weights", arch="cnn")
    assert len(tiles(html(app))) == 32
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


def test_the_image_its_layers_and_its_answer_belong_together(visit, add_run):
    add_run("Other", arch="mlp", options={"hidden": (16,)}, seed=9)
    record = add_run(arch="mlp", options={"hidden": (16,)})
    test = load_split("digits", settings.data_root(), "test")
    read = create_learner(record.config).predict_proba(test.images).argmax(1)
    number = int(np.flatnonzero((read == test.labels) & (read > 0))[1])
    name = str(read[number])
    app = visit("Activations", run=record.id)
    find(app.number_input, NUMBER).set_value(number).run()
    image, *units = tiles(html(app))
    inside = look_inside(record.config, record.path, test.images[number])
    assert image.caption == f"Test image {number}: {name}"
    np.testing.assert_array_equal(image.pixels[..., 0], test.images[number])
    assert bars_html(inside.probabilities, tuple("0123456789"), name).strip() in html(app)
    anatomy, values = describe(record.config), dict(zip("abcde", inside.values, strict=False))
    flat, hidden, relu, scores = values.values()
    assert flat.size == 784
    assert [tile.label.partition(",")[0] for tile in units] == [layer.name for layer in anatomy.layers[1:3]] + [
        "fc2"
    ] * 10
    for tile, layer in zip(units, (hidden, relu), strict=False):
        np.testing.assert_array_equal(tile.pixels[0], signed_pixels(layer, np.abs(layer).max()))
    assert f"{(relu == 0).mean():.0%} are 0" in texts(app.markdown)
    for digit, tile in enumerate(units[2:]):
        assert tile.caption == f"{digit}: {scores[digit]:.1f}".replace("-", "−")
        np.testing.assert_array_equal(tile.pixels[0, 0], signed_pixels(scores[digit], np.abs(scores).max()))


def test_feature_maps_are_those_of_their_channels(visit):
    app = visit("Activations", arch="cnn")
    image = load_split("digits", settings.data_root(), "test").images[0]
    maps = look_inside(RunConfig("digits", "cnn", optimizer="sgd"), None, image).values[0]
    shown = [tile for tile in tiles(html(app)) if tile.label.startswith("conv1, channel")]
    for number, tile in enumerate(shown):
        assert tile.label == f"conv1, channel {number}"
        np.testing.assert_array_equal(tile.pixels, signed_pixels(maps[number], np.abs(maps).max()))
    assert len(shown) == 32


def test_a_number_beyond_the_last_image_falls_to_the_last(visit):
    app = visit("Layers", arch="softmax")
    app.session_state["anatomy_image"] = 9999
    app.session_state["anatomy_tab"] = "Activations"
    app.run()
    assert not app.exception
    assert find(app.number_input, NUMBER).value == 359


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


def test_the_collapse_of_the_runs_own_layers(visit, add_run, calls, monkeypatch):
    monkeypatch.setattr(collapse, "_N_IMAGES", 90)
    record = add_run(arch="mlp", options={"hidden": (16, 12)})
    app = visit("Why an activation?", run=record.id)
    test = load_split("digits", settings.data_root(), "test")[:90]
    found = collapse_network(record.config, record.path, test.images, test.labels)
    assert "784 → 16 → 12 → 10, against 784 → 10" in texts(app.markdown)
    assert metric(app, "With activations") == f"{found.accuracy:.1%}"
    assert metric(app, "Without") == f"{found.linear_accuracy:.1%}" != metric(app, "With activations")
    assert metric(app, "Parameters") == "12,894"
    assert metric(app, "As one layer") == "7,850"
    assert metric(app, "Rank") == "10"
    assert f"scores reach {found.collapse.largest_output:.3g} and differ by" in texts(app.markdown)
    assert f"the network's scores are up to {found.change:.3g} away from these" in texts(app.markdown)
    find(app.slider, "Hidden layers").set_value(3).run()
    find(app.select_slider, "Units in each").set_value(4).run()
    assert "784 → 4 → 4 → 4 → 10, against 784 → 10" in texts(app.markdown)
    assert [element.value for element in app.metric if element.label == "Rank"][-1] == "4"
    assert calls.count("collapse_network") == 1, "it is computed once, not at every turn of a slider"


def test_a_single_layer_has_nothing_to_collapse_and_the_line_bends_by_other_weights(visit):
    app = visit("Why an activation?", arch="softmax")
    assert all("This network" not in element.value for element in app.subheader)
    for seed in (4, 5, 6):
        lines = curves(app.get("echarts_chart")[0])
        data = bends_data(seed)
        for name, values in (("linear layers alone", data.linear), ("with ReLU between them", data.relu)):
            np.testing.assert_allclose([y for _, y in lines[name]], values, atol=2e-4)
        find(app.button, "Other weights").click().run()


def test_damaged_weights_and_a_lost_process_are_reported_in_words(visit, add_run, monkeypatch):
    record = add_run()
    record.weights.write_bytes(b"nothing")
    for tab in ("Weights", "Activations"):
        app = visit(tab, run=record.id)
        assert "weights.safetensors is damaged" in texts(app.error)
        assert not app.exception

    def fail(*_):
        raise ComputeError("The computing process broke off.")

    monkeypatch.setattr(HostClient, "call", fail)
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
