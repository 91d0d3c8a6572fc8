"""Whom sweeps belong to; their cells belong to the same."""

import pytest

from core.errors import NotYours, RunBusy
from core.owners.visitor import Visitor
from core.sweep.manager import SweepManager
from core.sweep.runner import run_sweep
from tests.sweeps import Direct, make_space

ONE, OTHER = Visitor("one"), Visitor("other")


@pytest.fixture
def mine(sweeps):
    return sweeps.seen_by(ONE).create(make_space(lr=[0.1, 0.01]), "Mine")


def test_lists_hold_ones_own_sweeps(sweeps, mine):
    assert mine.owner == "one"
    assert [sweep.id for sweep in sweeps.seen_by(ONE).all()] == [mine.id]
    assert sweeps.seen_by(OTHER).all() == []
    assert [sweep.id for sweep in sweeps.all()] == [mine.id]


def test_a_link_shows_anothers_sweep_with_its_cells(sweeps, mine):
    run = sweeps.runs.seen_by(ONE).create(mine.space.cells()[0], tags={"sweep": mine.id, "cell": "0"})
    theirs = sweeps.seen_by(OTHER)
    assert theirs.get(mine.id).name == "Mine"
    assert [trial.record and trial.record.id for trial in theirs.trials(mine)] == [run.id, None]


def test_only_the_owner_deletes_a_sweep(sweeps, mine):
    with pytest.raises(NotYours, match="'Mine' belongs to another visitor"):
        sweeps.seen_by(OTHER).delete(mine)
    assert sweeps.get(mine.id) == mine
    sweeps.seen_by(ONE).delete(mine)
    assert sweeps.all() == []


def test_the_operator_alone_hears_of_damaged_sweeps(sweeps, mine):
    (mine.path / "sweep.json").write_text("{")
    assert list(sweeps.damaged()) == [mine.id]
    assert sweeps.seen_by(ONE).damaged() == {}


def test_cells_belong_to_whom_the_sweep_belongs_to(sweeps, mine, tmp_path):
    run_sweep(mine, sweeps, tmp_path, Direct())
    assert [record.owner for record in sweeps.runs.all()] == ["one", "one"]


def test_another_visitors_sweep_in_the_way_is_not_named(sweeps, mine, tmp_path):
    manager = SweepManager(sweeps, None)
    manager._running[mine.id] = None
    with pytest.raises(RunBusy, match="'Mine' is running"):
        manager.start(mine.space, "", tmp_path, None, "one")
    with pytest.raises(RunBusy, match="Another visitor’s sweep is running") as caught:
        manager.start(mine.space, "", tmp_path, None, "other")
    assert "Mine" not in str(caught.value)
