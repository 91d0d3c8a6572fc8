"""How soon a stroke is read, measured in a real browser.

    python -m benchmarks.app.draw_latency [--strokes 20] [--wait 10] [--rounds 3]

Starts the app with the networks that come with it, opens the Draw page, waits, and draws strokes with the mouse:
first with the reading alone, then with all networks side by side. A time is the milliseconds from the release of
the mouse button to the frame that shows every reading of the drawing with that stroke. 200 of them are the canvas
component's own delay. The first stroke is the first ever since the app's start.

Then each explanation is opened, some rounds each after another stroke: the milliseconds from the click to the frame
with its picture, the very first one of all apart.
"""

from __future__ import annotations

import argparse
import json
import statistics

from playwright.sync_api import Page

from benchmarks.app.drawing import draw_stroke, open_draw_page

_LINES = (
    ((80, 60), (200, 62), (150, 140), (120, 220)),
    ((100, 140), (180, 140)),
    ((60, 30), (220, 30)),
    ((60, 250), (220, 250)),
)

# The reading carries the number of strokes that it is of; the panel must show something else than before the stroke.
# Two frames later at most both have been painted.
_WATCH = """() => {
    const html = selector => [...document.querySelectorAll(selector)].map(element => element.innerHTML).join();
    const painted = (start, isDone) => new Promise(resolve => {
        const look = () => {
            if (!start() || !isDone()) setTimeout(look, 2);
            else requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start())));
        };
        look();
    });
    window.released = window.clicked = 0;
    addEventListener("mouseup", () => { window.released = performance.now(); }, true);
    addEventListener("click", () => { window.clicked = performance.now(); }, true);
    window.remember = selector => { window.before = html(selector); };
    window.read = ([strokes, panel]) => painted(() => window.released, () => {
        const reading = document.querySelector("[data-digit]");
        return reading?.dataset.strokes === String(strokes) && (!panel || html(panel) !== window.before);
    });
    window.shown = selector => painted(() => window.clicked, () => html(selector) !== window.before);
}"""
_NETWORKS, _MARKED = ".lab-networks", ".lab-why figure:last-of-type"
_METHODS = ("Integrated gradients", "Saliency", "Grad-CAM", "Occlusion")


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strokes", type=int, default=20)
    parser.add_argument("--wait", type=float, default=10.0, help="seconds from the page's opening to the first stroke")
    parser.add_argument("--rounds", type=int, default=3, help="of explanations")
    given = parser.parse_args(arguments)
    with open_draw_page(given.wait) as page:
        page.evaluate(_WATCH)
        one = [_draw(page, stroke) for stroke in range(given.strokes)]
        _look_at(page, "All networks", _NETWORKS)
        _clear(page)
        every = [_draw(page, stroke, _NETWORKS) for stroke in range(given.strokes)]
        print(json.dumps({"one_network": _in_short(one), "all_networks": _in_short(every)}), flush=True)
        print(json.dumps({"explanations": _explain(page, given.rounds)}))


def _look_at(page: Page, panel: str, content: str) -> None:
    page.get_by_role("radio", name=panel).click()
    page.locator(content).first.wait_for(timeout=30_000)
    page.wait_for_timeout(2000)


def _in_short(times: list[float]) -> dict[str, object]:
    figures = {"first": times[0], "median": statistics.median(times), "max": max(times)}
    return {name: round(value) for name, value in figures.items()} | {"all": [round(value) for value in times]}


def _explain(page: Page, rounds: int) -> dict[str, object]:
    """Milliseconds to each explanation; the first ever, and the medians of the rounds."""
    _clear(page)
    _draw(page, 0)
    page.evaluate("window.remember('.lab-why')")
    page.get_by_role("radio", name="Why").click()
    first = page.evaluate("window.shown('.lab-why')")
    times: dict[str, list[float]] = {method: [] for method in _METHODS}
    for stroke in range(1, rounds + 1):
        _draw(page, stroke, _MARKED)
        for method in _METHODS:
            page.evaluate("selector => window.remember(selector)", _MARKED)
            page.get_by_role("radio", name=method).click()
            times[method].append(page.evaluate("selector => window.shown(selector)", _MARKED))
            page.wait_for_timeout(500)
    medians = {method: round(statistics.median(values)) for method, values in times.items()}
    return {"first_of_all": round(first)} | medians


def _clear(page: Page) -> None:
    page.get_by_role("button", name="Clear", exact=True).last.click()
    page.locator("[data-digit]").wait_for(state="detached")
    page.wait_for_timeout(1000)


def _draw(page: Page, stroke: int, panel: str = "") -> float:
    """Draw one stroke of a drawing of some strokes; returns the milliseconds to its reading, the panel's too."""
    number = stroke % len(_LINES)
    if stroke and number == 0:
        _clear(page)
    page.evaluate("selector => window.remember(selector)", panel or "nothing")
    page.evaluate("window.released = 0")
    draw_stroke(page, _LINES[number])
    milliseconds: float = page.evaluate("asked => window.read(asked)", [number + 1, panel])
    page.wait_for_timeout(400)
    return milliseconds


if __name__ == "__main__":
    main()
