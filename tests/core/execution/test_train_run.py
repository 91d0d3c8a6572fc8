import errno
import math
import os
from dataclasses import replace

import numpy as np
import pytest

from core.data.catalog import DATASETS
from core.data.datasets import load_dataset, raw_folder
from core.errors import ConfigError, DataMissing, RunBusy
from core.evaluation.measure import load_predictions
from core.execution import train_run as worker
from core.execution.train_run import train_run
from core.learners.factory import create_learner
from core.learners.torch_learner import TorchLearner
from core.runs import control_file as control
from core.runs.control_file import FileControl
from core.runs.event_log import EventLog
from core.runs.record import (
    APP_ENDED,
    FAILED,
    FINISHED,
    INTERRUPTED,
    MEASURING,
    STOPPED,
    RunState,
    read_run,
    write_state,
)
from core.storage import arrays as weights
from core.storage.arrays import load_arrays
from core.storage.locks import hold_as_worker, is_locked
from core.texts.message import NO_MESSAGE
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
def at_the_end(monkeypatch):
    """Reports at an epoch's end only."""
    monkeypatch.setattr(trainer, "_REPORT_SECONDS", math.inf)


@pytest.fixture
def record(store):
    """A run of two epochs with nine steps each, not started."""
    return store.create(make_config(optimizer="adam"), "mine")


def train(record, *sinks, lr=None):
    return train_run(read_run(record.path), record.path, sinks=sinks, lr=lr)


def after_step(step, act):
    """A sink that acts once this many steps are done."""

    def sink(event):
        if isinstance(event, StepEnd) and event.step == step:
            act()

    return sink


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
    assert state == done.state == RunState(FINISHED, NO_MESSAGE, 18, 2, 18)
    assert done.can_predict
    assert not is_locked(done.path)
    history = done.history()
    assert (history.step, len(history.epochs)) == (18, 2)
    assert load_predictions(done.predictions_file).shape == (100, 10)
    result = done.result
    kept = max(history.epochs, key=lambda epoch: epoch.val_accuracy)
    assert (result.epochs, result.kept_epoch, result.val_accuracy) == (2, kept.epoch, kept.val_accuracy)
    assert (result.n_test, result.n_parameters, result.device) == (100, 7850, "cpu")
    right = load_predictions(done.predictions_file).argmax(1) == toy.test.labels
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
    weights_kept, metadata = load_arrays(done.weights_file)
    assert metadata == {"epoch": str(kept)}
    assert_same(weights_kept, after[kept - 1])
    measured = create_learner(record.config)
    measured.load_state_dict(after[kept - 1])
    np.testing.assert_array_equal(load_predictions(done.predictions_file), measured.predict_proba(toy.test.images))


def test_a_run_is_finished_only_once_it_is_measured(record, monkeypatch):
    seen = []
    measure = worker.evaluate

    def evaluate(*arguments):
        seen.append(read_run(record.path).state.status)
        return measure(*arguments)

    monkeypatch.setattr(worker, "evaluate", evaluate)
    train(record)
    assert seen == [MEASURING]


def test_a_sink_hears_of_what_is_already_saved(record):
    kinds, ends, saved = [], [], []

    def look(event):
        kinds.append(type(event))
        if isinstance(event, EpochEnd):
            here = read_run(record.path)
            ends.append(event)
            saved.append(
                (here.history().epochs[-1], here.state.epoch, load_checkpoint(here.checkpoint_file).progress.epoch)
            )

    train(record, look)
    assert (kinds[0], kinds[-1], kinds.count(StepEnd)) == (RunStarted, RunFinished, 18)
    assert saved == [(end, end.epoch, end.epoch) for end in ends]
    assert len(saved) == 2


def test_every_sink_hears_every_event_of_the_log(record):
    one, other = [], []
    train(record, one.append, other.append)
    assert one == other
    assert [type(event) for event in one] == [type(event) for event in record.log.read()[0]]


def test_what_a_sink_raises_is_logged_and_disturbs_neither_training_nor_other_sinks(record, caplog):
    heard, kept = [], []

    def break_off(event):
        heard.append(event)
        raise OSError("the terminal is gone")

    assert train(record, break_off, kept.append).status == FINISHED
    assert len(heard) == 1
    assert len(kept) == len(record.log.read()[0])
    [entry] = caplog.records
    assert "the terminal is gone" in entry.exc_text


def test_a_checkpoint_never_covers_what_the_log_lacks(record, monkeypatch):
    save = worker.save_checkpoint

    steps = []

    def save_checkpoint(path, checkpoint):
        steps.append((record.history().step, checkpoint.progress.step))
        save(path, checkpoint)

    monkeypatch.setattr(worker, "save_checkpoint", save_checkpoint)
    assert train(record).status == FINISHED
    assert len(steps) >= 18
    assert all(logged >= saved for logged, saved in steps)


def test_a_stopped_run_is_measured_and_can_be_resumed(record):
    state = train(record, stop_after(record, 12))
    stopped = read_run(record.path)
    assert state == stopped.state == RunState(STOPPED, NO_MESSAGE, 12, 1, 18)
    assert isinstance(stopped.log.read()[0][-1], RunStopped)
    assert stopped.can_resume
    assert (stopped.result.epochs, stopped.result.kept_epoch) == (1, 1)
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_run_stopped_in_its_first_epoch_keeps_the_weights_it_has(record):
    assert train(record, stop_after(record, 4)).status == STOPPED
    stopped = read_run(record.path)
    assert (stopped.result.epochs, stopped.result.kept_epoch, stopped.result.val_accuracy) == (0, None, None)
    assert load_arrays(stopped.weights_file)[1] == {"step": "4"}


def test_a_run_stopped_before_its_first_step_has_nothing_to_show(record):
    control.send(record.path, "stop")
    # As it is while the run waits in a queue, whose commands count.
    write_state(record.path, RunState("queued"))
    with hold_as_worker(record.path):
        waiting = read_run(record.path)
    assert train_run(waiting, record.path).status == STOPPED
    assert not read_run(record.path).can_predict
    assert read_run(record.path).result is None


def test_a_command_of_an_earlier_stretch_is_void(record):
    train(record, stop_after(record, 4))
    assert control.read_command(record.path).action == "stop"
    assert train(record).status == FINISHED


def test_an_interrupted_run_waits_to_be_resumed(record):
    listener = FileControl(record.path)

    def interrupt():
        listener.interrupted = True

    train_run(record, record.path, listener, [after_step(12, interrupt)])
    cut = read_run(record.path)
    assert cut.state == RunState(INTERRUPTED, APP_ENDED, 12, 1, 18)
    assert cut.result is None
    assert cut.can_resume
    assert cut.can_predict


def test_a_resumed_run_ends_with_the_same_bits(store, record):
    whole = store.create(record.config)
    train(whole)
    for step in (4, 9, 13):
        train(record, stop_after(record, step))
    train(record)
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert_same(load_checkpoint(record.checkpoint_file).training, load_checkpoint(whole.checkpoint_file).training)
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
    with record.log.file.open("a") as file:
        file.write('{"event": "steps", "st')
    assert read_run(record.path).state.status == INTERRUPTED
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
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
    assert not record.checkpoint_file.exists()
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
    assert str(state.reason).startswith("The loss became nan in step ")
    assert "at learning rate 100. Try a smaller one." in str(state.reason)
    failed = read_run(record.path)
    assert str(failed.state.reason) == str(failed.log.read()[0][-1].reason) == str(state.reason)
    assert failed.state.has_diverged
    assert 1 <= failed.history().step == state.step < 18


def break_last_update(monkeypatch, step):
    """The update of this step makes the weights NaN, which its own loss does not show."""
    train_step = TorchLearner.train_step

    def train_step_and_break(learner, start, stop, lr):
        train_step(learner, start, stop, lr)
        learner.steps_done = getattr(learner, "steps_done", 0) + 1
        if learner.steps_done == step:
            for parameter in learner.model.parameters():
                parameter.data.fill_(math.nan)

    monkeypatch.setattr(TorchLearner, "train_step", train_step_and_break)


def test_no_checkpoint_holds_nan_and_the_last_good_one_is_kept(record, monkeypatch):
    break_last_update(monkeypatch, 5)
    state = train(record)
    assert (state.status, state.has_diverged) == (FAILED, True)
    kept = load_checkpoint(record.checkpoint_file)
    assert kept.progress.step == 4
    assert kept.is_finite


@pytest.mark.usefixtures("at_the_end")
def test_no_checkpoint_holds_the_sum_of_a_loss_that_is_not_finite(record):
    train(record, stop_after(record, 9))
    with pytest.MonkeyPatch.context() as patch:
        break_last_update(patch, 5)
        # Steps 10 to 14 are reported together with step 15, whose loss is NaN.
        assert str(train(record).reason).startswith("The loss became nan in step 15 ")
    assert load_checkpoint(record.checkpoint_file).progress.step == 9
    assert train(record).status == FINISHED


@pytest.mark.parametrize("val_fraction", [0.0, 0.1])
def test_weights_that_became_nan_in_an_epoch_s_last_step_are_not_kept(store, monkeypatch, val_fraction):
    record = store.create(make_config(val_fraction=val_fraction, batch_size=30))
    per_epoch = 10 - round(10 * val_fraction)
    break_last_update(monkeypatch, 2 * per_epoch)
    state = train(record)
    assert (state.status, state.has_diverged) == (FAILED, True)
    assert "(epoch 2)" in str(state.reason)
    weights_kept, metadata = load_arrays(record.weights_file)
    assert metadata == {"epoch": "1"}
    assert weights.is_finite(weights_kept)


def test_a_run_stopped_right_after_its_weights_became_nan_has_diverged(record, monkeypatch):
    break_last_update(monkeypatch, 4)
    state = train(record, stop_after(record, 4))
    assert (state.status, state.has_diverged) == (FAILED, True)
    assert not record.weights_file.exists()


def test_a_run_that_diverged_by_a_rate_set_by_hand_is_rescued_by_a_smaller_one(store, monkeypatch):
    # The checkpoint at the change is then the last one before the weights grow beyond all bounds.
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
    record = store.create(make_config(arch="mlp", optimizer="sgd", lr=0.05))
    state = train(record, after_step(4, lambda: control.send(record.path, lr=100.0)))
    assert state.has_diverged
    assert load_checkpoint(record.checkpoint_file).progress.base_lr == 100
    assert train(record).has_diverged
    state = train(record, lr=0.02)
    assert (state.status, state.has_diverged) == (FINISHED, False)
    assert load_checkpoint(record.checkpoint_file).progress.base_lr == 0.02
    changes = read_run(record.path).history().lr_changes
    assert [change.lr for change in changes] == [100, 0.02]


def test_a_run_that_diverged_before_its_first_checkpoint_is_rescued_too(store, monkeypatch):
    record = store.create(make_config(arch="mlp", optimizer="sgd", lr=100.0))
    monkeypatch.setattr(worker, "_CHECKPOINT_SECONDS", 1e9)
    assert train(record).has_diverged
    assert not record.checkpoint_file.exists()
    assert train(record, lr=0.02).status == FINISHED
    assert read_run(record.path).history().lr_changes == [LrChanged(0, 0.02)]


def test_a_learning_rate_that_is_not_allowed_starts_nothing(record):
    with pytest.raises(ConfigError, match="lr is -1; it must be a number above 0"):
        train(record, lr=-1)
    assert read_run(record.path) == record


def test_missing_data_fails_with_the_reason(record, monkeypatch):
    def find_nothing(_name, root):
        raise DataMissing(f"MNIST is not in {root}.")

    monkeypatch.setattr(worker, "load_dataset", find_nothing)
    state = train(record)
    assert (state.status, str(state.reason)) == (FAILED, f"MNIST is not in {record.path}.")
    assert not state.has_diverged
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
    assert "train-images-idx3-ubyte is not the published file (1,000 bytes, wrong checksum)" in str(state.reason)
    assert read_run(other.path) == other


def test_a_device_that_is_not_there_fails_with_the_reason(store):
    record = store.create(make_config(device="mps"))
    assert str(train(record).reason) == "device is 'mps', which this machine does not have; choose auto or cpu."


@pytest.mark.parametrize("content", [b"", b"nonsense", None])
def test_a_corrupt_checkpoint_fails_with_the_reason_and_loses_nothing(record, content):
    train(record, stop_after(record, 12))
    before = read_run(record.path)
    weights_before, history = record.weights_file.read_bytes(), before.history()
    record.checkpoint_file.write_bytes(record.checkpoint_file.read_bytes()[:500] if content is None else content)
    state = train(record)
    assert state.status == FAILED
    assert str(state.reason).startswith(f"{record.id}/checkpoint.safetensors is damaged: ")
    assert (state.step, state.epoch, state.total_steps) == (12, 1, 18)
    after = read_run(record.path)
    assert after.result == before.result
    assert record.weights_file.read_bytes() == weights_before
    assert (after.history().step_losses, after.history().epochs) == (history.step_losses, history.epochs)


def test_a_checkpoint_of_another_network_fails_with_the_reason(store, record):
    train(record, stop_after(record, 4))
    other = store.create(make_config(arch="mlp"))
    other.checkpoint_file.write_bytes(record.checkpoint_file.read_bytes())
    state = train(other)
    assert state.status == FAILED
    assert str(state.reason).startswith("The weights do not fit this network: ")


def test_a_full_disk_at_the_weights_fails_with_the_reason(record, monkeypatch):
    monkeypatch.setattr(weights, "save_file", full_disk)
    state = train(record)
    assert state == read_run(record.path).state
    assert state.status == FAILED
    assert str(state.reason) == "The run's folder cannot be written: No space left on device."
    assert record.log.read()[0][-1] == RunFailed(state.step, state.reason)


@pytest.mark.parametrize("step", [1, 12])
def test_a_full_disk_at_the_log_fails_with_the_reason(record, monkeypatch, step):
    train(record, after_step(step, lambda: fill_disk(monkeypatch)))
    state = read_run(record.path).state
    assert state.status == FAILED
    assert "No space left on device" in str(state.reason)
    assert record.history().step == step


def test_after_room_was_made_the_run_goes_on(store, record):
    whole = store.create(record.config)
    train(whole)
    with pytest.MonkeyPatch.context() as patch:
        train(record, after_step(12, lambda: fill_disk(patch)))
    assert read_run(record.path).can_resume
    assert train(record).status == FINISHED
    assert_same(load_arrays(record.weights_file)[0], load_arrays(whole.weights_file)[0])
    assert comparable(record) == comparable(whole)


def test_a_full_disk_at_the_measuring_can_be_made_good(record):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worker, "evaluate", full_disk)
        assert train(record).status == FAILED
    assert train(record).status == FINISHED
    assert read_run(record.path).result.epochs == 2


def test_a_defect_leaves_a_readable_record_and_its_traceback_in_the_log(record, monkeypatch, caplog):
    def create_learner(_config):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr(worker, "create_learner", create_learner)
    with pytest.raises(ZeroDivisionError):
        train(record)
    state = read_run(record.path).state
    assert state.status == FAILED
    assert "(ZeroDivisionError: a defect)" in str(state.reason)
    [entry] = caplog.records
    assert state.reason.values["number"] in str(state.reason)
    assert state.reason.values["number"] in entry.getMessage()
    assert "in create_learner" in entry.exc_text


def test_a_damaged_control_file_disturbs_nothing(record):
    def damage():
        (record.path / "control.json").write_text("{")

    assert train(record, after_step(3, damage)).status == FINISHED
