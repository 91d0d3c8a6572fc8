"""What is in sight without scrolling, and one click from a fresh start to a learning curve."""

from functools import partial

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, running_app, visit, wait_for_answer
from core.config.recipes import RECIPES
from tests.made import wait_until

_, PHONE = SIZES = ((1280, 720), (390, 844))
RECIPE_PAGES = [f"{'sweep' if recipe.grid else 'train'}?recipe={name}" for name, recipe in RECIPES.items()]


def is_in_sight(page, element):
    """Whether all of the element is in the window."""
    box = find_box(element)
    size = page.viewport_size
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"] and box["x"] + box["width"] <= size["width"]


@pytest.mark.parametrize("address", ["train", "sweep", *RECIPE_PAGES])
def test_start_and_the_folded_settings_are_in_sight(open_page, address):
    page = open_page(address)
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    wait_for_answer(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for part in (start, page.get_by_test_id("stExpander").first):
            wait_until(partial(is_in_sight, page, part))


def test_a_line_of_settings_stays_open_while_it_changes(open_page):
    page = open_page("train?dataset=digits")
    line = page.get_by_text("MLP 128-128 · Digits (embedded) · Adam 0.001 · 5 epochs")
    line.click()
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill("7")
    epochs.press("Enter")
    expect(page.get_by_text("MLP 128-128 · Digits (embedded) · Adam 0.001 · 7 epochs")).to_be_visible()
    wait_for_answer(page)
    expect(epochs).to_be_visible()
    expect(page.get_by_text("Epochs 5 → 7")).to_be_visible()


def test_without_data_and_network_one_click_leads_to_a_curve_in_view(browser, tmp_path):
    with running_app(tmp_path / "runs", data=tmp_path / "data") as (address, _):
        width, height = PHONE
        with visit(browser, f"{address}/train", width=width, height=height) as page:
            expect(page.get_by_text("MNIST is not on this machine yet")).to_be_visible()
            start = page.get_by_role("button", name="Start on the embedded digits")
            assert is_in_sight(page, start)
            start.click()
            head = page.get_by_role("heading", name="MLP 128-128 · Digits (embedded)")
            expect(head).to_be_in_viewport()
            # The example's chart stands there until the run's has taken its place.
            curve = page.locator("[class*=st-key-loss_] canvas")
            expect(curve).to_have_count(1)
            expect(curve).to_be_in_viewport()
            expect(page.get_by_text("Finished").first).to_be_visible()
