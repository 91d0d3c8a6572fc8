"""Choices that stand in the page's address."""

import pytest

from tests.pages.drawing import ONE, find


def choose(app, name):
    (row,) = [group for group in app.button_group if group.label == "Give it a picture"]
    return row.set_value(name).run()


def chosen(app):
    return app.session_state["source"]


@pytest.fixture
def app(visit_drawing, add_run):
    add_run("small")
    add_run("clothes", dataset="fashion-mnist", name="Clothes")
    return visit_drawing(ONE, run="small", source="pixels")


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


def test_what_a_network_for_clothes_does_not_offer_comes_back_with_one_for_digits(app):
    choose(app, "canvas")
    find(app.selectbox, "Network").select("clothes").run()
    assert chosen(app) == "upload"
    find(app.selectbox, "Network").select("small").run()
    assert (chosen(app), app.query_params["source"]) == ("canvas", "canvas")
