"""What is in sight without scrolling, and one click from a fresh start to a learning curve."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import running_app, visit
from core.config.recipes import RECIPES

SIZES = {"laptop": (1280, 720), "phone": (390, 844)}
RECIPE_PAGES = [f"{'sweep' if recipe.grid else 'train'}?recipe={name}" for name, recipe in RECIPES.items()]


def is_in_sight(page, element):
    """Whether all of the element is in the window."""
    box = element.bounding_box()
    size = page.viewport_size
    return box["y"] >= 0 and box["y"] + box["height"] <= size["height"] and box["x"] + box["width"] <= size["width"]


def settled(page):
    page.locator('[data-test-script-state="notRunning"]').wait_for()


@pytest.mark.parametrize("size", SIZES)
def test_start_is_in_sight_for_every_recipe(open_page, size):
    width, height = SIZES[size]
    page = open_page("train", width=width, height=height)
    app = page.url.removesuffix("/train")
    for address in ["train", "sweep", *RECIPE_PAGES]:
        page.goto(f"{app}/{address}")
        start = page.get_by_role("button", name="Start", exact=True)
        expect(start).to_be_visible()
        settled(page)
        assert is_in_sight(page, start), address
        # The folded settings too.
        assert is_in_sight(page, page.get_by_test_id("stExpander").first), address


def test_a_line_of_settings_stays_open_while_it_changes(open_page):
    page = open_page("train?dataset=digits")
    line = page.get_by_text("MLP 128-128 · Digits (embedded) · Adam 0.001 · 5 epochs")
    line.click()
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill("7")
    epochs.press("Enter")
    expect(page.get_by_text("MLP 128-128 · Digits (embedded) · Adam 0.001 · 7 epochs")).to_be_visible()
    settled(page)
    expect(epochs).to_be_visible()
    expect(page.get_by_text("Epochs 5 → 7")).to_be_visible()


def test_without_data_and_network_one_click_leads_to_a_curve_in_view(browser, tmp_path):
    with running_app(tmp_path / "runs", data=tmp_path / "data") as (address, _):
        width, height = SIZES["phone"]
        with visit(browser, f"{address}/train", width=width, height=height) as page:
            expect(page.get_by_text("MNIST is not on this machine yet")).to_be_visible()
            start = page.get_by_role("button", name="Start on the embedded digits")
            assert is_in_sight(page, start)
            start.click()
            head = page.get_by_role("heading", name="MLP 128-128 · Digits (embedded)")
            expect(head).to_be_in_viewport()
            expect(page.locator("[class*=st-key-loss_] canvas")).to_be_in_viewport()
            expect(page.get_by_text("Finished").first).to_be_visible(timeout=120_000)
