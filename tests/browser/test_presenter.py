"""Presenter mode, switched by its key."""

from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, wait_for_answer
from tests.made import wait_until

# Of the browser's text, in pixels.
USUAL_SIZE = 16


def text_size(page):
    return page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")


def wait_until_drawn_for_its_text(page):
    """Wait until the page has been told how large its text is, and has drawn itself again."""
    wait_until(lambda: is_told_its_text_size(page))
    wait_for_answer(page)


def is_told_its_text_size(page):
    size = text_size(page)
    told = page.locator("[data-told]").evaluate_all("probes => probes.map(probe => parseFloat(probe.dataset.told))")
    # Text of the usual size is asked about no more once it is told.
    return told == ([] if size == USUAL_SIZE else [size])


def test_the_key_p_makes_a_page_large_and_hides_its_forms_and_brings_them_back(open_page):
    page = open_page("train?dataset=digits&run=cnn", width=1920, height=1080)
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_visible()
    wait_for_answer(page)
    title = page.get_by_role("heading", name="Classic CNN")
    page.keyboard.press("p")
    expect(start).to_be_hidden()
    expect(title).to_be_visible()
    wait_until(lambda: text_size(page) > 2 * USUAL_SIZE)
    wait_until_drawn_for_its_text(page)
    # It holds on other pages.
    page.get_by_role("link", name="Draw", exact=True).first.click()
    canvas = page.locator(".st-key-canvas_frame")
    wait_until(lambda: find_box(canvas)["width"] > 500)
    expect(page.get_by_label("Network", exact=True)).to_be_hidden()
    wait_for_answer(page)
    page.keyboard.press("p")
    expect(page.get_by_label("Network", exact=True)).to_be_visible()
    wait_until(lambda: text_size(page) == USUAL_SIZE)


def bottom(part):
    box = find_box(part)
    return box["y"] + box["height"]


def icon_is_as_large_as_text(page, icon):
    return abs(find_box(icon)["width"] - text_size(page)) < 0.1


def test_what_a_page_is_about_is_in_sight_and_as_large_as_its_text(open_page):
    page = open_page("twins?twin_dataset=digits", width=1920, height=1080)
    play = page.get_by_role("button", name="Play", exact=True)
    expect(play).to_be_enabled()
    wait_for_answer(page)
    page.keyboard.press("p")
    chart = page.locator(".st-key-twin_losses")
    # Its usual height, as many times as text is larger.
    wait_until(lambda: abs(find_box(chart)["height"] - 360 * text_size(page) / USUAL_SIZE) < 2)
    assert play.evaluate("button => button.scrollWidth <= button.clientWidth")
    wait_until_drawn_for_its_text(page)
    page.get_by_role("link", name="Train", exact=True).first.click()
    curves = page.locator(".st-key-curves canvas").first
    wait_until(lambda: curves.count() and find_box(curves)["height"] > 400 and bottom(curves) <= 1080)
    page.get_by_role("link", name="Draw", exact=True).first.click()
    panels = page.locator(".st-key-look")
    wait_until(lambda: panels.count() and bottom(panels) <= 1080)
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_visible()
    page.get_by_role("link", name="Evaluate", exact=True).first.click()
    views = page.locator(".st-key-view")
    expect(views.get_by_role("radio")).to_have_count(10)
    # They are one row.
    wait_until(lambda: len({find_box(button)["y"] for button in views.get_by_role("radio").all()}) == 1)
    # An icon is as large as the text, also where it was drawn beside text of another size.
    icon = page.locator("[data-testid=stMetric] [data-testid=stTooltipIcon] svg").first
    wait_until(lambda: icon_is_as_large_as_text(page, icon))
    wait_for_answer(page)
    page.keyboard.press("p")
    wait_until(lambda: text_size(page) == USUAL_SIZE)
    wait_until(lambda: icon_is_as_large_as_text(page, icon))
    wait_until_drawn_for_its_text(page)
    page.keyboard.press("p")
    wait_until(lambda: text_size(page) > 30)
    wait_until(lambda: icon_is_as_large_as_text(page, icon))
    wait_until_drawn_for_its_text(page)
    # So is the text of a table, by which its rows are measured: eleven of 35 pixels usually.
    views.get_by_text("Classes", exact=True).click()
    table = page.locator("[data-testid=stDataFrame]")
    wait_until(lambda: table.count() and find_box(table)["height"] > 11 * 70)
    wait_for_answer(page)
    page.keyboard.press("p")
    wait_until(lambda: find_box(table)["height"] < 11 * 36)


def test_a_table_follows_the_text_each_time_also_where_that_is_as_large_as_was_expected(open_page):
    # Of 24 pixels to half a pixel.
    page = open_page("evaluate?run=embedded-digits&view=classes", width=1366, height=768)
    table = page.locator("[data-testid=stDataFrame]")
    wait_until(lambda: table.count() and find_box(table)["height"] < 11 * 36)
    wait_for_answer(page)
    for is_large in (True, False, True, False):
        page.keyboard.press("p")
        wait_until(lambda: (find_box(table)["height"] > 11 * 50) == is_large)  # noqa: B023 - called at once
        wait_until(lambda: (text_size(page) > 20) == is_large)  # noqa: B023
        wait_until_drawn_for_its_text(page)
