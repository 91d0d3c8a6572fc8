"""A feature map clicked with the mouse, and its kernel moved over the image."""

from playwright.sync_api import expect

from benchmarks.app.running_app import find_box


def test_a_click_on_a_feature_map_shows_products_that_add_up_to_its_value(open_page):
    page = open_page("anatomy?arch=cnn")
    page.get_by_role("tab", name="Activations").click()
    maps = page.locator('[data-layer="conv2"] figure')
    maps.nth(5).click()
    expect(maps.nth(5)).to_have_class("chosen")
    total, own = page.locator(".slide .total"), page.locator(".slide .own")
    expect(total).to_contain_text("bias")
    target = page.get_by_role("application", name="Output map 5")
    target.scroll_into_view_if_needed()
    box = find_box(target)
    seen = set()
    for share in (0.3, 0.5, 0.8):
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * share)
        # The last place of 24 that the pointer is in.
        expect(page.get_by_role("slider", name="Row")).to_have_value(str(int(24 * share)))
        assert total.get_attribute("data-sum") == own.get_attribute("data-value")
        seen.add(total.get_attribute("data-sum"))
    assert len(seen) > 1
    before = page.get_by_role("slider", name="Column").input_value()
    target.press("ArrowLeft")
    expect(page.get_by_role("slider", name="Column")).to_have_value(str(int(before) - 1))
    assert total.get_attribute("data-sum") == own.get_attribute("data-value")
    # A cell of a vector's picture is a unit, too: the one in column 3 of row 1.
    cells = page.locator('[data-layer="fc1"] [role=img]')
    cells.scroll_into_view_if_needed()
    box = find_box(cells)
    page.mouse.click(box["x"] + box["width"] * 3.5 / 32, box["y"] + box["height"] * 1.5 / 4)
    expect(page.get_by_role("spinbutton", name="Unit (0–127)")).to_have_value("35")
    expect(page.get_by_text("fc1 · Fully connected · unit 35")).to_be_visible()
