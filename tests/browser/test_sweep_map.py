"""A sweep started with the mouse, its map filling, and a click on a cell."""

import json
import re

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, running_app, visit, wait_for_answer
from core.settings import PROJECT
from tests.browser.charts import margins

# The app, but the Sweep page's run waits between the fields of the grid and Start while a file is there.
_APP_THAT_WAITS = """
import time
from pathlib import Path

from core.sweep import manager
from pages.components.sweep import form

if not hasattr(form, "draws_at_once"):
    form.draws_at_once = form.draw_workers

    def draw_workers():
        while Path("wait").exists():
            time.sleep(0.01)
        return form.draws_at_once()

    form.draw_workers = draw_workers
    # No network is trained.
    manager.SweepManager._run = lambda self, sweep, *_: self._running.pop(sweep.id)

"""


@pytest.fixture(scope="module")
def app(own_app):
    """These tests start runs."""
    return own_app


def test_a_sweep_goes_on_across_a_refresh_and_a_click_on_a_cell_opens_its_run(open_page):
    page = open_page("sweep")
    page.get_by_role("combobox", name="Recipe").click()
    page.get_by_role("option", name="Quick sweep").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text("of 16 networks done")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Finished")).to_be_visible(timeout=240_000)
    texts = page.locator(".st-key-sweep_map .textpoint")
    # The map may be drawn a moment later than what stands above it.
    expect(texts.filter(has_text=re.compile(r"\d"))).to_have_count(16)
    given, used = margins(page.locator(".st-key-sweep_map .js-plotly-plot"))
    assert used == given
    shares = [float(text.replace("★", "")) for text in texts.all_text_contents()]
    assert min(shares) > 50
    assert f"{max(shares):.2f}%" in page.get_by_test_id("stMetric").first.inner_text()
    # The page draws itself once more when the sweep has ended, and another one can be started then.
    expect(page.get_by_role("button", name="Start")).to_be_enabled()
    wait_for_answer(page)
    # Near the corner of the cell in row 3, column 2: all of a cell answers, not its middle alone.
    box = find_box(page.locator(".st-key-sweep_map .nsewdrag"))
    page.mouse.click(box["x"] + box["width"] * 0.27, box["y"] + box["height"] * 0.54)
    chosen = page.get_by_role("combobox", name="Cell")
    expect(chosen).to_have_value(f"Learning rate 0.003 · Batch size 16 · {shares[9]:.2f}%")
    page.get_by_role("link", name="Open its run").click()
    expect(page.get_by_text("batch size 16 · MLP 32").first).to_be_visible()
    assert "/train?run=" in page.url


def test_start_clicked_while_the_form_is_being_filled_takes_the_recipes_grid(browser, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(PROJECT))
    (tmp_path / "pages").symlink_to(PROJECT / "pages")
    script = tmp_path / "app.py"
    script.write_text(_APP_THAT_WAITS + (PROJECT / "app.py").read_text())
    waits = tmp_path / "wait"
    with running_app(tmp_path / "runs", script) as (address, _), visit(browser, f"{address}/sweep") as page:
        page.get_by_role("button", name="Start").wait_for()
        page.get_by_role("combobox", name="Recipe").click()
        waits.touch()
        page.get_by_role("option", name="Quick sweep").click()
        expect(page.get_by_role("textbox", name="Values", include_hidden=True).first).to_have_value(
            "0.0003, 0.001, 0.003, 0.01"
        )
        page.get_by_role("button", name="Start").click()
        waits.unlink()
        expect(page.get_by_text("of 16 networks done")).to_be_visible()
    (file,) = (tmp_path / "runs" / "sweeps").glob("*/sweep.json")
    assert json.loads(file.read_text())["grid"] == {"lr": [0.0003, 0.001, 0.003, 0.01], "batch_size": [8, 16, 32, 64]}
