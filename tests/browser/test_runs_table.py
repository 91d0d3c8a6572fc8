"""Runs renamed and deleted with the mouse: ticks and dialogs, which no test without a browser can go through."""

from playwright.sync_api import expect

from benchmarks.app.running_app import running_app, visit
from core.runs.store import RunStore
from tests.pages.made_runs import make_run

# CSS pixels: the height of a row and of the heading, and about the width of the column with the boxes to tick.
ROW = 35


def tick(page, row):
    """Tick a row, counted from 0, below the heading."""
    grid = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    grid.click(position={"x": ROW / 2, "y": ROW * (row + 1.5)})


def test_a_ticked_run_is_renamed_and_deleted_and_the_others_stay(browser, tmp_path):
    store = RunStore(tmp_path)
    for run_id in "abc":
        make_run(store, run_id, f"Run {run_id}")
    with running_app(tmp_path) as (address, _), visit(browser, f"{address}/train?dataset=digits&run=b") as page:
        buttons = page.get_by_test_id("stMain")
        tick(page, 1)
        buttons.get_by_role("button", name="Rename").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Name").fill("Better")
        dialog.get_by_label("Name").press("Enter")
        expect(dialog).to_have_count(0)
        expect(page.get_by_role("heading", name="Better")).to_be_visible()
        assert {run.id: run.name for run in store.all()} == {"a": "Run a", "b": "Better", "c": "Run c"}
        # The list is the same, so the tick has stayed.
        buttons.get_by_role("button", name="Delete").click()
        expect(dialog).to_contain_text("“Better” (finished, seed 1)")
        dialog.get_by_role("button", name="Delete").click()
        expect(dialog).to_have_count(0)
        page.wait_for_url(lambda url: "run=b" not in url)
        expect(page.get_by_text("Click a name to open its run")).to_be_visible()
        assert {run.id for run in store.all()} == {"a", "c"}
        # A click on a name opens its run; it stands right of the box to tick.
        page.get_by_test_id("stDataFrame").locator(".dvn-scroller").click(position={"x": 3 * ROW, "y": ROW * 2.5})
        page.wait_for_url("**run=a*")
        expect(page.get_by_role("heading", name="Run a")).to_be_visible()
