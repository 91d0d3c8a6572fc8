"""The map of the test set and the list of weak slices, by the mouse."""

import re

from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, wait_for_answer
from tests.made import wait_until

# The network of the embedded digits, of which the first map is there at once.
RUN = "run=embedded-digits"


def open_map(open_page):
    page = open_page(f"evaluate?{RUN}&view=map")
    plot = page.locator(".st-key-sample_map .nsewdrag").first
    plot.wait_for()
    wait_for_answer(page)
    plot.scroll_into_view_if_needed()
    return page, find_box(plot)


def find_point(page):
    """Where one of the map's points is, in pixels of the window."""
    return page.locator(".st-key-sample_map .js-plotly-plot").evaluate(
        """plot => {
          const { left, top } = plot.querySelector(".nsewdrag").getBoundingClientRect();
          const { xaxis, yaxis } = plot._fullLayout, { x, y } = plot._fullData[0];
          return [left + xaxis.d2p(x[0]), top + yaxis.d2p(y[0])];
        }"""
    )


def test_the_image_of_the_point_under_the_pointer_is_shown(open_page):
    page, _ = open_map(open_page)
    hovered, (x, y) = page.locator(".lab-hovered"), find_point(page)

    def is_shown():
        # A move counts from when the map and what listens to it are there.
        page.mouse.move(x + 20, y)
        page.mouse.move(x, y)
        return hovered.is_visible()

    wait_until(is_shown)
    lightest = (
        "canvas => Math.max(...canvas.getContext('2d').getImageData(0, 0, 84, 84).data.filter((_, i) => i % 4 < 3))"
    )
    assert hovered.evaluate(lightest) > 150
    page.mouse.move(5, 5)
    expect(hovered).to_be_hidden()


def test_points_within_a_lasso_have_their_images_below(open_page):
    page, box = open_map(open_page)
    left, right = (box["x"] + box["width"] * share for share in (0.02, 0.98))
    top, bottom = (box["y"] + box["height"] * share for share in (0.02, 0.98))
    page.mouse.move(left, top)
    page.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom), (left, top)):
        page.mouse.move(x, y, steps=3)
    page.mouse.up()
    expect(page.get_by_text("360 images selected.")).to_be_visible()
    expect(page.locator(".lab-gallery figure")).to_have_count(36)
    # An image opens by a click, and the way back leads to the map.
    expect(page.locator("body[data-hears-images]")).to_be_attached()
    page.locator(".lab-gallery figure").first.click()
    expect(page).to_have_url(re.compile("image="))
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".st-key-sample_map .js-plotly-plot")).to_be_visible()


def test_weak_slices_are_looked_for_on_request(open_page):
    page = open_page(f"evaluate?{RUN}&view=slices")
    page.get_by_role("button", name="Look for weak slices").click()
    expect(page.get_by_text("than chance explains")).to_be_visible()
    expect(page.get_by_text("Error on ").first).to_be_visible()
    expect(page.locator(".lab-gallery figure").first).to_be_visible()
