"""Runs in each of their states, and what is done with them, as `test_pages.py` compares pages."""

from contextlib import nullcontext

import pytest

from core.runs.record import ACTIVE, APP_ENDED, FAILED, FINISHED, INTERRUPTED, RUNNING, STOPPED, RunState, write_state
from core.runs.store import RunStore
from core.storage.locks import hold_as_worker
from core.texts.message import message
from core.training.events import LrChanged
from pages.components.shell import services
from pages.components.shell.presenter import form_key
from tests.pages.drawing import find
from tests.pages.made_runs import make_result, make_run
from tests.pages.runs.seen import tick

DIVERGED = message("The loss became NaN at step {step}.", step=12)
# The container of the table.
TABLE = form_key("runs")
ENDED = {
    "stopped": RunState(STOPPED, step=40, epoch=1, total_steps=114),
    "diverged": RunState(FAILED, DIVERGED, step=12, epoch=1, total_steps=114, has_diverged=True),
    "failed": RunState(FAILED, message("The disk is full."), step=40, epoch=1, total_steps=114),
    "interrupted": RunState(INTERRUPTED, APP_ENDED, 40, 1, 114),
    "too long": RunState(STOPPED, message("It has trained for {minutes} minutes.", minutes=30), 40, 1, 114),
}


@pytest.mark.parametrize("status", ACTIVE)
def test_at_work(visit, check, mine, status):
    write_state(mine.path, RunState(status, step=40, epoch=1, total_steps=114, measured=100))
    with hold_as_worker(mine.path):
        check(visit("train", run=mine.id), "run")


@pytest.mark.parametrize("state", ENDED)
def test_ended(visit, check, mine, state):
    write_state(mine.path, ENDED[state])
    check(visit("train", run=mine.id), "run")


def test_at_work_with_a_rate_set_by_hand(visit, check, mine):
    mine.log.append(LrChanged(20, 0.02))
    write_state(mine.path, RunState(RUNNING, step=40, epoch=1, total_steps=114))
    with hold_as_worker(mine.path):
        check(visit("train", {f"lr_popover_{mine.id}": True}, run=mine.id), "run")


# Each page with the part of it that shows the run, without one all of it.
PARTS = {"train": ("run",), "draw": (), "evaluate": (), "anatomy": ()}


@pytest.mark.parametrize("page", PARTS)
def test_without_weights(visit, check, mine, page):
    mine.weights_file.unlink()
    check(visit(page, run=mine.id), *PARTS[page])


def test_with_a_rate_set_by_hand(visit, check, mine):
    mine.log.append(LrChanged(20, 0.02))
    check(visit("train", run=mine.id), "run")


@pytest.mark.parametrize("page", PARTS)
@pytest.mark.usefixtures("mine")
def test_that_do_not_exist(visit, check, page):
    check(visit(page, run="gone"), *PARTS[page])


@pytest.fixture
def table(visit, store, tmp_path, monkeypatch):
    """The Train page with its table: a built-in run, a damaged one, and three others."""
    bundled = RunStore(tmp_path / "bundled")
    monkeypatch.setattr(services, "BUNDLED_RUNS", bundled.root)
    make_run(bundled, "z", "Built in", result=make_result())
    for number, name in enumerate("abc"):
        make_run(store, name, f"Run {name}", result=make_result(), seed=number)
    store.annotate("b", name="Run b", note="Worth a look", is_starred=True)
    (make_run(store, "d").path / "config.json").write_text("{")
    return visit("train")


@pytest.mark.parametrize("rows", [(0,), (1,), (2,), (4,), (1, 3), (0, 1, 4)])
def test_ticked(table, check, rows):
    check(tick(table, *rows), TABLE)


@pytest.mark.parametrize("rows", [(0,), (2,), (1, 3)])
def test_about_to_be_deleted(table, check, rows):
    tick(table, *rows)
    check(find(table.button, "Delete").click().run(), "dialog")


def test_about_to_be_renamed(table, check):
    tick(table, 2)
    check(find(table.button, "Rename").click().run(), "dialog")


@pytest.mark.parametrize("view", ["", "mistakes", "dynamics"])
@pytest.mark.parametrize("status", [STOPPED, FINISHED, RUNNING])
def test_not_measured(visit, check, mine, status, view):
    (mine.path / "card.json").unlink()
    write_state(mine.path, RunState(status, step=40, epoch=1, total_steps=114))
    where = {"view": view} if view else {}
    with hold_as_worker(mine.path) if status in ACTIVE else nullcontext():
        check(visit("evaluate", run=mine.id, **where))
