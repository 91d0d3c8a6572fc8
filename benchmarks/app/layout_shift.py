"""How far what stands on the Train page moves while a run starts, goes on and ends, measured in a real browser.

    python -m benchmarks.app.layout_shift [--runs 3]

Trains on the embedded digits, from the click on Start to some time after the run has ended. A figure is the sum of
Chromium's own layout-shift entries (share of the window that moved, times how far), those shortly after a click
included. `moved` names what moved most.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from benchmarks.app.running_app import chromium, running_app, visit, wait_for_answer
from core.runs.store import RunStore

SIZES = ((1280, 720), (390, 844))
# The page is watched for this long after the run's end, in milliseconds.
_AFTERMATH = 2500
# What the browser still draws of a page that the server has sent comes within this time, in milliseconds.
_SETTLE = 3000

_WATCH = """() => {
    window.shifts = [];
    const name = node => {
        const element = node.nodeType === 1 ? node : node.parentElement;
        const key = element?.closest("[class*=st-key-]")?.className.match(/st-key-[^ ]+/)?.[0];
        return [element?.dataset?.testid ?? element?.tagName, key, element?.innerText?.slice(0, 40)].join(" ");
    };
    new PerformanceObserver(list => {
        for (const entry of list.getEntries())
            window.shifts.push({value: entry.value, moved: entry.sources.filter(s => s.node).map(
                s => `${name(s.node)}: ${s.previousRect.y | 0} to ${s.currentRect.y | 0}`)});
    }).observe({type: "layout-shift"});
}"""


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    count = parser.parse_args(arguments).runs
    figures = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        for width, height in SIZES:
            runs_folder = Path(folder) / str(width)
            with running_app(runs_folder) as (address, _):
                runs = [measure(browser, address, RunStore(runs_folder), width, height) for _ in range(count)]
            figures[f"{width}x{height}"] = _summary(runs)
    print(json.dumps(figures, indent=1))


def measure(browser: Browser, address: str, store: RunStore, width: int, height: int) -> list[dict[str, Any]]:
    """The layout shifts of one run, in their order: `value` of each, and what `moved`. store: of the app's runs."""
    with visit(browser, f"{address}/train?dataset=digits", width, height) as page:
        start = page.get_by_test_id("stMain").get_by_role("button", name="Start", exact=True)
        start.wait_for(timeout=60_000)
        wait_for_answer(page)
        page.wait_for_timeout(_SETTLE)
        start.scroll_into_view_if_needed()
        before = len(store.all())
        page.evaluate(_WATCH)
        start.click()
        # On a phone the run stands below what fits the window.
        page.locator(".st-key-run_status").scroll_into_view_if_needed(timeout=60_000)
        while len(store.all()) == before or store.all()[0].is_active:
            page.wait_for_timeout(100)
        page.wait_for_timeout(_AFTERMATH)
        shifts: list[dict[str, Any]] = page.evaluate("shifts")
        return shifts


def _summary(runs: list[list[dict[str, Any]]]) -> dict[str, object]:
    totals = [sum(shift["value"] for shift in shifts) for shifts in runs]
    largest = sorted((shift for shifts in runs for shift in shifts), key=lambda shift: -shift["value"])[:3]
    return {
        "median": round(statistics.median(totals), 4),
        "max": round(max(totals), 4),
        "moved": [{"value": round(shift["value"], 4), "moved": shift["moved"]} for shift in largest],
    }


if __name__ == "__main__":
    main()
