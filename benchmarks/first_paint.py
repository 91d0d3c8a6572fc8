"""How long the home page takes to paint, beside an empty Streamlit app.

    python -m benchmarks.first_paint [pairs]

Each pair starts both apps afresh, one after the other, the order changing from pair to pair. "cold" is a server's
very first visitor, "warm" a new visitor once the app has been up for a while. Prints the medians in seconds, from
the start of navigation until the page's script has ended and its title is painted, and the ratio of home to empty.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser

from benchmarks.running_app import chromium, running_app, visit
from core.settings import PROJECT

_EMPTY = 'import streamlit as st\n\nst.title("Empty")\n'
_SETTLE_SECONDS = 10.0
_APPS = ("empty", "home")
# The page notes the time itself, frame by frame: Playwright looks at it only every half second after a while.
_WATCH = """(() => {
    const look = () => {
        if (document.querySelector("[data-testid=stApp][data-test-script-state=notRunning] h1")) {
            requestAnimationFrame(() => { window.painted = performance.now(); });
        } else requestAnimationFrame(look);
    };
    look();
})()"""


def main(pairs: int) -> None:
    """Measure and print."""
    times: dict[str, list[float]] = {f"{app}_{visitor}": [] for app in _APPS for visitor in ("cold", "warm")}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        empty = Path(folder) / "empty.py"
        empty.write_text(_EMPTY)
        scripts = {"empty": empty, "home": PROJECT / "app.py"}
        for pair in range(pairs):
            for app in _APPS if pair % 2 else _APPS[::-1]:
                with running_app(Path(folder) / "runs", scripts[app]) as (address, _):
                    times[f"{app}_cold"].append(_paint(browser, address))
                    # The app's computing process imports torch meanwhile.
                    time.sleep(_SETTLE_SECONDS)
                    times[f"{app}_warm"].append(_paint(browser, address))
    print(json.dumps(_summarise(times), indent=1))


def _paint(browser: Browser, address: str) -> float:
    with visit(browser, "about:blank") as page:
        page.add_init_script(_WATCH)
        page.goto(address)
        painted = page.wait_for_function("window.painted").json_value()
        return float(painted) / 1000


def _summarise(times: dict[str, list[float]]) -> dict[str, object]:
    medians = {name: round(median(values), 3) for name, values in times.items()}
    return {
        "pairs": len(times["home_cold"]),
        "seconds": medians,
        "ratio_cold": round(medians["home_cold"] / medians["empty_cold"], 3),
        "ratio_warm": round(medians["home_warm"] / medians["empty_warm"], 3),
        "streamlit": version("streamlit"),
        "python": platform.python_version(),
        "machine": platform.processor() or platform.machine(),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
