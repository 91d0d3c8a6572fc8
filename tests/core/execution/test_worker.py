import errno
import os
from dataclasses import replace

import numpy as np
import pytest

from core.data.catalog import DATASETS
from core.data.datasets import load_dataset, raw_folder
from core.errors import DataMissing, RunBusy
from core.evaluation.measure import load_predictions
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.runs import control_file as control
from core.runs.control_file import FileControl
from core.runs.event_log import EventLog
from core.runs.record import FAILED, FINISHED, INTERRUPTED, MEASURING, STOPPED, RunState, read_run, write_state
from core.storage import arrays as weights
from core.storage.arrays import load_arrays
from core.storage.locks import hold_as_worker, is_locked
from core.training import trainer
from core.training.checkpoint import load_checkpoint
from core.training.events import EpochEnd, LrChanged, RunFailed, RunFinished, RunStarted, RunStopped, StepEnd
from tests.made import make_config, make_dataset


@pytest.fixture(autouse=True)
def quick(monkeypatch, toy):
    """The made data, a report after every step and a checkpoint after every report."""
    monkeypatch.setattr(worker, "load_dataset", lambda _name, _root: toy)
    monkeypatch.setattr(trainer, "_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(control, "_POLL_SECONDS", 0.0)
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 0.0)


@pytest.fixture
def record(store):
    """A run of two epochs with nine steps each, not started."""
    return store.create(make_config(optimizer="adam"), "mine")


def train(record, watch=None, root=None):
    return train_run(read_run(record.path), root or record.path, watch=watch)


def after_step(step, act):
    """A watcher that acts once this many steps are done."""

    def watch(event):
        if isinstance(event, StepEnd) and event.step == step:
            act()

    return watch


def stop_after(record, step):
    return after_step(step, lambda: control.send(record.path, "stop"))


def full_disk(*_args, **_more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def fill_disk(monkeypatch):
    """From now on nothing new fits on the disk; what is there can be written over."""
    monkeypatch.setattr(weights, "save_file", full_disk)
    monkeypatch.setattr(EventLog, "append", full_disk)
    monkeypatch.setattr("core.storage.atomic.tempfile.mkstemp", full_disk)


def assert_same(one, other):
    assert one.keys() == other.keys()
    assert all(np.array_equal(one[name], other[name]) for name in one)


def comparable(record):
    """A run's history without what time decides."""
    history = record.history()
    return history.step_losses, [replace(epoch, seconds=0.0) for epoch in history.epochs]


def test_a_finished_run_has_all_its_files(record, toy):
    state = train(record)
    done = read_run(record.path)
    assert state == done.state == RunState(FINISHED, "", 18, 2, 18)
    assert done.can_predict
    assert not is_locked(done.path)
    history = done.history()
    assert (history.step, len(history.epochs)) == (18, 2)
    assert load_predictions(done.predictions).shape == (100, 10)
    result = done.result
    kept = history.best_epoch
    assert (result.epochs, result.kept_epoch, result.val_accuracy) == (2, kept.epoch, kept.val_accuracy)
    assert (result.n_test, result.n_parameters, result.device) == (100, 7850, "cpu")
    right = load_predictions(done.predictions).argmax(1) == toy.test.labels
    assert result.test_accuracy == right.mean()
    assert sum(map(sum, result.confusion)) == 100
    assert sum(result.confusion[digit][digit] for digit in range(10)) == right.sum()
    assert set(result.versions) >= {"python", "numpy"}


# Of four epochs; the kept one is neither the first nor the last.
VAL_ACCURACIES = [0.3, 0.9, 0.5, 0.6]


@pytest.fixture
def scripted(monkeypatch):
    """Networks that learn as ever, but answer the 30 validation images with these accuracies; returns the networks."""
    learners = []

    def create(config):
        learner = create_learner(config)
        monkeypatch.setattr(learner, "answers", iter(VAL_ACCURACIES), raising=False)
        monkeypatch.setattr(learner, "predict_proba", lambda images: answer(learner, images))
        learners.append(learner)
        return learner

    def answer(learner, images):
        if len(images) != 30:
            return type(learner).predict_proba(learner, images)
        labels = make_dataset().train.labels[270:]
        is_right = np.arange(30) < round(next(learner.answers, 0.0) * 30)
        return np.eye(10, dtype=np.float32)[np.where(is_right, labels, (labels + 1) % 10)]

    monkeypatch.setattr(worker, "create_learner", create)
    return learners


@pytest.mark.parametrize(("keep_best", "kept"), [(True, 2), (False, 4)])
def test_the_card_and_the_weights_are_those_of_the_kept_epoch(store, toy, scripted, keep_best, kept):
    record = store.create(make_config(optimizer="adam", epochs=4, keep_best=keep_best))
    after = []

    def watch(event):
        if isinstance(event, EpochEnd):
            after.append(scripted[0].state_dict())

    train(record, watch)
    done = read_run(record.path)
    epochs, result = done.history().epochs, done.result
    assert [epoch.val_accuracy for epoch in epochs] == VAL_ACCURACIES
    assert (result.epochs, result.kept_epoch) == (4, kept)
    assert result.seconds == round(done.history().last.seconds, 3)
    assert (result.val_accuracy, result.val_loss) == (VAL_ACCURACIES[kept - 1], epochs[kept - 1].val_loss)
    weights_kept, metadata = load_arrays(done.weights)
    assert metadata == {"epoch": str(kept)}
    assert_same(weights_kept, after[kept - 1])
    measured = create_learner(record.config)
    measured.load_state_dict(after[kept - 1])
    np.testing.assert_array_equal(load_predictions(done.predictions), measured.predict_proba(toy.test.images))


def test_a_run_is_finished_only_once_it_is_measured(record, monkeypatch):
    seen = []
    measure = worker.evaluate

    def evaluate(*arguments):
        seen.append(read_run(record.path).state.status)
        return measure(*arguments)

    monkeypatch.setattr(worker, "evaluate", evaluate)
    train(record)
    assert seen == [MEASURING]


def test_whoever_watches_hears_of_what_is_already_saved(record):
    steps = []

    def watch(event):
        if isinstance(event, EpochEnd):
            assert read_run(record.path).history().epochs[-1] == event
            assert read_run(record.path).state.epoch == event.epoch
            assert load_checkpoint(record.checkpoint).progress.epoch == event.epoch
        steps.append(type(event))

    train(record, watch)
    assert steps[0] is RunStarted
    assert steps[-1] is RunFinished
    assert steps.count(StepEnd) == 18


def test_a_checkpoint_never_covers_what_the_log_lacks(record, monkeypatch):
    save = worker.save_checkpoint

    def save_checkpoint(path, checkpoint):
        assert record.history().step >= checkpoint.progress.step
        save(path, checkpoint)

    monkeypatch.setattr(worker, "save_checkpoint", save_checkpoint)
    assert train(record).status == FINISHED


def test_a_stopped_run_is_measured_and_can_be_resumed(record):
    state = train(record, stop_after(record, 12))
    stopped = read_run(record.path)
    assert state == stopped.state == RunState(STOPPED, "", 12, 1, 18)
    assert isinstance(stopped.log.read()[0][-1], RunStopped)
    assert stopped.can_resume
    assert (stopped.result.epochs, stopped.result.kept_epoch) == (1, 1)
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_run_stopped_in_its_first_epoch_keeps_the_weights_it_has(record):
    assert train(record, stop_after(record, 4)).status == STOPPED
    stopped = read_run(record.path)
    assert (stopped.result.epochs, stopped.result.kept_epoch, stopped.result.val_accuracy) == (0, None, None)
    assert load_arrays(stopped.weights)[1] == {"step": "4"}


def test_a_run_stopped_before_its_first_step_has_nothing_to_show(record):
    control.send(record.path, "stop")
    # As it is while the run waits in a queue, whose wishes hold.
    write_state(record.path, RunState("queued"))
    with hold_as_worker(record.path):
        waiting = read_run(record.path)
    assert train_run(waiting, record.path).status == STOPPED
    assert not read_run(record.path).can_predict
    assert read_run(record.path).result is None


def test_a_wish_of_an_earlier_stretch_is_void(record):
    train(record, stop_after(record, 4))
    assert control.read_command(record.path).action == "stop"
    assert train(record).status == FINISHED


def test_an_interrupted_run_waits_to_be_resumed(record):
    listener = FileControl(record.path)

    def interrupt():
        listener.interrupted = True

    train_run(record, record.path, listener, after_step(12, interrupt))
    cut = read_run(record.path)
    assert cut.state == RunState(INTERRUPTED, "The app ended while this run was active.", 12, 1, 18)
    assert cut.result is None
    assert cut.can_resume
    assert cut.can_predict


def test_a_resumed_run_ends_with_the_same_bits(store, record):
    whole = store.create(record.config)
    train(whole)
    for step in (4, 9, 13):
        train(record, stop_after(record, step))
    train(record)
    assert_same(load_arrays(record.weights)[0], load_arrays(whole.weights)[0])
    assert_same(load_checkpoint(record.checkpoint).training, load_checkpoint(whole.checkpoint).training)
    assert comparable(record) == comparable(whole)
    assert read_run(record.path).result.confusion == read_run(whole.path).result.confusion


class Killed(BaseException):
    """Ends everything on the spot, as SIGKILL does."""


def kill():
    raise Killed


@pytest.mark.parametrize(("saved", "killed"), [(0, 1), (0, 12), (4, 9), (9, 14), (14, 14)])
def test_a_killed_run_resumes_to_the_same_bits(store, record, monkeypatch, saved, killed):
    whole = store.create(record.config)
    train(whole)
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 0.0 if saved else 1e9)

    def watch(event):
        if isinstance(event, StepEnd) and event.step == saved:
            monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
        if isinstance(event, StepEnd) and event.step == killed:
            kill()

    with pytest.raises(Killed):
        train(record, watch)
    # What a writer leaves that dies within a line.
    with record.log.path.open("a") as file:
        file.write('{"event": "steps", "st')
    assert read_run(record.path).state.status == INTERRUPTED
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights)[0], load_arrays(whole.weights)[0])
    assert comparable(record) == comparable(whole)


def test_a_learning_rate_changed_by_hand_survives_a_kill(record, monkeypatch):
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)

    def watch(event):
        if isinstance(event, StepEnd) and event.step == 3:
            control.send(record.path, lr=0.05)
        if isinstance(event, StepEnd) and event.step == 6:
            kill()

    with pytest.raises(Killed):
        train(record, watch)
    train(record)
    history = read_run(record.path).history()
    assert history.lr_changes == [LrChanged(3, 0.05)]
    assert history.last.lr == 0.05


def test_starting_over_starts_the_history_over(record, monkeypatch):
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
    with pytest.raises(Killed):
        train(record, after_step(5, kill))
    assert not record.checkpoint.exists()
    train(record)
    assert read_run(record.path).history().step == 18


def test_only_one_trains_a_run(record, monkeypatch):
    monkeypatch.setattr(worker, "hold_as_worker", lambda path: hold_as_worker(path, seconds=0))
    with hold_as_worker(record.path), pytest.raises(RunBusy):
        worker.train_run(record, record.path)


def test_a_diverging_run_fails_and_keeps_its_history(store):
    record = store.create(make_config(arch="mlp", optimizer="sgd", lr=100.0))
    state = train(record)
    assert state.status == FAILED
    assert state.reason.startswith("The loss became nan in step ")
    assert "at learning rate 100. Try a smaller one." in state.reason
    failed = read_run(record.path)
    assert failed.history().failure == state.reason
    assert 1 <= failed.history().step == state.step < 18


def test_missing_data_fails_with_the_reason(record, monkeypatch):
    def find_nothing(_name, root):
        raise DataMissing(f"MNIST is not in {root}.")

    monkeypatch.setattr(worker, "load_dataset", find_nothing)
    state = train(record)
    assert (state.status, state.reason) == (FAILED, f"MNIST is not in {record.path}.")
    assert isinstance(record.log.read()[0][-1], RunFailed)


def test_a_truncated_data_file_fails_with_the_reason(store, tmp_path, monkeypatch):
    monkeypatch.setattr(worker, "load_dataset", load_dataset)
    other = store.create(make_config(dataset="digits"))
    record = store.create(make_config(dataset="mnist"))
    raw = raw_folder(DATASETS["mnist"], tmp_path / "data")
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(bytes(1000))
    state = train_run(record, tmp_path / "data")
    assert state.status == FAILED
    assert "train-images-idx3-ubyte is not the published file (1,000 bytes, wrong checksum)" in state.reason
    assert read_run(other.path) == other


def test_a_device_that_is_not_there_fails_with_the_reason(store):
    record = store.create(make_config(device="mps"))
    assert train(record).reason == "device is 'mps', which this machine does not have; choose auto or cpu."


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_corrupt_checkpoint_fails_with_the_reason_and_loses_nothing(record, content):
    train(record, stop_after(record, 12))
    before = read_run(record.path)
    weights_before, history = record.weights.read_bytes(), before.history()
    record.checkpoint.write_bytes(record.checkpoint.read_bytes()[:500] if content is None else content)
    state = train(record)
    assert state.status == FAILED
    assert state.reason.startswith(f"{record.id}/checkpoint.safetensors is damaged: ")
    assert (state.step, state.epoch, state.total_steps) == (12, 1, 18)
    after = read_run(record.path)
    assert after.result == before.result
    assert record.weights.read_bytes() == weights_before
    assert (after.history().step_losses, after.history().epochs) == (history.step_losses, history.epochs)


def test_a_checkpoint_of_another_network_fails_with_the_reason(store, record):
    train(record, stop_after(record, 4))
    other = store.create(make_config(arch="mlp"))
    other.checkpoint.write_bytes(record.checkpoint.read_bytes())
    state = train(other)
    assert state.status == FAILED
    assert state.reason.startswith("The weights do not fit this network: ")


def test_a_full_disk_at_the_weights_fails_with_the_reason(record, monkeypatch):
    monkeypatch.setattr(weights, "save_file", full_disk)
    state = train(record)
    assert state == read_run(record.path).state
    assert state.status == FAILED
    assert state.reason == "The run's folder cannot be written: No space left on device."
    assert record.history().failure == state.reason


@pytest.mark.parametrize("step", [1, 12])
def test_a_full_disk_at_the_log_fails_with_the_reason(record, monkeypatch, step):
    train(record, after_step(step, lambda: fill_disk(monkeypatch)))
    state = read_run(record.path).state
    assert state.status == FAILED
    assert "No space left on device" in state.reason
    assert record.history().step == step


def test_after_room_was_made_the_run_goes_on(store, record):
    whole = store.create(record.config)
    train(whole)
    with pytest.MonkeyPatch.context() as patch:
        train(record, after_step(12, lambda: fill_disk(patch)))
    assert read_run(record.path).can_resume
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights)[0], load_arrays(whole.weights)[0])
    assert comparable(record) == comparable(whole)


def test_a_full_disk_at_the_measuring_can_be_made_good(record):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "evaluate", full_disk)
        assert train(record).status == FAILED
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_defect_leaves_a_readable_record(record, monkeypatch):
    def create_learner(_config):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(worker, "create_learner", create_learner)
    with pytest.raises(ZeroDivisionError):
        train(record)
    assert read_run(record.path).state.status == FAILED
    assert read_run(record.path).state.reason == "ZeroDivisionError: a defect"


def test_a_damaged_control_file_disturbs_nothing(record):
    def damage():
        (record.path / "control.json").write_text("{")

    assert train(record, after_step(3, damage)).status == FINISHED
