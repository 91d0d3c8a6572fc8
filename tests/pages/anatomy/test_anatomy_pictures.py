"""The Anatomy page's pictures: weights, test images and what layers give for them."""

import re

import numpy as np

from core import settings
from core.anatomy.inside import describe, first_weights, look_inside
from core.config.run_config import RunConfig
from core.data.catalog import DATASETS
from core.data.datasets import load_split
from core.learners.factory import create_learner
from pages.components.anatomy.activations import bars_html
from pages.components.data import image_choice
from pages.components.pictures.signed import signed_pixels
from pages.components.pictures.sprites import make_sprite, scale_html, sprites_html
from pages.components.shell.wording import certainty
from tests.pages.anatomy.seen import NUMBER, html
from tests.pages.drawing import find, texts
from tests.pages.pictures import decode, tiles


def test_weights_are_paged_and_ordered(visit, add_run):
    record = add_run(arch="mlp", options={"hidden": (60,)})
    weights = first_weights(record.config, record.path)
    order = np.argsort(-weights.strength)
    app = visit("Weights", run=record.id)
    check_weights(app, weights, order[:48])
    assert "Each of the 60 units of **fc1** has a weight for every pixel." in texts(app.markdown)
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
    assert "Each of the 32 filters of **conv1** is a window of 3×3 weights" in texts(app.markdown)


def test_activations_of_a_chosen_class(visit, add_run):
    app = visit("Activations", run=add_run(arch="mlp", options={"hidden": (16,)}).id)
    for _ in range(3):
        find(app.selectbox, "Class").set_value("4").run()
        assert f"Test image {find(app.number_input, NUMBER).value}: 4" in html(app)
        find(app.button, "Shuffle").click().run()
        assert f"Test image {find(app.number_input, NUMBER).value}: 4" in html(app)
    assert "fc1, 16 values" in html(app)
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
    units, probabilities = units[:-10], units[-10:]
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
    assert [tile.caption.split(": ")[0] for tile in probabilities] == list("0123456789")
    assert probabilities[read[number]].caption == f"{name}: {certainty(inside.probabilities.max())}"


def test_feature_maps_are_those_of_their_channels(visit):
    app = visit("Activations", arch="cnn")
    image = load_split("digits", settings.data_root(), "test").images[0]
    maps = look_inside(RunConfig("digits", "cnn", optimizer="sgd"), None, image).values[0]
    shown = [tile for tile in tiles(html(app)) if tile.label.startswith("conv1, channel")]
    for number, tile in enumerate(shown):
        assert tile.label == f"conv1, channel {number}"
        limit = float(np.quantile(np.abs(maps), 0.995))
        np.testing.assert_array_equal(tile.pixels, signed_pixels(maps[number], limit))
    assert len(shown) == 32
    # Two screen pixels for each of 26 numbers.
    assert "--tile:3.25rem;--shape:26/26" in html(app)


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


def test_shuffling_never_gives_the_image_that_is_shown(visit, monkeypatch):
    two = load_split("digits", settings.data_root(), "test")[:2]
    monkeypatch.setattr(image_choice, "load_test_images", lambda *_: two)
    app = visit("Activations", arch="softmax")
    shown = [app.number_input[0].value]
    for _ in range(6):
        find(app.button, "Shuffle").click().run()
        shown.append(app.number_input[0].value)
    assert shown == [0, 1, 0, 1, 0, 1, 0]


def test_without_the_data_files_the_embedded_digits_are_offered(visit, add_run):
    record = add_run(dataset="mnist", arch="softmax")
    app = visit("Activations", run=record.id)
    assert "MNIST is not on this machine yet" in texts(app.markdown)
    next(button for button in app.button if "embedded" in button.label).click().run()
    assert find(app.selectbox, "Images").value == "digits"
    assert "Test image 0:" in html(app)


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


def test_a_sprite_holds_every_picture_at_its_place():
    pictures = np.arange(20, dtype=np.uint8)[:, None, None].repeat(2, 1).repeat(2, 2)
    sprite = make_sprite(pictures)
    sheet = decode(sprite.image)
    assert sheet.shape == (4, 32)
    assert sprite.zoom == "1600% 200%"
    for number, place in enumerate(sprite.places):
        column, row = (float(share.rstrip("%")) / 100 for share in place.split())
        assert sheet[round(row * 2), round(column * 30)] == number
