"""The confusion matrix, clicked with the mouse."""

import re

import pytest
from playwright.sync_api import expect


@pytest.mark.usefixtures("mnist_root")
def test_a_click_on_a_cell_shows_its_images(open_page):
    page = open_page("evaluate?run=deep-mlp")
    matrix = page.locator(".js-plotly-plot").first
    matrix.wait_for()
    expect(page.get_by_text("mistakes in all")).to_be_visible()
    points = matrix.locator(".scatterlayer .point")
    # Row 4, column 9 of the matrix: fours that were read as nines.
    point = points.nth(4 * 10 + 9)
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("button", name="Show all mistakes")).to_be_visible()
    # The gallery follows the button above it, picture by picture.
    others = page.locator("figcaption").filter(has_not_text=re.compile("^4 → 9"))
    expect(others).to_have_count(0)
    assert page.locator("figcaption").count() > 1


def test_without_a_choice_the_figures_and_the_matrix_are_there(open_page):
    page = open_page("evaluate?run=deep-mlp")
    expect(page.get_by_text("Test accuracy")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_an_unknown_run_is_said(open_page):
    page = open_page("evaluate?run=nobody")
    expect(page.get_by_text("There is no run 'nobody'")).to_be_visible()
