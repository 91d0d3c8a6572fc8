"""The Draw page's canvas, drawn on with the mouse of a real browser."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.app.running_app import chromium, find_box, running_app, visit, wait_for_answer
from pages.components.draw.canvas.canvas import SIDE


@contextlib.contextmanager
def open_draw_page(seconds: float) -> Iterator[Page]:
    """The Draw page of an app without runs of its own, that many seconds after the canvas has appeared."""
    with (
        tempfile.TemporaryDirectory() as runs,
        chromium() as browser,
        running_app(Path(runs)) as (address, _),
        visit(browser, f"{address}/draw") as page,
    ):
        page.locator("canvas.upper-canvas").wait_for(timeout=60_000)
        page.wait_for_timeout(seconds * 1000)
        yield page


def count_ink(page: Page) -> int:
    """White pixels on the canvas."""
    canvases = page.locator(".st-key-canvas_frame").locator("canvas.dc-canvas.lower-canvas, canvas[role=img]")
    # The one that was switched off can still be there, hidden.
    canvas = canvases.filter(visible=True)
    count: int = canvas.evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .reduce((count, value, i) => count + (i % 4 === 0 && value > 200), 0)"""
    )
    return count


def draw_stroke(page: Page, points: Sequence[tuple[float, float]]) -> None:
    """Draw through the points, x and y from the canvas's corner, where its side is 280, however large it is shown.

    A stroke begun before the page has answered would be lost where the answer is another drawing: on the package's
    canvas, that is, not on the live one.
    """
    wait_for_answer(page)
    frame = page.locator(".st-key-canvas_frame")
    frame.locator("canvas").last.wait_for(timeout=60_000)
    box = find_box(frame)
    scale = box["width"] / SIDE
    (x, y), *rest = [(x * scale, y * scale) for x, y in points]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
    page.mouse.up()
