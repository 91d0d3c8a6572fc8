"""How soon a stroke is read, measured in a real browser.

    python -m benchmarks.draw_latency [--strokes 20] [--wait 10]

Starts the app with the networks that come with it, opens the Draw page, waits, and draws strokes with the mouse.
A time is the milliseconds from the release of the mouse button to the frame that shows the reading of the drawing
with that stroke. 200 of them are the canvas component's own delay. The first stroke is the first ever since the
app's start.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.running_app import chromium, running_app, visit

_LINES = (
    ((80, 60), (200, 62), (150, 140), (120, 220)),
    ((100, 140), (180, 140)),
    ((60, 30), (220, 30)),
    ((60, 250), (220, 250)),
)

# The reading carries the number of strokes that it is of. Two frames later at most it has been painted.
_WATCH = """() => {
    window.released = 0;
    addEventListener("mouseup", () => { window.released = performance.now(); }, true);
    window.read = strokes => new Promise(resolve => {
        const look = () => {
            const reading = document.querySelector("[data-digit]");
            if (window.released && reading && reading.dataset.strokes === String(strokes))
                requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - window.released)));
            else setTimeout(look, 2);
        };
        look();
    });
}"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strokes", type=int, default=20)
    parser.add_argument("--wait", type=float, default=10.0, help="seconds from the page's opening to the first stroke")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as runs,
        chromium() as browser,
        running_app(Path(runs)) as (address, _),
        visit(browser, f"{address}/draw") as page,
    ):
        page.locator("canvas.upper-canvas").wait_for(timeout=60_000)
        page.wait_for_timeout(given.wait * 1000)
        page.evaluate(_WATCH)
        times = [_draw(page, stroke) for stroke in range(given.strokes)]
    figures = {"first": times[0], "median": statistics.median(times), "max": max(times)}
    rounded = {name: round(value) for name, value in figures.items()}
    print(json.dumps({"mouse_up_to_reading_ms": rounded, "all": [round(value) for value in times]}))


def _draw(page: Page, stroke: int) -> float:
    """Draw one stroke of a drawing of some strokes; returns the milliseconds to its reading."""
    number = stroke % len(_LINES)
    if stroke and number == 0:
        page.get_by_role("button", name="Clear").click()
        page.locator("[data-digit]").wait_for(state="detached")
        page.wait_for_timeout(1000)
    box = page.locator(".st-key-canvas_frame").bounding_box()
    assert box is not None
    (x, y), *rest = _LINES[number]
    page.mouse.move(box["x"] + x, box["y"] + y)
    page.evaluate("window.released = 0")
    page.mouse.down()
    for x, y in rest:
        page.mouse.move(box["x"] + x, box["y"] + y, steps=8)
    page.mouse.up()
    milliseconds: float = page.evaluate("strokes => window.read(strokes)", number + 1)
    page.wait_for_timeout(400)
    return milliseconds


if __name__ == "__main__":
    main()
