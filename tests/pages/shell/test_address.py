"""Choices that stand in the page's address."""

import pytest

from pages.components.shell import address
from pages.components.shell.address import read_place
from tests.pages.drawing import ONE, find, texts


def row(app, label="Give it a picture"):
    (found,) = [group for group in app.button_group if group.label == label]
    return found


def choose(app, name):
    return row(app).set_value(name).run()


def chosen(app):
    return app.session_state["source"]


@pytest.fixture
def app(visit_drawing, add_run):
    add_run("small")
    add_run("clothes", dataset="fashion-mnist", name="Clothes")
    return visit_drawing(ONE, run="small", source="pixels")


def icons_and_titles(found):
    return [(option.content_icon, option.content) for option in found.proto.options]


def test_each_choice_stands_in_its_row_by_icon_and_title_in_order(app):
    ways = [
        (":material/draw:", "Draw"),
        (":material/upload:", "Picture"),
        (":material/photo_camera:", "Camera"),
        (":material/image:", "Test image"),
        (":material/grid_4x4:", "Pixels"),
    ]
    assert icons_and_titles(row(app)) == ways
    assert icons_and_titles(row(app, "Look closer")) == [
        (":material/filter_center_focus:", "Steps"),
        (":material/balance:", "How sure"),
        (":material/groups:", "All networks"),
        (":material/lightbulb:", "Why"),
        (":material/collections_bookmark:", "My digits"),
    ]
    find(app.selectbox, "Network").select("clothes").run()
    assert icons_and_titles(row(app)) == ways[1:]


def test_what_need_not_be_chosen_can_be_put_away_and_leaves_the_address(app):
    row(app, "Look closer").set_value("steps").run()
    assert app.query_params["look"] == "steps"
    row(app, "Look closer").set_value(None).run()
    assert not app.exception
    assert "look" not in app.query_params
    assert app.session_state["look"] is None


def test_the_address_chooses_and_follows(app):
    assert chosen(app) == "pixels"
    choose(app, "test")
    assert (chosen(app), app.query_params["source"]) == ("test", "test")


def test_back_in_the_browser_brings_back_what_was_chosen(app):
    choose(app, "test")
    app.query_params["source"] = "pixels"
    assert chosen(app.run()) == "pixels"
    del app.query_params["source"]
    assert chosen(app.run()) == "canvas"


def test_the_choice_outlasts_a_change_of_page(app):
    app.switch_page("pages/home.py").run()
    app.query_params.clear()
    app.switch_page("pages/draw.py").run()
    assert chosen(app) == "pixels"
    # Also where the page runs again before the browser has put the choice into the address.
    assert chosen(app.run()) == "pixels"


def go_to(app, page, **parameters):
    """Another page by a link with these parameters in its address."""
    app.switch_page(f"pages/{page}.py")
    app.query_params.clear()
    app.query_params.update(parameters)
    return app.run()


def test_each_page_keeps_its_own_choice_of_a_panel_and_says_nothing_of_the_other_ones(app):
    row(app, "Look closer").set_value("mine").run()
    go_to(app, "evaluate", run="small", image="17")
    assert not app.warning
    assert app.session_state["look"] is None
    row(app, "Look closer").set_value("history").run()
    go_to(app, "draw", run="small")
    assert not app.warning
    assert app.session_state["look"] == "mine"
    go_to(app, "evaluate", run="small", image="17")
    assert app.session_state["look"] == "history"


@pytest.mark.parametrize(
    ("page", "unknown"),
    [
        ("draw", {"look": "inside"}),
        ("twins", {"twin_precision": "half", "twin_lr": "fast"}),
        ("evaluate", {"run": "small", "image": "9729"}),
    ],
)
def test_an_unknown_choice_is_said_only_while_it_stands_in_the_address(app, page, unknown):
    assert go_to(app, page, **unknown).warning
    go_to(app, "home")
    assert not go_to(app, page).warning


def test_what_a_network_for_clothes_does_not_offer_comes_back_with_one_for_digits(app):
    choose(app, "canvas")
    find(app.selectbox, "Network").select("clothes").run()
    assert chosen(app) == "test"
    find(app.selectbox, "Network").select("small").run()
    assert (chosen(app), app.query_params["source"]) == ("canvas", "canvas")


def test_an_unknown_choice_in_the_address_is_named_with_the_known_ones(visit_drawing, add_run):
    add_run("small")
    app = visit_drawing(ONE, run="small", source="fax", look="inside")
    assert [warning.value for warning in app.warning] == [
        "Give it a picture: 'fax' in the address is unknown; known: canvas, upload, camera, test, pixels.",
        "Look closer: 'inside' in the address is unknown; known: steps, sure, networks, why, mine.",
    ]
    assert chosen(app) == "canvas"


@pytest.mark.parametrize(
    ("name", "text", "usual", "words"),
    [
        ("twin_lr", "fast", 0.2, "Learning rate: 'fast' in the address is not a number."),
        ("twin_batch", "3.7", 64, "Batch size: '3.7' in the address is not a number."),
        ("twin_dataset", "[x](y)", "mnist", r"Data set: '\[x\](y)' in the address is unknown; known: mnist"),
        ("twin_precision", "half", "float64", "Arithmetic: 'half' in the address is unknown; known: float64, float32."),
    ],
)
def test_a_value_that_cannot_be_taken_is_said_and_the_usual_one_is_used(visit_script, name, text, usual, words):
    app = visit_script("twins", **{name: text})
    assert words in texts(app.warning)
    assert not app.exception
    assert app.session_state[name] == usual


def test_a_value_that_was_chosen_before_is_put_into_the_address_of_a_later_visit(visit_script, monkeypatch):
    told = []
    app = visit_script("twins", twin_lr="0.05")
    monkeypatch.setattr(address, "_COMPONENT", lambda **given: told.append(given["data"]))
    app.switch_page("pages/anatomy.py").run()
    app.query_params.clear()
    app.switch_page("pages/twins.py").run()
    assert app.session_state["twin_lr"] == 0.05
    assert ("twin_lr", "0.05") in [(data["name"], data["value"]) for data in told]


@pytest.mark.parametrize(
    ("text", "place"),
    [("0", 0), ("9", 9), ("007", 7), ("10", None), ("-1", None), ("", None), ("１", None), ("9" * 5000, None)],
)
def test_a_place_is_read_in_whatever_length_it_is_written(text, place):
    assert read_place(text, 10) == place
