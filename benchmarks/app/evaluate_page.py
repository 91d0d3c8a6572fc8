"""How soon the Evaluate page shows its matrix, answers a click and opens an image, measured in a real browser.

    python -m benchmarks.app.evaluate_page [visits]

Prints medians in seconds. fresh_browser: from a page load in a browser that has cached nothing to the painted matrix
(the browser then has to fetch and compile Plotly); reload: the same once it is cached; from_home: from the click on
"Evaluate" on the home page, in another such browser, whose visitor has looked at that page for some seconds; cell:
from a click on a cell to its images; image: from a click on an image to its own view with an explanation; map: from
the click on "Map" to the points of the principal components, which are computed anew the first time; compare: the same
for "Two runs". Needs MNIST's files, see the README.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page

from benchmarks.app.running_app import chromium, click_until, running_app, visit, wait_for_answer

_MATRIX = ".st-key-confusion .heatmaplayer image"
_CELLS = ".st-key-confusion .points path.point"
# The classes and the sums of mistakes.
_COLUMNS = 11
_VIEWS = {"map": ("Map", ".js-plotly-plot .legend"), "compare": ("Two runs", "text=McNemar")}
_EXPLAINED = "text=A square of 4×4 pixels is erased"
_WARM_UP_SECONDS = 10.0
# How long a visitor looks at the home page.
_LOOK_SECONDS = 4.0


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("visits", type=int, nargs="?", default=5)
    visits: int = parser.parse_args(arguments).visits
    names = ("fresh_browser", "reload", "from_home", "cell", "image", *_VIEWS)
    times: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser, running_app(Path(folder)) as (address, _):
        time.sleep(_WARM_UP_SECONDS)
        for _ in range(visits):
            times["from_home"].append(_from_home(browser, address))
            with visit(browser, "about:blank") as page:
                for name in ("fresh_browser", "reload"):
                    times[name].append(_time(page, partial(page.goto, f"{address}/evaluate?run=deep-mlp"), _MATRIX))
                page.locator(".lab-gallery figure").first.wait_for()
                times["cell"].append(_time(page, partial(_click_cell, page, 4, 9), "text=predicted as 9"))
                wait_for_answer(page)
                first = page.locator(".lab-gallery figure").first
                # Chosen once, the panel is open for each image that follows.
                first.click()
                page.get_by_role("radio", name="Why").click()
                page.locator(_EXPLAINED).wait_for()
                page.get_by_role("button", name="Back").click()
                first.wait_for()
                wait_for_answer(page)
                times["image"].append(_time(page, first.click, _EXPLAINED))
                page.get_by_role("button", name="Back").click()
                for name, (label, mark) in _VIEWS.items():
                    radio = page.get_by_role("radio", name=label)
                    radio.wait_for()
                    wait_for_answer(page)
                    times[name].append(_time(page, radio.click, mark))
    print(json.dumps({name: round(median(values), 3) for name, values in times.items()}, indent=1))


def _from_home(browser: Browser, address: str) -> float:
    with visit(browser, address) as page:
        link = page.get_by_role("link", name="Evaluate").first
        link.wait_for()
        wait_for_answer(page)
        time.sleep(_LOOK_SECONDS)
        return click_until(page, link, f"() => document.querySelector('{_MATRIX}')")


def _time(page: Page, act: Callable[[], object], selector: str) -> float:
    start = time.perf_counter()
    act()
    page.locator(selector).first.wait_for()
    return time.perf_counter() - start


def _click_cell(page: Page, true: int, predicted: int) -> None:
    box = page.locator(_CELLS).nth(true * _COLUMNS + predicted).bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


if __name__ == "__main__":
    main()
