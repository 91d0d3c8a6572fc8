"""A picture from a file, on a phone."""

import numpy as np
from playwright.sync_api import expect

from tools.pen.made_photos import make_photo

SEVEN = np.array([[70.0, 60], [200, 62], [165, 130], [120, 230]])


def test_a_bad_file_is_refused_and_a_photograph_then_read(open_page):
    page = open_page("draw?source=upload", width=390, height=844, has_touch=True)
    field = page.locator("input[type=file]")
    field.wait_for(state="attached")
    field.set_input_files([{"name": "notes.png", "mimeType": "image/png", "buffer": b"no picture"}])
    refusal = page.get_by_text("notes.png is no picture")
    expect(refusal).to_be_visible()
    photo = make_photo([SEVEN], "sheet on a table", np.random.default_rng(1)).content
    field.set_input_files([{"name": "seven.jpg", "mimeType": "image/jpeg", "buffer": photo}])
    expect(page.locator("[data-digit]")).to_have_attribute("data-digit", "7")
    expect(refusal).to_have_count(0)
    expect(page.get_by_text("seven.jpg").last).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
