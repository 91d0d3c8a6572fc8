"""From a stopped server without any cache to a Draw page that reads a stroke.

    python -m benchmarks.app.wake_up [--starts 3]

Each time the project is copied without its compiled files, as after a fresh checkout, the server is started from the
copy, and a browser opens the Draw page as soon as the server answers and draws a stroke as soon as there is a canvas.
The seconds are from the server's start: until it answers, until the canvas stands, until the prediction does. No
network is used. What the installed packages have compiled stays, as it does on a host that has installed them.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks.app.drawing import draw_stroke
from benchmarks.app.running_app import chromium, running_app, visit
from core.settings import PROJECT

_PARTS = ("app.py", ".streamlit", "locales", "models", "core", "pages")
_LINE = ((80, 60), (200, 62), (150, 140), (120, 220))
_PATIENCE = 60_000


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=3)
    given = parser.parse_args(arguments)
    with chromium() as browser:
        found = [_wake(browser) for _ in range(given.starts)]
    for name in found[0]:
        seconds = [start[name] for start in found]
        print(json.dumps({name: {"median": round(statistics.median(seconds), 2), "worst": round(max(seconds), 2)}}))


def _wake(browser: Browser) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        code = Path(folder) / "code"
        _copy(code)
        begun = time.perf_counter()
        with running_app(Path(folder) / "runs", code / "app.py", Path(folder) / "data") as (address, _):
            seconds = {"server answers": time.perf_counter() - begun}
            with visit(browser, f"{address}/draw") as page:
                page.locator(".st-key-canvas_frame canvas").first.wait_for(timeout=_PATIENCE)
                seconds["canvas stands"] = time.perf_counter() - begun
                while not page.locator("[data-digit]").count():
                    # The canvas listens to the pen a moment after it stands.
                    draw_stroke(page, _LINE)
                    page.wait_for_timeout(200)
                seconds["stroke is read"] = time.perf_counter() - begun
        return seconds


def _copy(code: Path) -> None:
    code.mkdir()
    for part in _PARTS:
        if (PROJECT / part).is_dir():
            shutil.copytree(PROJECT / part, code / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(PROJECT / part, code / part)


if __name__ == "__main__":
    main()
