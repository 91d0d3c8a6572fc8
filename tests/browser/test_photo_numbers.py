"""A photographed page with two numbers: a click on a digit's box, and a rectangle drawn around a line."""

import re
from collections import defaultdict

import numpy as np
from playwright.sync_api import expect

from benchmarks.app.running_app import find_box
from tools.pen.made_pages import make_page
from tools.pen.made_photos import SIZE
from tools.pen.pen_digits import PenDigit

SEVEN = PenDigit(7, 1, (np.array([[70.0, 60], [200, 62], [165, 130], [120, 230]]),))
TWO = PenDigit(2, 1, (np.array([[80.0, 90], [110, 60], [160, 70], [165, 110], [80, 230], [180, 228]]),))


def test_numbers_are_read_a_box_is_clicked_and_a_line_cut_out(open_page):
    made = make_page([[SEVEN, TWO, SEVEN], [TWO, SEVEN]], "white paper", np.random.default_rng(3))
    page = open_page("draw?source=upload&look=networks")
    field = page.locator("input[type=file]")
    field.wait_for(state="attached")
    field.set_input_files([{"name": "page.jpg", "mimeType": "image/jpeg", "buffer": made.content}])
    number = page.get_by_test_id("number")
    expect(number).to_have_attribute("data-number", "727 27", timeout=60_000)
    photo = page.locator(".lab-photo img")
    photo.scroll_into_view_if_needed()

    def at(x, y):
        """A place in the window, of one in the photograph's pixels, which stands in the middle of a square."""
        box = find_box(photo)
        scale = box["width"] / SIZE[0]
        return box["x"] + x * scale, box["y"] + (y + (SIZE[0] - SIZE[1]) / 2) * scale

    left, top, right, bottom = made.boxes[0][1]
    page.mouse.click(*at((left + right) / 2, (top + bottom) / 2))
    expect(number.locator("li").nth(1)).to_have_class("chosen")
    expect(page.get_by_test_id("networks").locator("p").first).to_contain_text(re.compile(r"networks read the .+ as 2"))
    edges = defaultdict(list)
    for box in made.boxes[1]:
        for name, edge in zip("ltrb", box, strict=True):
            edges[name].append(edge)
    page.mouse.move(*at(min(edges["l"]) - 25, min(edges["t"]) - 12))
    page.mouse.down()
    page.mouse.move(*at(max(edges["r"]) + 25, max(edges["b"]) + 25), steps=5)
    page.mouse.up()
    expect(number).to_have_attribute("data-number", "27")
