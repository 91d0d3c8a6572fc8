from concurrent.futures import Executor, Future

import pytest

from core.errors import LabError, RunBusy, RunError
from core.execution.train_run import train_run
from core.runs import control_file as control
from core.runs.control_file import FileControl, read_command, send
from core.runs.record import RunState, read_run, write_state
from core.storage.locks import hold_in_queue
from core.sweep.cells import best_cell, gather_cells
from core.sweep.runner import run_sweep
from core.sweep.search_space import SearchSpace
from core.training.control import Command
from core.training.events import EpochEnd
from tests.made import Script, make_config, wait_until
from tests.sweeps import Direct, InThreads, add_trial, finish, first_steps, make_space, statuses


def test_every_cell_becomes_an_ordinary_run_with_its_result(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.01), batch_size=(32, 64, 128)))
    trials = run_sweep(sweep, sweeps, tmp_path, Direct())
    assert statuses(trials) == ["finished"] * 6
    assert len(store.all()) == 6
    cells = [(0.1, 32), (0.1, 64), (0.1, 128), (0.01, 32), (0.01, 64), (0.01, 128)]
    for number, (trial, (lr, batch_size)) in enumerate(zip(trials, cells, strict=True)):
        assert trial.record.config == make_config(epochs=1, lr=lr, batch_size=batch_size)
        assert trial.record.tags == {"sweep": sweep.id, "cell": str(number)}
        assert trial.val_accuracy == trial.record.result.val_accuracy == trial.record.history().epochs[-1].val_accuracy
    assert best_cell(gather_cells(sweep.space, trials)).mean == max(trial.val_accuracy for trial in trials)


def test_a_trial_is_the_very_run_that_its_configuration_gives(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.05)))
    trials = run_sweep(sweep, sweeps, tmp_path, Direct())
    alone = store.create(trials[1].config)
    train_run(alone, tmp_path)
    assert store.get(alone.id).result.confusion == trials[1].record.result.confusion
    assert alone.weights_file.read_bytes() == trials[1].record.weights_file.read_bytes()


def test_a_cell_that_diverges_fails_with_its_reason_and_the_others_stand(sweeps, tmp_path):
    space = make_space(lr=(0.1, 100.0))
    sweep = sweeps.create(SearchSpace(space.base.replace(optimizer="sgd", weight_decay=1.0), space.grid))
    good, bad = run_sweep(sweep, sweeps, tmp_path, Direct())
    assert (good.status, bad.status) == ("finished", "failed")
    assert "The loss became " in str(bad.reason)
    assert "at learning rate 100" in str(bad.reason)
    assert best_cell(gather_cells(sweep.space, [good, bad])).trials == (good,)


def test_finished_and_failed_cells_are_not_trained_again(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2, 0.3)))
    done, failed = add_trial(store, sweep, 0, accuracy=0.9), add_trial(store, sweep, 1, reason="NaN")
    executor = Direct(finish)
    run_sweep(sweep, sweeps, tmp_path, executor)
    assert len(executor.calls) == 1
    assert executor.calls[0][0] not in (done.path, failed.path)
    assert str(sweeps.trials(sweep)[1].reason) == "NaN"


def test_failed_cells_are_tried_again_on_request(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    add_trial(store, sweep, 0, accuracy=0.9)
    failed = add_trial(store, sweep, 1, reason="MNIST is not there.")
    executor = Direct(finish)
    trials = run_sweep(sweep, sweeps, tmp_path, executor, retry_failed=True)
    assert [path for path, _ in executor.calls] == [failed.path]
    assert statuses(trials) == ["finished", "finished"]
    assert len(store.all()) == 2


def test_no_more_trials_are_given_out_than_there_are_slots(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2, 0.3, 0.4, 0.5)))
    most = []

    class Slow(Executor):
        """Ends its calls two at a time."""

        def __init__(self):
            self.pending = []

        def submit(self, _, /, *args):
            self.pending.append((Future(), args))
            future = self.pending[-1][0]
            most.append(len(self.pending))
            if len(self.pending) == 2 or len(most) == 5:
                for waiting, (path, root) in self.pending:
                    waiting.set_result(finish(path, root))
                self.pending.clear()
            return future

    run_sweep(sweep, sweeps, tmp_path, Slow(), slots=2)
    assert max(most) == 2
    assert len(most) == 5


def test_stopping_ends_the_trial_in_work_and_resuming_goes_on_from_its_checkpoint(sweeps, store, tmp_path, monkeypatch):
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)
    space = make_space(lr=(0.001, 0.002))
    sweep = sweeps.create(SearchSpace(space.base.replace(epochs=3), space.grid))
    stops = []

    def stop_after_one_epoch(path, root):
        def watch(event):
            if isinstance(event, EpochEnd) and not stops:
                stops.append(event.step)
                send(sweep.path, "stop")
                wait_until(lambda: read_command(path).action == "stop")

        return train_run(read_run(path), root, sinks=[watch])

    executor = InThreads(stop_after_one_epoch)
    stopped = run_sweep(sweep, sweeps, tmp_path, executor)
    assert statuses(stopped) == ["stopped", "waiting"]
    resumed = run_sweep(sweep, sweeps, tmp_path, executor)
    assert statuses(resumed) == ["finished", "finished"]
    assert resumed[0].record.id == stopped[0].record.id
    assert first_steps(resumed[0].record) == [0, *stops]
    alone = store.create(resumed[0].config)
    train_run(alone, tmp_path)
    assert alone.weights_file.read_bytes() == resumed[0].record.weights_file.read_bytes()


def test_an_interruption_begins_no_more_trials(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    listener = FileControl(sweep.path)
    listener.interrupted = True
    executor = Direct(finish)
    assert statuses(run_sweep(sweep, sweeps, tmp_path, executor, control=listener)) == ["waiting", "waiting"]
    assert executor.calls == []


@pytest.mark.usefixtures("no_patience")
def test_two_processes_do_not_run_one_sweep_at_once(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1,)))
    lock = hold_in_queue(sweep.path)
    with pytest.raises(RunBusy):
        run_sweep(sweep, sweeps, tmp_path, Direct(finish))
    lock.release()
    run_sweep(sweep, sweeps, tmp_path, Direct(finish))


@pytest.mark.usefixtures("no_patience")
def test_a_trial_taken_up_by_hand_is_waited_for(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    taken = add_trial(store, sweep, 0)
    lock = hold_in_queue(taken.path)

    def finish_both(path, root):
        finish(taken.path, root)
        lock.release()
        return finish(path, root)

    executor = Direct(finish_both)
    assert statuses(run_sweep(sweep, sweeps, tmp_path, executor)) == ["finished", "finished"]
    assert taken.path not in [path for path, _ in executor.calls]


@pytest.mark.usefixtures("no_patience")
def test_a_sweep_that_waits_for_a_trial_can_be_stopped(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1,)))
    lock = hold_in_queue(add_trial(store, sweep, 0).path)
    stopping = Script([Command(), Command("stop")])
    executor = Direct(finish)
    run_sweep(sweep, sweeps, tmp_path, executor, control=stopping)
    assert executor.calls == []
    lock.release()


def test_all_slots_have_work_before_any_trial_has_ended(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2, 0.3)))

    def stop_when_told(path, _):
        wait_until(lambda: read_command(path).action == "stop")
        write_state(path, RunState("stopped"))

    stopping = Script([Command(), Command("stop")])
    trials = run_sweep(sweep, sweeps, tmp_path, InThreads(stop_when_told), slots=2, control=stopping)
    assert statuses(trials) == ["stopped", "stopped", "waiting"]


def test_a_trial_whose_run_was_deleted_is_trained_anew(sweeps, store, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    run_sweep(sweep, sweeps, tmp_path, Direct(finish))
    store.delete(sweeps.trials(sweep)[0].record.id)
    assert statuses(sweeps.trials(sweep)) == ["waiting", "finished"]
    executor = Direct(finish)
    assert statuses(run_sweep(sweep, sweeps, tmp_path, executor)) == ["finished", "finished"]
    assert len(executor.calls) == 1


def test_a_store_that_cannot_be_written_ends_the_sweep_with_a_word(sweeps, store, tmp_path, monkeypatch):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))

    def refuse(*_, **__):
        raise RunError("The run cannot be saved in /full: No space left on device.")

    monkeypatch.setattr(store, "create", refuse)
    with pytest.raises(LabError, match="No space left"):
        run_sweep(sweep, sweeps, tmp_path, Direct(finish))


def test_watching_tells_of_each_start_and_end(sweeps, tmp_path):
    sweep = sweeps.create(make_space(lr=(0.1, 0.2)))
    seen = []
    run_sweep(sweep, sweeps, tmp_path, Direct(finish), watch=lambda trial: seen.append((trial.number, trial.status)))
    assert seen == [(0, "queued"), (0, "finished"), (1, "queued"), (1, "finished")]
