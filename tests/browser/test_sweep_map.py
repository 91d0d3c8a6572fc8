"""A sweep started with the mouse, its map filling, and a click on a cell."""

from playwright.sync_api import expect


def test_a_sweep_goes_on_across_a_refresh_and_a_click_on_a_cell_opens_its_run(open_page):
    page = open_page("sweep")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name="Quick sweep").click()
    # Until the form shows the choice, its fields are those of the recipe before.
    expect(page.get_by_text("Learning rate against batch size")).to_be_visible()
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("of 16 networks done")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=120_000)
    texts = page.locator(".st-key-sweep_map .textpoint")
    expect(texts).to_have_count(16)
    shares = [float(text.replace("★", "")) for text in texts.all_text_contents()]
    assert min(shares) > 50
    assert f"{max(shares):.2f}%" in page.get_by_test_id("stMetric").first.inner_text()
    # The page draws itself once more when the sweep has ended.
    page.locator('[data-test-script-state="notRunning"]').wait_for()
    # Near the corner of the cell in row 3, column 2: all of a cell answers, not its middle alone.
    box = page.locator(".st-key-sweep_map .nsewdrag").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.27, box["y"] + box["height"] * 0.54)
    chosen = page.get_by_role("combobox", name="Cell")
    expect(chosen).to_have_value(f"Learning rate 0.003 · Batch size 16 · {shares[9]:.2f}%")
    page.get_by_role("link", name="Open its run").click()
    expect(page.get_by_text("batch size 16 · MLP 32").first).to_be_visible()
    assert "/train?run=" in page.url
