"""A chosen unit's computation, as a visitor without a browser sees it, and what is sent to the browser's script."""

import base64
import json
import re
from types import SimpleNamespace

import numpy as np
import pytest

from core import settings
from core.anatomy.inside import describe
from core.anatomy.one_unit import look_into_unit
from core.config.run_config import RunConfig
from core.data.datasets import load_split
from pages.components.anatomy import unit_choice
from pages.components.anatomy.numbers import number
from pages.components.anatomy.sliding import slide_data
from pages.components.draw.canvas.canvas import DRAWING
from pages.components.pictures.sprites import Units, sprites_html
from tests.made import make_config, make_images
from tests.pages.anatomy.seen import NUMBER, html
from tests.pages.drawing import ONE, as_object, find, texts
from tests.pages.pictures import tiles

FIELD = "How a value is computed"
COLOURS = ("#000001", "#000002")


def open_unit(app, layer, unit=0):
    find(app.selectbox, FIELD).set_value(layer).run()
    if unit:
        next(field for field in app.number_input if field.label.startswith(("Unit", "Map"))).set_value(unit).run()
    assert not app.exception
    assert not app.error
    return app


def backward(app):
    find(app.button_group, "Direction").set_value("backward").run()
    assert not app.exception
    assert not app.error
    return app


def table(app):
    """The rows of the computation's table, as texts."""
    body = re.search(r"lab-sums.*?<tbody>(.*?)</tbody>", html(app))[1]
    return [re.findall(r"<td>(.*?)</td>", row) for row in body.split("</tr>") if row]


def value_of(text):
    return float(text.replace("−", "-"))


def first_image(app):
    return load_split("digits", settings.data_root(), "test").images[find(app.number_input, NUMBER).value]


def unpack(text):
    return np.frombuffer(base64.b64decode(text), "<f4")


def test_nothing_is_computed_number_by_number_until_a_unit_is_chosen(visit, calls):
    app = visit("Activations", arch="mlp")
    assert find(app.selectbox, FIELD).value is None
    assert "look_into_unit" not in calls
    assert "lab-sums" not in html(app)
    assert find(app.selectbox, FIELD).options == ["fc1", "relu1", "fc2", "relu2", "fc3", "softmax"]


@pytest.mark.parametrize("arch", ["mlp", "numpy-mlp", "mlp-scratch", "softmax", "cnn", "handwriting", "sprint", "best"])
def test_every_kind_of_layer_of_every_architecture_is_shown_both_ways(visit, arch):
    app = visit("Activations", arch=arch)
    layers = {layer.kind: layer.name for layer in describe(RunConfig("digits", arch, optimizer="sgd")).layers}
    offered = find(app.selectbox, FIELD).options
    assert set(layers) - {"flatten", "dropout"} == {kind for kind, name in layers.items() if name in offered}
    for layer in set(layers.values()) & set(offered):
        open_unit(app, layer)
        backward(app)
        find(app.button_group, "Direction").set_value("forward").run()
        assert not app.exception


def test_the_written_products_the_rest_and_the_bias_add_up_to_the_units_value(visit):
    app = open_unit(visit("Activations", arch="mlp"), "fc1", 5)
    made = look_into_unit(RunConfig("digits", "mlp", optimizer="sgd"), None, first_image(app), 0, "fc1", 5).products
    rows = table(app)
    assert rows[8][0] == "… and 776 further products"
    assert rows[9][:1] == ["Bias"]
    assert rows[10][0] == "Sum"
    assert sum(value_of(row[3]) for row in rows[:10]) == pytest.approx(made.value, abs=0.01)
    assert rows[10][3] == number(made.value)
    assert f"own value: {number(made.value)}" in texts(app.caption)
    largest = int(np.abs(made.products).argmax())
    assert rows[0] == [
        f"Row {largest // 28}, column {largest % 28}",
        *map(number, (made.inputs[largest], made.weights[largest], made.products[largest])),
    ]
    assert {"x", "w", "x · w"} <= {tile.caption for tile in tiles(html(app))}
    assert "relu1: max(0," in texts(app.markdown)


@pytest.mark.parametrize(("arch", "layer", "width"), [("mlp", "fc1", 10.5), ("cnn", "fc1", 2.75)])
def test_the_inputs_of_one_map_are_drawn_large_and_those_of_many_small(visit, arch, layer, width):
    style = f"--tile:{width}rem"
    before = html(visit("Activations", arch=arch)).count(style)
    assert html(open_unit(visit("Activations", arch=arch), layer, 5)).count(style) == before + 1


def test_the_choice_is_outlined_and_stays_for_another_image(visit):
    app = open_unit(visit("Activations", arch="cnn"), "conv1", 7)
    find(app.button, "Shuffle").click().run()
    assert find(app.selectbox, FIELD).value == "conv1"
    figures = re.search(r'data-layer="conv1">(.*?)</div></figure></div>', html(app))[1].split("</figure>")
    assert [place for place, figure in enumerate(figures) if 'class="chosen"' in figure] == [7]
    assert html(app).count('class="chosen"') == 1


def test_another_network_without_that_layer_has_nothing_chosen(visit):
    app = open_unit(visit("Activations", arch="cnn"), "conv1", 7)
    find(app.selectbox, "Architecture").set_value("softmax").run()
    assert not app.exception
    assert find(app.selectbox, FIELD).value is None
    open_unit(app, "dense", 9)
    find(app.selectbox, "Architecture").set_value("mlp").run()
    find(app.selectbox, FIELD).set_value("fc3").run()
    assert not app.exception


def test_a_step_is_that_of_plain_sgd_with_the_given_learning_rate(visit):
    app = backward(open_unit(visit("Activations", arch="softmax"), "dense", 4))
    find(app.number_input, "Learning rate of this step").set_value(0.5).run()
    label = int(load_split("digits", settings.data_root(), "test").labels[0])
    config = RunConfig("digits", "softmax", optimizer="sgd")
    found = look_into_unit(config, None, first_image(app), label, "dense", 4)
    back, made = found.gradient, found.products
    place = int(np.abs(back.weights).argmax())
    row = table(app)[0]
    assert row[2] == number(back.weights[place])
    assert value_of(row[4]) == pytest.approx(made.weights[place] - 0.5 * back.weights[place], abs=2e-6)
    assert table(app)[-1][4] == number(made.bias - 0.5 * back.gradient, 6)
    assert f"dL/dz = p − y = {number(back.probability)} − {int(label == 4)}" in texts(app.markdown)
    assert "plain SGD" in texts(app.caption)


@pytest.mark.parametrize(("optimizer", "lr"), [("sgd", 0.025), ("adam", 0.01)])
def test_a_step_begins_with_the_learning_rate_of_a_run_that_plain_sgd_has_trained(visit, add_run, optimizer, lr):
    record = add_run(arch="softmax", optimizer=optimizer, lr=0.025)
    app = backward(open_unit(visit("Activations", run=record.id), "dense", 4))
    assert find(app.number_input, "Learning rate of this step").value == lr


def test_the_softmax_shows_exponentials_and_shares(visit):
    app = open_unit(visit("Activations", arch="softmax"), "softmax")
    rows = table(app)
    assert [row[0] for row in rows] == [*"0123456789", "Sum"]
    # Set apart.
    assert html(app).count('<tr class="total"><td>Sum</td>') == 1
    total = value_of(rows[-1][3])
    for row in rows[:-1]:
        assert value_of(row[3]) / total == pytest.approx(value_of(row[4]), abs=2e-3)
    assert "L = −ln p" in texts(backward(app).markdown)


def test_the_readers_own_drawing_is_sent_through_the_network(visit):
    app = visit("Activations", arch="mlp")
    find(app.button_group, "Image").set_value("drawing").run()
    assert "You have drawn nothing yet" in texts(app.info)
    app.session_state[DRAWING] = [as_object(ONE)]
    app.run()
    assert not app.exception
    assert tiles(html(app))[0].caption == "Your drawing"
    assert tiles(html(app))[0].pixels[..., 0].max() == 255
    backward(open_unit(app, "fc3", 1))
    find(app.selectbox, "True class").set_value(1).run()
    assert "− 1 = " in next(text.value for text in app.markdown if "p − y" in str(text.value))


def test_a_drawing_is_no_image_for_a_network_of_clothes(visit, add_run):
    app = visit("Activations", run=add_run(dataset="fashion-mnist").id)
    assert "Image" not in [group.label for group in app.button_group]


def looked_into(layer, unit=3, arch="cnn"):
    return look_into_unit(make_config(arch=arch, optimizer="sgd"), None, make_images(1, 3).images[0], 2, layer, unit)


def test_the_script_gets_what_adds_up_to_the_maps_values():
    found = looked_into("conv2")
    data = json.loads(json.dumps(slide_data(found, None, COLOURS)))
    assert (data["kind"], data["pass"], data["channels"]) == ("conv", "forward", 32)
    assert (data["size"], data["input_size"], data["window"]) == ([24, 24], [26, 26], [3, 3])
    sums, values = unpack(data["sums"]).reshape(32, 576), unpack(data["values"])
    np.testing.assert_allclose(sums.sum(0) + data["bias"], values, atol=1e-5)
    np.testing.assert_array_equal(unpack(data["inputs"]), found.products.inputs.ravel())
    np.testing.assert_array_equal(unpack(data["kernel"]), found.products.kernel.ravel())
    row, column = data["start"]
    assert abs(values[row * 24 + column]) == np.abs(values).max()
    assert [step["layer"] for step in data["following"]] == ["maxpool", "relu2"]


def test_the_script_gets_the_gradients_and_the_new_kernel():
    found = looked_into("conv2")
    data = slide_data(found, 0.25, COLOURS)
    assert data["pass"] == "backward"
    new = found.products.kernel - 0.25 * found.gradient.weights
    np.testing.assert_allclose(unpack(data["new_kernel"]), new.ravel(), rtol=1e-6)
    assert data["new_bias"] == pytest.approx(found.products.bias - 0.25 * found.gradient.bias)
    np.testing.assert_array_equal(unpack(data["handed"]), found.gradient.handed.ravel())


def test_the_script_gets_a_pooled_map_with_each_window_s_winner():
    data = json.loads(json.dumps(slide_data(looked_into("maxpool"), None, COLOURS)))
    # Each map is pooled by itself.
    assert (data["kind"], data["pass"], data["channels"]) == ("maxpool", "forward", 1)
    assert (data["size"], data["input_size"]) == ([12, 12], [24, 24])
    assert (data["window"], data["stride"], data["padding"]) == ([2, 2], [2, 2], [0, 0])
    np.testing.assert_array_equal(unpack(data["inputs"])[data["winners"]], unpack(data["values"]))


def test_the_script_gets_a_map_that_is_changed_value_by_value():
    data = json.loads(json.dumps(slide_data(looked_into("relu2"), None, COLOURS)))
    assert (data["kind"], data["pass"], data["channels"]) == ("point", "forward", 1)
    assert data["size"] == data["input_size"] == [12, 12]
    assert (data["window"], data["stride"], data["padding"]) == ([1, 1], [1, 1], [0, 0])
    np.testing.assert_array_equal(np.maximum(unpack(data["inputs"]), 0), unpack(data["values"]))


@pytest.mark.parametrize("layer", ["maxpool", "relu2"])
def test_gradients_of_a_map_without_weights_are_sent_with_the_backward_pass_alone(layer):
    found = looked_into(layer)
    forward, backward = (slide_data(found, lr, COLOURS) for lr in (None, 0.1))
    assert (forward["pass"], backward["pass"]) == ("forward", "backward")
    assert "gradients" in set(backward) - set(forward)
    for data, values in ((forward, found.products.values), (backward, found.gradient.gradients)):
        row, column = data["start"]
        assert abs(values[row, column]) == np.abs(values).max()


@pytest.mark.parametrize("lr", [None, 0.1])
@pytest.mark.parametrize(
    ("arch", "layer"),
    [("cnn", "conv2"), ("cnn", "maxpool"), ("handwriting", "conv6"), ("sprint", "conv1"), ("best", "conv1")],
)
def test_a_map_is_sent_in_less_than_half_a_megabyte(arch, layer, lr):
    assert len(json.dumps(slide_data(looked_into(layer, arch=arch), lr, COLOURS))) < 500_000


def test_every_text_that_the_script_fills_in_has_only_fields_that_it_knows():
    known = {"layer", "before", "after", "slope", "mean", "deviation", "weight", "bias", "sum", "value", "count"} | {
        "channel", "gradient", "lr", "number", "unit",
    }  # fmt: skip
    for text in slide_data(looked_into("conv2"), None, COLOURS)["texts"].values():
        assert set(re.findall(r"\{(\w+)\}", text)) <= known


def test_cells_of_one_picture_can_be_told_apart_and_one_is_outlined():
    page = sprites_html(np.zeros((1, 2, 4, 4), np.uint8), 60, ["all"], units=Units("<fc>", 5, 7, 4))
    assert 'data-layer="&lt;fc&gt;" data-columns="4" data-units="7"' in page
    assert 'class="chosen-cell" style="left:25.000%;top:50.000%;width:25.000%;height:50.000%"' in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (-3.5, "−3.500"),
        (9_999.0, "9999"),
        (9_999.5, "9999.500"),
        (10_000.0, "1.00e4"),
        (123_456.7, "1.23e5"),
        (0.01, "0.010"),
        (0.0099, "9.90e−3"),
        (0.00123, "1.23e−3"),
        (-2e-10, "−2.00e−10"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("clicked", "before", "after"),
    [
        ({"layer": "dense", "unit": "4"}, (None, 0), ("dense", 4)),
        ({"layer": "dense", "unit": "4"}, ("dense", 3), ("dense", 4)),
        ({"layer": "dense", "unit": "4"}, ("dense", 4), (None, 4)),
        ({"layer": "softmax", "unit": "4"}, ("dense", 4), ("softmax", 0)),
        ({"layer": "softmax", "unit": "7"}, ("softmax", 0), (None, 0)),
        (None, ("dense", 4), ("dense", 4)),
    ],
)
def test_a_click_chooses_a_unit_and_a_second_one_takes_that_back(monkeypatch, clicked, before, after):
    state = {unit_choice._CLICKS: {"unit": clicked}, unit_choice._LAYER: before[0], unit_choice._UNIT: before[1]}
    monkeypatch.setattr(unit_choice, "st", SimpleNamespace(session_state=state))
    unit_choice._take()
    assert (state[unit_choice._LAYER], state[unit_choice._UNIT]) == after
