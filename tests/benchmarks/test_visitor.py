"""A visitor of the load kit at a real server: it opens pages, draws, and notices an error."""

import asyncio

import pytest

from benchmarks.app.running_app import running_app
from benchmarks.load.kinds import draw, evaluate, visit_at_once, visit_in_turn
from benchmarks.load.visitor import VisitFailed, visiting

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("app")
    with running_app(folder / "runs", data=folder / "data") as (address, _):
        yield address


def test_visitors_draw_and_evaluate_beside_each_other(address):
    times = asyncio.run(visit_in_turn(address, [draw, draw, evaluate], seconds=20.0))
    assert times.errors == []
    assert {"open Draw", "open Evaluate", "stroke to prediction"} <= {*times.seconds}


def test_all_ask_at_the_same_instant(address):
    times = asyncio.run(visit_at_once(address, "home", 5))
    assert times.errors == []
    assert len(times.seconds["open home"]) == 5


def test_a_visitor_stays_on_a_page_that_runs_again(address):
    async def visit():
        async with visiting(address) as visitor:
            await visitor.open("train")
            visitor.elements = {}
            await visitor.rerun()
            return visitor.find("button", lambda found: found.label.startswith("Start"))

    assert asyncio.run(visit()).id


def test_an_error_on_a_page_ends_the_visit(address):
    async def visit():
        async with visiting(address) as visitor:
            await visitor.open("home")
            await visitor.rerun(until=b"what no page ever shows")

    with pytest.raises(VisitFailed, match="did not show what no page ever shows"):
        asyncio.run(visit())
