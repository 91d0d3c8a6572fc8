"""How the Train page keeps up with training, measured in a real browser.

    python -m benchmarks.app.train_page [--pairs 5]

start: seconds from the click on Start to the first loss point in the page. stop: seconds from the click on Stop
to the end of training, as the run's folder says. updates: how often a second the loss chart changes. blank: how often
the chart was found without a canvas. page_cost: samples a second of one run with the page open in a browser,
over those with no page, in alternating pairs.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, Page

from benchmarks.app.running_app import chromium, running_app, visit
from core.config.run_config import RunConfig
from core.execution.job_queue import JobQueue
from core.runs.record import RUNNING, RunRecord
from core.runs.store import RunStore
from core.settings import data_root

# The small MLP at batch 15 on one thread: the smallest steps of all recipes, so the worst case for a page.
_CONFIG = RunConfig(options={"hidden": (64, 64, 32, 32)}, batch_size=15, scaling="unit", val_fraction=0.0)
_SECONDS = 10.0
_WARM_UP_SECONDS = 10.0

_COUNT_CHANGES = """seconds => new Promise(resolve => {
    const end = performance.now() + seconds * 1000;
    let last = "", changes = 0, blank = 0, looks = 0;
    const look = () => {
        const progress = document.querySelector("[data-testid=stProgress]");
        const chart = document.querySelector("[class*=st-key-loss_] canvas");
        const text = progress ? progress.innerText : "";
        looks += 1;
        if (!chart || !chart.width) blank += 1;
        if (text !== last) { changes += 1; last = text; }
        if (performance.now() < end) setTimeout(look, 20); else resolve({changes, blank, looks});
    };
    look();
})"""


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=5)
    pairs = parser.parse_args(arguments).pairs
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        runs = Path(folder)
        with running_app(runs) as (address, _):
            figures = _measure_page(browser, address, RunStore(runs))
        figures |= _measure_cost(browser, runs, pairs)
    print(json.dumps(figures, indent=1))


def _measure_page(browser: Browser, address: str, store: RunStore) -> dict[str, object]:
    starts, stops, watched = [], [], {}
    with visit(browser, f"{address}/train") as page:
        page.locator("[data-testid=stBaseButton-primary]").first.wait_for(timeout=30_000)
        page.wait_for_timeout(_WARM_UP_SECONDS * 1000)
        for _ in range(3):
            begin = time.perf_counter()
            page.locator("[data-testid=stBaseButton-primary]").first.click()
            page.wait_for_function(HAS_STEPS, polling=20)
            starts.append(time.perf_counter() - begin)
            watched = page.evaluate(_COUNT_CHANGES, 3)
            begin = time.perf_counter()
            page.get_by_role("button", name="Stop").click()
            while store.all()[0].state.status == RUNNING:
                time.sleep(0.01)
            stops.append(time.perf_counter() - begin)
            page.wait_for_timeout(2000)
    return {
        "start_seconds": _summary(starts),
        "stop_seconds": _summary(stops),
        "updates_per_second": watched["changes"] / 3,
        "blank_looks": watched["blank"],
        "looks": watched["looks"],
    }


# Whether the page shows a step and a chart of losses.
HAS_STEPS = """() => {
    const progress = document.querySelector("[data-testid=stProgress]");
    const match = progress && progress.innerText.match(/step ([0-9,]+) of/);
    return match && Number(match[1].replaceAll(",", "")) > 0
        && document.querySelector("[class*=st-key-loss_] canvas");
}"""


def _measure_cost(browser: Browser, runs: Path, pairs: int) -> dict[str, object]:
    ratios, store = [], RunStore(runs)
    with running_app(runs) as (address, _):
        # The run belongs to a job manager of its own, so that the same run is measured with and without a page.
        manager = JobQueue(store)
        manager.compute.start()
        manager.compute.is_ready.wait()
        for _ in range(pairs):
            record = manager.submit(_CONFIG.replace(epochs=1000), data_root())
            _wait_for_steps(store, record)
            alone = _samples_per_second(store, record, None)
            with visit(browser, f"{address}/train?run={record.id}") as page:
                page.locator("[data-testid=stProgress]").wait_for(timeout=30_000)
                page.wait_for_timeout(2000)
                watched = _samples_per_second(store, record, page)
            ratios.append(watched / alone)
            manager.stop(record.id)
            while store.get(record.id).is_active:
                time.sleep(0.05)
        manager.close()
    return {"page_cost": {"ratio": _summary(ratios), "pairs": pairs, "seconds_each": _SECONDS}}


def _wait_for_steps(store: RunStore, record: RunRecord) -> None:
    while not store.get(record.id).history().step:
        time.sleep(0.1)


def _samples_per_second(store: RunStore, record: RunRecord, page: Page | None) -> float:
    first, begin = store.get(record.id).history().step, time.perf_counter()
    if page:
        page.wait_for_timeout(_SECONDS * 1000)
    else:
        time.sleep(_SECONDS)
    steps = store.get(record.id).history().step - first
    return steps * _CONFIG.batch_size / (time.perf_counter() - begin)


def _summary(values: list[float]) -> dict[str, float]:
    return {
        "first": round(values[0], 3),
        "median": round(statistics.median(values), 3),
        "min": round(min(values), 3),
        "max": round(max(values), 3),
    }


if __name__ == "__main__":
    main()
