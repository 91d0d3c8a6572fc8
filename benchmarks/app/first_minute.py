"""A fresh start without data files and without a network: how long until a learning curve is seen.

    python -m benchmarks.app.first_minute [--starts 3] [--read 5]

start: seconds from the click on "Start on the embedded digits" to the first loss point in the page, each time of a
fresh server without data. read: seconds that the visitor looks at the page before the click; 0 is a click as soon as
the button is there, while the server still loads PyTorch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.app.running_app import chromium, click_until, running_app, visit
from benchmarks.app.train_page import HAS_STEPS

# On a quick machine the run has ended before the page has told any of its steps.
_HAS_POINT = f"""() => ({HAS_STEPS})() || (
    location.search.includes("run=") && document.querySelector("[class*=st-key-loss_] canvas")
    && document.querySelector("[data-testid=stMain]").innerText.includes("Finished"))"""


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=3)
    parser.add_argument("--read", type=float, nargs="*", default=[0.0, 5.0])
    chosen = parser.parse_args(arguments)
    figures = {}
    with chromium() as browser:
        for read in chosen.read:
            seconds = [_measure(browser, read) for _ in range(chosen.starts)]
            figures[f"read {read:g} s"] = {
                "median": round(statistics.median(seconds), 2),
                "worst": round(max(seconds), 2),
            }
    print(json.dumps({"start": figures}, indent=1))


def _measure(browser: Browser, read: float) -> float:
    # The training ends a moment after the server, and may still write.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        runs, data = Path(folder) / "runs", Path(folder) / "data"
        with running_app(runs, data=data) as (address, _), visit(browser, f"{address}/train") as page:
            button = page.get_by_role("button", name="Start on the embedded digits")
            button.wait_for(timeout=60_000)
            page.wait_for_timeout(read * 1000)
            return click_until(page, button, _HAS_POINT)


if __name__ == "__main__":
    main()
