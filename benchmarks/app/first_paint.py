"""How long the home page takes to paint, beside an empty Streamlit app.

    python -m benchmarks.app.first_paint [pairs]

Each pair starts both apps afresh, one after the other, the order changing from pair to pair. "cold" is a server's
very first visitor, "warm" a new visitor once the app has been up for a while. Prints the medians in seconds from the
start of navigation, and the ratio of home to empty: of the title's paint, and of the page's once its script has ended.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.app.running_app import chromium, running_app, visit
from core.settings import PROJECT

_EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
_SETTLE_SECONDS = 10.0
_APPS = ("empty", "home")
# The page notes the times itself, frame by frame: Playwright looks at it only every half second after a while.
_WATCH = """(() => {
    const times = [];
    const look = () => {
        const app = document.querySelector("[data-testid=stApp]:has(h1)");
        if (app && !times.length) times.push(performance.now());
        if (app?.dataset.testScriptState === "notRunning") {
            times.push(performance.now());
            window.painted = times;
        } else requestAnimationFrame(look);
    };
    look();
})()"""
_PARTS = ("title", "page")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=int, nargs="?", default=5)
    pairs: int = parser.parse_args(arguments).pairs
    times: dict[str, dict[str, list[list[float]]]] = {
        visitor: {app: [] for app in _APPS} for visitor in ("cold", "warm")
    }
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        empty = Path(folder) / "empty.py"
        empty.write_text(_EMPTY)
        scripts = {"empty": empty, "home": PROJECT / "app.py"}
        for pair in range(pairs):
            for app in _APPS if pair % 2 else _APPS[::-1]:
                with running_app(Path(folder) / "runs", scripts[app]) as (address, _):
                    times["cold"][app].append(_paint(browser, address))
                    # The app's compute process imports torch meanwhile.
                    time.sleep(_SETTLE_SECONDS)
                    times["warm"][app].append(_paint(browser, address))
    about = {"pairs": pairs, "streamlit": version("streamlit"), "python": platform.python_version()}
    print(json.dumps(about | {visitor: _summarise(**found) for visitor, found in times.items()}, indent=1))


def _paint(browser: Browser, address: str) -> list[float]:
    """Seconds to the title and to the page."""
    with visit(browser, "about:blank") as page:
        page.add_init_script(_WATCH)
        page.goto(address)
        painted = page.wait_for_function("window.painted").json_value()
        return [milliseconds / 1000 for milliseconds in painted]


def _summarise(empty: list[list[float]], home: list[list[float]]) -> dict[str, dict[str, float]]:
    summary = {}
    for number, part in enumerate(_PARTS):
        first, second = (median(times[number] for times in found) for found in (empty, home))
        summary[part] = {"empty": round(first, 3), "home": round(second, 3), "ratio": round(second / first, 3)}
    return summary


if __name__ == "__main__":
    main()
