"""Every action on a sweep, as its owner and as another visitor."""

import inspect

import pytest

from core.errors import ConfigError, LimitReached, NotYours
from core.execution.executors import Workers
from core.hosting.sweeps import VisitorSweeps
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import OPERATOR
from core.runs.control_file import read_command
from core.sweep.manager import SweepManager
from core.sweep.records import SweepStore
from tests.core.hosting.conftest import ONE, OTHER
from tests.sweeps import make_space


class FakeManager(SweepManager):
    """Begins nothing; notes what it is to begin."""

    def __init__(self, store):
        super().__init__(store, None)
        self.begun, self.trial_seconds = [], []

    def _begin(self, sweep, _data_root, _workers, retry_failed, trial_seconds):
        self.begun.append((sweep.id, sweep.owner, retry_failed))
        self.trial_seconds.append(trial_seconds)


@pytest.fixture
def sweeps(store):
    return SweepStore(store)


@pytest.fixture
def manager(sweeps):
    return FakeManager(sweeps)


@pytest.fixture
def manager_of(sweeps, manager):
    def of(visitor=OPERATOR, **settings):
        return VisitorSweeps(manager, sweeps.seen_by(visitor), lambda: OperatorSettings(**settings))

    return of


@pytest.fixture
def mine(manager_of, tmp_path):
    return manager_of(ONE).start(make_space(lr=[0.1, 0.01]), "Mine", tmp_path, Workers())


def test_every_method_is_known_to_this_test():
    public = {name for name, _ in inspect.getmembers(VisitorSweeps) if not name.startswith("_")}
    assert public == {"start", "resume", "stop", "is_running", "is_busy", "error"}


def test_a_sweep_belongs_to_who_starts_it(manager, mine):
    assert mine.owner == "one"
    assert manager.begun == [(mine.id, "one", False)]


def test_another_visitor_changes_nothing(manager_of, manager, mine, tmp_path):
    theirs = manager_of(OTHER)
    for change in (lambda: theirs.stop(mine), lambda: theirs.resume(mine.id, tmp_path, Workers())):
        with pytest.raises(NotYours, match="'Mine' belongs to another visitor"):
            change()
    assert read_command(mine.path).action == "run"
    assert len(manager.begun) == 1
    assert not theirs.is_running(mine)


def test_the_owner_and_the_operator_can(manager_of, manager, mine, tmp_path):
    manager_of(ONE).resume(mine.id, tmp_path, Workers(), True)
    manager_of().resume(mine.id, tmp_path, Workers())
    assert manager.begun[1:] == [(mine.id, "one", True), (mine.id, "one", False)]
    manager_of(ONE).stop(mine)
    assert read_command(mine.path).action == "stop"


def test_a_visitor_is_limited_and_the_operator_is_not(manager_of, sweeps, store, tmp_path):
    space = make_space(lr=[0.1, 0.01])
    with pytest.raises(ConfigError, match="The sweep trains 2 networks; at most 1 are allowed here"):
        manager_of(ONE, most_sweep_cells=1).start(space, "", tmp_path, Workers())
    with pytest.raises(ConfigError, match="epochs is 3; at most 2 are allowed here"):
        manager_of(ONE, most_epochs=2).start(make_space(epochs=[1, 3]), "", tmp_path, Workers())
    record = store.seen_by(ONE).create(space.base)
    (record.path / "weights.safetensors").write_bytes(bytes(2_000_000))
    with pytest.raises(LimitReached, match="Your runs take 2 MB; 1 MB are allowed here"):
        manager_of(ONE, disk_per_owner_mb=1).start(space, "", tmp_path, Workers())
    assert sweeps.all() == []
    manager_of(most_sweep_cells=1, disk_per_owner_mb=1).start(space, "", tmp_path, Workers())
    assert len(sweeps.all()) == 1


def test_a_visitor_has_as_many_processes_as_runs_may_train_at_once(manager_of, sweeps, tmp_path):
    space = make_space(lr=[0.1])
    with pytest.raises(ConfigError, match="3 processes at once are asked for; at most 2 are allowed here"):
        manager_of(ONE, runs_at_once=2).start(space, "", tmp_path, Workers(3))
    assert sweeps.all() == []
    sweep = manager_of(ONE, runs_at_once=3).start(space, "", tmp_path, Workers(3))
    with pytest.raises(ConfigError, match="at most 2 are allowed here"):
        manager_of(ONE, runs_at_once=2).resume(sweep.id, tmp_path, Workers(3))
    # The operator's cluster is not this machine.
    manager_of(ONE, runs_at_once=1).start(space, "", tmp_path, Workers(3, on_cluster=True))
    manager_of(runs_at_once=1).start(space, "", tmp_path, Workers(3))


def test_each_cell_of_a_visitor_s_may_train_as_long_as_a_run_may(manager_of, manager, tmp_path):
    space, limit = make_space(lr=[0.1]), {"most_minutes": 2}
    for visitor in (ONE, OPERATOR):
        sweep = manager_of(visitor, **limit).start(space, "", tmp_path, Workers())
        manager_of(visitor, **limit).resume(sweep.id, tmp_path, Workers())
    manager_of(ONE).start(space, "", tmp_path, Workers())
    assert manager.trial_seconds == [120, 120, None, None, None]
