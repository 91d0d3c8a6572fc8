"""Cells that are trained together in one call, each a run of its own."""

import os
import signal
import sys
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from core.errors import ComputeError, RunBusy
from core.execution.compute_client import ComputeClient
from core.execution.executors import ComputeExecutor
from core.execution.train_run import train_run
from core.learners.group_key import group_key
from core.learners.steps.dense_layers import find_dense_layers
from core.runs.control_file import FileControl, read_command, send
from core.runs.record import RunState, read_state, write_state
from core.storage.arrays import load_arrays
from core.sweep import workers
from core.sweep.groups import choose_group
from core.sweep.records import Trial
from core.sweep.runner import run_sweep
from core.sweep.search_space import SearchSpace
from core.training.control import Command
from models import MODELS, create_model
from tests.made import make_config, wait_until
from tests.sweeps import Direct, InThreads, add_trial, statuses


def group_config(**changes):
    values = {"arch": "mlp", "options": {"hidden": (16,)}, "optimizer": "sgd", "lr": 0.1, "epochs": 2}
    return make_config(**{**values, **changes})


def make_space(**grid):
    return SearchSpace(group_config(), {name: tuple(values) for name, values in grid.items()})


def finish_all(paths, _):
    """A worker that trains nothing; of one cell it is given no list."""
    for path in paths if isinstance(paths, list) else [paths]:
        write_state(path, RunState("finished"))
    return {}


def sizes(executor):
    return [len(paths) if isinstance(paths, list) else 1 for paths, _ in executor.calls]


@pytest.mark.parametrize("name", [name for name, entry in MODELS.items() if entry.backend == "torch"])
def test_the_registry_knows_which_networks_are_chains_of_dense_layers(name):
    assert MODELS[name].is_dense == bool(find_dense_layers(create_model(name)))


def test_cells_with_the_same_batches_have_one_key():
    key = group_key(group_config())
    assert key is not None
    for same in (
        {"options": {"hidden": (64, 32), "activation": "tanh"}},
        {"lr": 0.5},
        {"schedule": "step", "gamma": 0.5, "step_size": 2},
        {"schedule": "one-cycle"},
    ):
        assert group_key(group_config(**same)) == key
    for other in ({"batch_size": 64}, {"seed": 2}, {"epochs": 3}, {"train_images": 500}, {"scaling": "unit"}):
        assert group_key(group_config(**other)) not in (key, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"optimizer": "adam"},
        {"momentum": 0.9},
        {"weight_decay": 0.01},
        {"options": {"hidden": (16,), "dropout": 0.2}},
        {"augment": "warp"},
        {"precision": "bfloat16"},
        {"device": "cuda"},
        {"threads": 0},
        {"gradients": "autograd"},
        {"gradients": "auto"},
        {"arch": "cnn", "options": {}},
        {"arch": "numpy-mlp", "options": {}},
    ],
)
def test_what_is_trained_alone(changes):
    assert group_key(group_config(**changes)) is None


def test_a_group_is_the_first_cell_and_those_that_fit_it():
    cells = make_space(lr=(0.1, 0.2, 0.3), batch_size=(16, 32)).cells()
    trials = [Trial(number, config) for number, config in enumerate(cells)]

    def choose(most, alone=()):
        return [trial.number for trial in choose_group(trials, most, alone)]

    assert choose(9) == [0, 2, 4]
    assert choose(2) == [0, 2]
    assert choose(1) == [0]
    assert choose(9, alone={2}) == [0, 4]
    assert choose(9, alone={0}) == [0]
    assert [trial.number for trial in choose_group(trials[1:], 9, ())] == [1, 3, 5]


def test_large_networks_fill_a_group_sooner():
    cells = make_space(hidden=((800, 800), (16,), (700, 700), (20,))).cells()
    trials = [Trial(number, config) for number, config in enumerate(cells)]
    assert [trial.number for trial in choose_group(trials, 9, ())] == [0, 1]
    many = [Trial(number, group_config(lr=0.001 * (number + 1))) for number in range(40)]
    assert len(choose_group(many, 40, ())) == 16
    huge = [Trial(number, group_config(options={"hidden": (2000, 2000)})) for number in range(2)]
    assert len(choose_group(huge, 9, ())) == 1


def test_cells_of_a_batch_size_are_trained_in_one_call_each_with_a_single_runs_result(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(hidden=((16,), (24, 12)), batch_size=(32, 64)))
    executor = Direct()
    trials = run_sweep(sweep, sweeps, tmp_path, executor)
    assert statuses(trials) == ["finished"] * 4
    assert [sorted(path.name for path in paths) for paths, _ in executor.calls] == [
        sorted(trials[number].record.id for number in numbers) for numbers in ((0, 2), (1, 3))
    ]
    for number, trial in enumerate(trials):
        assert trial.record.tags == {"sweep": sweep.id, "cell": str(number)}
        assert trial.val_accuracy == trial.record.history().epochs[-1].val_accuracy
        alone = store.create(trial.config)
        train_run(alone, tmp_path)
        for name, array in load_arrays(alone.weights_file)[0].items():
            ours = load_arrays(trial.record.weights_file)[0][name]
            np.testing.assert_allclose(ours, array, rtol=1e-3, atol=1e-5, err_msg=name)


def test_no_slot_is_without_work_because_cells_are_together(sweeps, tmp_path):
    executor = Direct(finish_all)
    run_sweep(sweeps.create(make_space(lr=(0.1, 0.2, 0.3, 0.4, 0.5))), sweeps, tmp_path, executor, slots=2)
    assert sizes(executor) == [3, 2]


class StopsSoon(FileControl):
    """Stops training after 50 steps."""

    polls = 0

    def poll(self):
        self.polls += 1
        return Command("stop" if self.polls > 50 else "run")


def test_a_stopped_group_is_resumed_bit_for_bit(sweeps, tmp_path, monkeypatch):
    grid = {"lr": (0.1, 0.05, 0.02)}
    whole = run_sweep(sweeps.create(make_space(**grid)), sweeps, tmp_path, Direct())
    sweep = sweeps.create(make_space(**grid))
    with monkeypatch.context() as patched:
        patched.setattr(workers, "FileControl", StopsSoon)
        stopped = run_sweep(sweep, sweeps, tmp_path, Direct())
    assert [(trial.status, trial.record.state.step) for trial in stopped] == [("stopped", 50)] * 3
    executor = Direct()
    resumed = run_sweep(sweep, sweeps, tmp_path, executor)
    assert sizes(executor) == [3]
    assert statuses(resumed) == ["finished"] * 3
    for ours, other in zip(resumed, whole, strict=True):
        assert ours.record.weights_file.read_bytes() == other.record.weights_file.read_bytes()


def test_stopping_a_sweep_stops_each_cell_of_a_group(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2, 0.3)))

    def stop_when_told(paths, _):
        send(sweep.path, "stop")
        for path in paths:
            wait_until(lambda path=path: read_command(path).action == "stop")
            write_state(path, RunState("stopped"))
        return {}

    assert statuses(run_sweep(sweep, sweeps, tmp_path, InThreads(stop_when_told))) == ["stopped"] * 3


def test_one_cell_that_diverges_fails_alone(sweeps, tmp_path):
    space = SearchSpace(group_config(options={"hidden": (24, 24, 24, 24)}), {"lr": (0.1, 100.0, 0.05)})
    executor = Direct()
    trials = run_sweep(sweeps.create(space), sweeps, tmp_path, executor)
    assert sizes(executor) == [3]
    assert statuses(trials) == ["finished", "failed", "finished"]
    assert "became" in str(trials[1].reason)


def test_cells_whose_worker_was_lost_are_tried_again_one_by_one(sweeps, tmp_path):
    tries = []

    def die_once(paths, root):
        tries.append(paths)
        if len(tries) == 1:
            for path in paths:
                write_state(path, RunState("running", step=7))
            raise ComputeError("The compute process broke off.")
        return finish_all(paths, root)

    executor = Direct(die_once)
    assert (
        statuses(run_sweep(sweeps.create(make_space(lr=(0.1, 0.2, 0.3))), sweeps, tmp_path, executor))
        == ["finished"] * 3
    )
    assert sizes(executor) == [3, 1, 1, 1]


def test_a_cell_that_another_process_trains_has_its_turn_again(sweeps, tmp_path):
    def busy_at_first(paths, root):
        if not isinstance(paths, list):
            return finish_all(paths, root)
        finish_all(paths[1:], root)
        return {paths[0]: RunBusy("It is being worked on by another process.")}

    executor = Direct(busy_at_first)
    assert (
        statuses(run_sweep(sweeps.create(make_space(lr=(0.1, 0.2, 0.3))), sweeps, tmp_path, executor))
        == ["finished"] * 3
    )
    assert executor.calls[1][0] == executor.calls[0][0][0]


def test_where_the_processor_is_not_what_trains_the_cells_are_trained_in_turn(sweeps, tmp_path, monkeypatch):
    monkeypatch.setattr("core.execution.train_group.can_train_as_group", lambda _: False)
    executor = Direct()
    trials = run_sweep(sweeps.create(make_space(lr=(0.1, 0.05))), sweeps, tmp_path, executor)
    assert sizes(executor) == [2]
    assert statuses(trials) == ["finished"] * 2


@pytest.mark.skipif(sys.platform != "linux", reason="finds the host's child in /proc")
def test_a_killed_child_costs_a_group_nothing(sweeps, store, tmp_path):
    whole = run_sweep(sweeps.create(make_space(lr=(0.1, 0.05))), sweeps, tmp_path, Direct())
    sweep = sweeps.create(make_space(lr=(0.1, 0.05)))
    begun = [add_trial(store, sweep, number) for number in range(2)]
    host = ComputeClient()
    killers = []

    class KillingFirst(ComputeExecutor):
        """Lets the cells of its first child pause before their first step, and kills it then."""

        def submit(self, fn, /, *args, **_):
            if not killers:
                for record in begun:
                    send(record.path, "pause")
                killers.append(Thread(target=kill))
                killers[0].start()
            return super().submit(fn, *args)

    def kill():
        wait_until(lambda: all(read_state(record.path).status == "paused" for record in begun))
        pid = host._link._process.pid
        [child] = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(child), signal.SIGKILL)

    try:
        trials = run_sweep(sweep, sweeps, tmp_path, KillingFirst(host))
    finally:
        host.close()
    killers[0].join()
    assert statuses(trials) == ["finished"] * 2
    for ours, other in zip(trials, whole, strict=True):
        for name, array in load_arrays(other.record.weights_file)[0].items():
            mine = load_arrays(ours.record.weights_file)[0][name]
            np.testing.assert_allclose(mine, array, rtol=1e-3, atol=1e-5, err_msg=name)
