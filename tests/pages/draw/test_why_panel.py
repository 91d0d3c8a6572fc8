"""The Why panel of the Draw page, as a visitor without a browser."""

import re
from html import unescape

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.errors import ComputeError
from core.explain.ask import attribute_run, change_picture, look_at_layers
from core.explain.change import SmallestChange
from core.explain.methods import GRAD_CAM, INTEGRATED_GRADIENTS, OCCLUSION, SALIENCY
from core.inference.networks import predict_proba
from core.ink.rendering import picture_from_strokes
from core.learners.factory import create_learner
from core.runs.record import read_run
from core.storage.arrays import save_arrays
from core.uncertainty.prediction import usable_calibration
from core.uncertainty.temperature import apply_temperature
from pages.components.charts.palette import NEGATIVE, POSITIVE
from pages.components.draw.why.change import _keys
from pages.components.draw.why.pictures import rivals_html
from pages.components.pictures.overlays import attribution_pixels, change_pixels
from pages.components.pictures.sprites import make_sprite
from pages.components.shell.wording import certainty, percent
from tests.made import make_config
from tests.pages.drawing import DASH, ONE, find, html, texts
from tests.pages.pictures import tiles

PICTURE = picture_from_strokes([np.array(ONE, float), np.array(DASH, float)]).picture


@pytest.fixture(autouse=True)
def nothing_kept():
    st.cache_data.clear()
    yield
    st.cache_data.clear()


@pytest.fixture
def folder(add_run):
    return add_run("small")


@pytest.fixture
def open_why(visit_drawing, folder):  # noqa: ARG001 - the run has to be there
    """Opens the panel with a drawing on the canvas."""

    def open_panel(**parameters):
        app = visit_drawing(ONE, DASH, run="small", look="why", **parameters)
        assert not app.exception
        return app

    return open_panel


def classes(folder, picture=PICTURE):
    """The classes by probability, the highest first."""
    return [int(number) for number in np.argsort(-predict_proba(folder, picture[None])[0], kind="stable")]


def shows(app, folder, method, target, other=None):
    """Whether the panel shows this attribution."""
    values = attribute_run(folder, PICTURE, method, target, other)
    return make_sprite(attribution_pixels(PICTURE, values)[None]).image in html(app)


def test_at_first_it_shows_what_speaks_for_what_is_read(open_why, folder):
    app = open_why()
    best = classes(folder)[0]
    assert shows(app, folder, OCCLUSION, best)
    assert make_sprite(PICTURE[None]).image in html(app)
    assert find(app.selectbox, "What speaks for").options == ["Its prediction", *map(str, range(10))]
    others = [str(number) for number in range(10) if number != best]
    assert find(app.selectbox, "Rather than").options == ["All others", *others]
    [ways] = [group for group in app.button_group if group.label == "Method"]
    assert ways.options == ["Occlusion", "Integrated gradients", "Saliency", "Grad-CAM"]
    assert f"It predicts {best}." in html(app)
    assert f"speaks for {best}<" in html(app)
    assert f"speaks against {best}<" in html(app)
    assert "lab-sprites" not in html(app), "layers come on request"
    assert "Changes made" not in [slider.label for slider in app.slider]


@pytest.mark.parametrize("method", [INTEGRATED_GRADIENTS, SALIENCY])
def test_the_way_to_look_is_in_the_address(open_why, folder, method):
    app = open_why(why=method)
    assert shows(app, folder, method, classes(folder)[0])
    assert ("speaks against" in html(app)) == (method == INTEGRATED_GRADIENTS)
    assert ("matters for" in html(app)) == (method == SALIENCY)


def test_another_class_and_a_rival_can_be_asked_for(open_why, folder):
    app = open_why()
    target, other = classes(folder)[3], classes(folder)[5]
    find(app.selectbox, "What speaks for").select(target).run()
    assert shows(app, folder, OCCLUSION, target)
    # Another class is looked at; what is read stays the same.
    assert f"It predicts {classes(folder)[0]}." in html(app)
    find(app.selectbox, "Rather than").select(other).run()
    assert shows(app, folder, OCCLUSION, target, other)
    assert f"speaks for {target} rather than {other}<" in html(app)
    assert f"speaks for {other} rather than {target}<" in html(app)
    assert f"the lead of {target} over {other} falls" in html(app)


def test_a_class_is_never_its_own_rival(open_why, folder):
    app = open_why()
    best, rival = classes(folder)[:2]
    assert str(best) not in find(app.selectbox, "Rather than").options
    find(app.selectbox, "Rather than").select(rival).run()
    find(app.selectbox, "What speaks for").select(rival).run()
    assert not app.exception
    assert find(app.selectbox, "Rather than").value == -1
    assert shows(app, folder, OCCLUSION, rival)


def test_where_a_method_does_not_apply_the_reason_is_said(open_why):
    app = open_why(why=GRAD_CAM)
    assert "maps of a convolution; this network has none" in texts(app.info)
    assert not app.error
    assert "lab-why" not in html(app)
    assert [expander.label for expander in app.expander] == ["Layer by layer", "The smallest change"]


def test_an_unknown_way_to_look_in_the_address_does_no_harm(open_why, folder):
    app = open_why(why="x-ray")
    assert shows(app, folder, OCCLUSION, classes(folder)[0])


def test_layers_come_on_request_with_the_way_to_more(open_why, folder):
    app = open_why()
    app.session_state["why_layers"] = True
    app.run()
    assert not app.exception
    anatomy, inside = look_at_layers(folder, PICTURE)
    names = [layer.name for layer in anatomy.layers[:-1] if layer.kind != "flatten"]
    assert len(names) == 1
    scores = inside.values[-1]
    captions = [f"{digit}: {score:.1f}".replace("-", "−") for digit, score in enumerate(scores)]
    assert [tile.caption for tile in tiles(html(app))] == captions
    (link,) = app.get("page_link")
    assert (link.proto.page, link.proto.query_string) == ("anatomy", "run=small")


def test_the_smallest_change_can_be_made_step_by_step(open_why, folder):
    app = open_why()
    app.session_state["why_change"] = True
    app.run()
    assert not app.exception
    best, second, third = classes(folder)[:3]
    change = change_picture(folder, PICTURE, second)
    assert f"turn {best} into {second}" in texts(app.markdown).replace("turns", "turn").replace("**", "")
    others = [str(number) for number in range(10) if number != best]
    assert find(app.selectbox, "Turn it into").options == ["The runner-up", *others]
    assert find(app.slider, "Changes made").value == find(app.slider, "Changes made").max == len(change)
    for made in (len(change), 0, 1):
        find(app.slider, "Changes made").set_value(made).run()
        assert rivals(app) == said(folder, change, made, best, second)
        assert make_sprite(change.apply(PICTURE, made)[None]).image in html(app)
        marked = change_pixels(PICTURE, change.rows, change.columns, change.inks, made)
        assert make_sprite(marked[None]).image in html(app)
        read = change.probabilities[made].argmax()
        assert f"After {made} of {len(change)} changes it predicts {read}." in html(app)
    added = int((change.inks > 0).sum())
    kinds = ((POSITIVE, "ink added", added), (NEGATIVE, "ink removed", len(change) - added))
    for colour, words, count in kinds:
        key = f'<i style="background:{colour}"></i>{words}: {count}</span>'
        assert (key in html(app)) == (count > 0)
    find(app.selectbox, "Turn it into").select(third).run()
    change = change_picture(folder, PICTURE, third)
    assert rivals(app) == said(folder, change, find(app.slider, "Changes made").value, best, third)


def rivals(app):
    """Both classes with their bars and their probabilities before and after, as they are written."""
    pattern = r">(\d)</span><div.*?width:([\d.]+%).*?>([<>\d.]+%) → ([<>\d.]+%)<"
    return re.findall(pattern, unescape(html(app)))


def said(folder, change, made, *numbers):
    """The same from the change itself, calibrated as the reading is."""
    temperature = usable_calibration(folder)[0].temperature
    assert temperature != 1
    shares = apply_temperature(change.probabilities, temperature)
    before, now = shares[0], shares[made]
    return [(str(n), percent(now[n], 1), certainty(before[n]), certainty(now[n])) for n in numbers]


def test_a_change_may_add_ink_and_take_it_away():
    rows = columns = np.arange(3)
    change = SmallestChange(rows, columns, np.array([255, 0, 255], np.uint8), np.full((4, 10), 0.1, np.float32))
    assert _keys(change) == [(POSITIVE, "ink added: 2"), (NEGATIVE, "ink removed: 1")]


def test_a_probability_is_never_said_to_be_nothing_or_everything():
    html = rivals_html([("7", 1.0, 0.4), ("1", 0.0, 0.6)], "1")
    assert ">&gt;99.9% → 40.0%<" in html
    assert ">&lt;0.1% → 60.0%<" in html


def test_where_no_small_change_is_found_that_is_said(open_why, host, monkeypatch):
    app = open_why()
    answer = host.call
    monkeypatch.setattr(
        host,
        "call",
        lambda client, asked, *arguments: asked is not change_picture and answer(client, asked, *arguments),
    )
    app.session_state["why_change"] = True
    app.run()
    assert "No change of at most 150 pixels was found" in texts(app.info)
    assert "Changes made" not in [slider.label for slider in app.slider]


def test_what_was_asked_once_is_not_asked_again(open_why, host, folder):
    app = open_why()
    asked = []
    answer = host.call
    host.call = lambda client, function, *arguments: asked.append(function) or answer(client, function, *arguments)
    for method in (SALIENCY, OCCLUSION, SALIENCY, OCCLUSION):
        app.query_params["why"] = method
        app.run()
        assert shows(app, folder, method, classes(folder)[0])
    assert asked.count(attribute_run) == 1


def test_new_weights_are_asked_again(open_why, folder):
    app = open_why()
    # Of the same class before and after, so that nothing but the weights is another.
    find(app.selectbox, "What speaks for").select(3).run()
    assert shows(app, folder, OCCLUSION, 3)
    fresh = create_learner(read_run(folder).config.replace(seed=5))
    save_arrays(folder / "weights.safetensors", fresh.state_dict())
    app.run()
    assert shows(app, folder, OCCLUSION, 3)
    assert f"It predicts {classes(folder)[0]}." in html(app)


def test_a_lost_compute_process_is_told(open_why, host):
    app = open_why()
    host.error = ComputeError("The compute process broke off.")
    app.query_params["why"] = SALIENCY
    app.run()
    assert not app.exception
    assert "broke off" in texts(app.error)


@pytest.mark.usefixtures("host")
def test_clothes_are_called_by_their_names(store):
    def script():
        import numpy as np

        from pages.components.draw.subject import Subject
        from pages.components.draw.why.panel import show_why
        from pages.components.shell.services import run_store

        show_why(run_store().all()[0], Subject(np.full((28, 28), 90, np.uint8)))

    record = store.create(make_config(dataset="fashion-mnist"))
    save_arrays(record.weights_file, create_learner(record.config).state_dict())
    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    assert "Ankle boot" in find(app.selectbox, "What speaks for").options
    find(app.selectbox, "What speaks for").select(9).run()
    assert "speaks for Ankle boot<" in html(app)
