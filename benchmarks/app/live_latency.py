"""How far the live reading is behind the pen, measured in a real browser.

    python -m benchmarks.app.live_latency [--pauses 20] [--wait 10]

Starts the app, switches the Draw page to live, and draws one long stroke that rests now and then with the button
down. A time is the milliseconds from the pen's last move before a rest to the frame that shows the reading of it.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics

from playwright.sync_api import Page

from benchmarks.app.drawing import open_draw_page

_MOVES, _MOVE_MS, _REST_MS = 24, 16, 700

# The picture that the network sees stands in the reading and changes with every point of the pen.
_WATCH = """() => {
    const page = window;
    page.moved = page.changed = page.count = 0;
    let shown = null;
    addEventListener("pointermove", event => { if (event.buttons) page.moved = performance.now(); }, true);
    const look = () => {
        const picture = document.querySelector("[data-digit] .lab-picture img")?.src;
        if (picture && picture !== shown) {
            shown = picture;
            page.count += 1;
            requestAnimationFrame(() => setTimeout(() => { page.changed = performance.now(); }));
        }
        setTimeout(look, 2);
    };
    look();
}"""


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pauses", type=int, default=20)
    parser.add_argument("--wait", type=float, default=10.0, help="seconds from the page's opening to the stroke")
    given = parser.parse_args(arguments)
    with open_draw_page(given.wait) as page:
        page.get_by_text("Live", exact=True).click()
        page.wait_for_timeout(1500)
        page.evaluate(_WATCH)
        print(json.dumps(_measure(page, given.pauses)))


def _measure(page: Page, pauses: int) -> dict[str, object]:
    box = page.locator(".st-key-canvas_frame").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    times, updates = [], []
    for pause in range(pauses):
        before = page.evaluate("count")
        for move in range(pause * _MOVES, (pause + 1) * _MOVES):
            # A spiral: every point changes the picture.
            angle, radius = move / 9, 20 + 100 * move / (pauses * _MOVES)
            page.mouse.move(x + radius * math.cos(angle), y + radius * math.sin(angle))
            page.wait_for_timeout(_MOVE_MS)
        page.wait_for_timeout(_REST_MS)
        times.append(page.evaluate("changed - moved"))
        updates.append(page.evaluate("count") - before)
    page.mouse.up()
    return {
        "behind_the_pen_ms": {"median": round(statistics.median(times)), "max": round(max(times))},
        "updates_a_rest": statistics.median(updates),
        "all": [round(value) for value in times],
    }


if __name__ == "__main__":
    main()
