"""Keeping drawings as one's own digits, in a real browser."""

from playwright.sync_api import expect

from benchmarks.app.drawing import count_ink, draw_stroke
from benchmarks.app.running_app import wait_for_answer
from tests.browser.downloads import download_json
from tests.made import wait_until


def keep(page, points, label):
    """Draws a digit and keeps it, which clears the canvas."""
    answer = page.locator(".lab-prediction header b").first
    draw_stroke(page, points)
    expect(answer).not_to_have_text("?")
    page.locator(".st-key-my_digits_label_row").get_by_role("radio", name=str(label), exact=True).click()
    expect(answer).to_have_text("?")
    # The canvas takes the empty drawing after the page's answer; a stroke begun before would be lost.
    wait_until(lambda: count_ink(page) == 0)


def test_drawings_are_kept_downloaded_and_brought_back(open_page, tmp_path):
    page = open_page("draw?look=mine")
    expect(page.get_by_text("No digits yet.")).to_be_visible()
    keep(page, [(140, 40), (140, 240)], 1)
    keep(page, [(70, 60), (210, 60), (120, 240)], 7)
    tiles = page.locator(".st-key-my_digits_gallery button")
    expect(tiles).to_have_count(2)
    file = tmp_path / "mine.json"
    assert [digit["label"] for digit in download_json(page, "Download digits", file)["digits"]] == [1, 7]

    page.get_by_role("button", name="Remove all").click()
    page.get_by_role("button", name="Remove them").click()
    expect(page.get_by_text("No digits yet.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No digits yet.")).to_be_visible()
    page.get_by_role("button", name="Upload digits").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(tiles).to_have_count(2)
    expect(page.get_by_text("2 digits added.")).to_be_visible()
    pictures = tiles.locator("img").evaluate_all("images => images.map(image => image.naturalWidth)")
    assert pictures == [28, 28]


def test_a_drawing_and_kept_digits_outlast_a_refresh(open_page):
    page = open_page("draw?look=mine")
    expect(page.get_by_text("No digits yet.")).to_be_visible()
    keep(page, [(140, 40), (140, 240)], 1)
    tiles = page.locator(".st-key-my_digits_gallery button")
    expect(tiles).to_have_count(1)
    draw_stroke(page, [(70, 60), (210, 60), (120, 240)])
    digit = page.locator("[data-digit]")
    expect(digit).to_have_attribute("data-digit", "7")
    wait_for_answer(page)
    page.reload()
    expect(tiles).to_have_count(1)
    expect(digit).to_have_attribute("data-digit", "7")
    # What came back can be drawn on.
    draw_stroke(page, [(120, 150), (190, 150)])
    expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", "2")
