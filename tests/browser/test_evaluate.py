"""The confusion matrix, clicked with the mouse."""

import re

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, wait_for_answer
from tests.browser.charts import margins
from tests.made import wait_until


@pytest.mark.usefixtures("mnist_root")
def test_a_click_on_a_cell_shows_its_images(open_page):
    page = open_page("evaluate?run=deep-mlp")
    matrix = page.locator(".js-plotly-plot").first
    matrix.wait_for()
    expect(page.get_by_text("mistakes in all")).to_be_visible()
    points = matrix.locator(".scatterlayer .point")
    # Row 4, column 9 of the matrix, whose last column holds sums: fours that were read as nines.
    point = points.nth(4 * 11 + 9)
    point.scroll_into_view_if_needed()
    box = find_box(point)
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("button", name="Show all mistakes")).to_be_visible()
    # The gallery follows the button above it, picture by picture.
    others = page.locator("figcaption").filter(has_not_text=re.compile("^4 → 9"))
    expect(others).to_have_count(0)
    assert page.locator("figcaption").count() > 1


@pytest.mark.usefixtures("mnist_root")
def test_an_image_opens_by_a_click_and_by_the_keyboard_and_back_closes_it(open_page):
    page = open_page("evaluate?run=deep-mlp")
    first, second = (page.locator(".lab-gallery figure").nth(place) for place in range(2))
    numbers = [image.get_attribute("data-image") for image in (first, second)]
    expect(page.locator("body[data-hears-images]")).to_be_attached()
    first.click()
    expect(page.get_by_text(f"Test image {numbers[0]} of MNIST")).to_be_visible()
    expect(page).to_have_url(re.compile(f"image={numbers[0]}$"))
    wait_for_answer(page)
    # The browser's own way back leads to the gallery.
    page.go_back()
    second.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"Test image {numbers[1]} of MNIST")).to_be_visible()
    # A link leads to the image.
    other = open_page(page.url.split("/", 3)[3])
    expect(other.get_by_text(f"Test image {numbers[1]} of MNIST")).to_be_visible()
    wait_for_answer(page)
    page.get_by_role("button", name="Back").click()
    expect(first).to_be_visible()


def test_without_a_choice_the_figures_and_the_matrix_are_there(open_page):
    page = open_page("evaluate?run=deep-mlp")
    expect(page.get_by_text("Test accuracy")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    assert page.get_by_test_id("stException").count() == 0


def test_an_unknown_run_is_said(open_page):
    page = open_page("evaluate?run=nobody")
    expect(page.get_by_text("There is no run 'nobody'")).to_be_visible()


def test_on_a_phone_the_views_are_one_row_with_the_chosen_one_and_the_focus_in_sight(open_page):
    page = open_page("evaluate?run=embedded-digits&view=slices", width=390, height=844)
    chosen = page.get_by_role("radio", name="Weak slices")
    expect(chosen).to_be_in_viewport(ratio=1)
    row = page.locator(".st-key-view [role=radiogroup]")
    assert find_box(row)["height"] < 1.5 * find_box(chosen)["height"]
    chosen.focus()
    for name in ("Learning", "Calibration", "Label detective"):
        page.keyboard.press("ArrowRight")
        view = page.get_by_role("radio", name=name)
        expect(view).to_be_focused()
        expect(view).to_be_in_viewport(ratio=1)


def wait_for_one_line(one, *others):
    """Waits until the middles of these elements are at one height, to 3 pixels; they move while the page is drawn."""

    def middle(found):
        box = find_box(found)
        return box["y"] + box["height"] / 2

    for other in others:
        one.wait_for()
        other.wait_for()
        wait_until(lambda other=other: abs(middle(one) - middle(other)) < 3)


def test_the_run_its_figures_and_the_downloads_stand_in_one_line(open_page):
    page = open_page("evaluate?run=cnn", width=1366, height=768)
    run = page.get_by_test_id("stSelectbox").filter(has_text="Run").first
    downloads = page.get_by_role("button", name="Download results")
    wait_for_one_line(page.get_by_test_id("stMetricValue").first, run.locator("input").first, downloads)
    wait_for_one_line(page.get_by_test_id("stMetricLabel").first, run.get_by_test_id("stWidgetLabel"))


@pytest.mark.usefixtures("mnist_root")
def test_the_labels_of_the_twins_stand_at_one_height(open_page):
    page = open_page("twins", width=1366, height=768)
    labels = page.get_by_test_id("stWidgetLabel")
    wait_for_one_line(labels.filter(has_text="Arithmetic"), labels.filter(has_text="Learning rate"))
    wait_for_one_line(page.locator(".twin-label").nth(0), page.locator(".twin-label").nth(1))


@pytest.mark.usefixtures("mnist_root")
@pytest.mark.parametrize("address", ["run=deep-mlp", "run=fashion-mlp", "run=deep-mlp&view=compare"])
def test_the_margins_given_are_large_enough_so_that_plotly_draws_the_matrix_no_more_than_it_must(open_page, address):
    page = open_page(f"evaluate?{address}")
    matrix = page.locator(".js-plotly-plot").first
    matrix.locator(".xtitle").wait_for()
    given, used = margins(matrix)
    assert used == given
