"""What training leaves in a run's folder, and what hears of it."""

import math

import numpy as np
import pytest

from core.evaluation.stored_predictions import load_predictions
from core.execution import train_run as worker
from core.learners.factory import create_learner
from core.runs.record import FINISHED, MEASURING, RUNNING, STOPPED, RunState, read_run
from core.storage.arrays import load_arrays
from core.storage.locks import is_locked
from core.texts.message import NO_MESSAGE
from core.training.checkpoint import load_checkpoint
from core.training.events import EpochEnd, RunFinished, RunStarted, StepEnd
from tests.core.execution.training.stretch import assert_same, stop_after, train
from tests.made import make_config, make_dataset


def test_a_finished_run_has_all_its_files(record, toy):
    state = train(record)
    done = read_run(record.path)
    assert state == done.state == RunState(FINISHED, NO_MESSAGE, 18, 2, 18)
    assert done.can_predict
    assert not is_locked(done.path)
    history = done.history()
    assert (history.step, len(history.epochs)) == (18, 2)
    assert load_predictions(done.predictions_file)[0].shape == (100, 10)
    result = done.result
    kept = max(history.epochs, key=lambda epoch: epoch.val_accuracy)
    assert (result.epochs, result.kept_epoch, result.val_accuracy) == (2, kept.epoch, kept.val_accuracy)
    assert (result.n_test, result.n_parameters, result.device) == (100, 7850, "cpu")
    right = load_predictions(done.predictions_file)[0].argmax(1) == toy.test.labels
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
    np.testing.assert_array_equal(load_predictions(done.predictions_file)[0], measured.predict_proba(toy.test.images))


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


@pytest.mark.parametrize(("seconds", "told"), [(0.0, list(range(1, 19))), (math.inf, [0] * 9 + [9] * 9)])
def test_the_state_tells_the_steps_from_time_to_time_and_after_each_epoch(record, monkeypatch, seconds, told):
    monkeypatch.setattr(worker, "_STATE_SECONDS", seconds)
    steps = []

    def look(event):
        if isinstance(event, StepEnd):
            state = read_run(record.path).state
            assert (state.status, state.total_steps) == (RUNNING, 18)
            steps.append(state.step)

    train(record, look)
    assert steps == told


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


def test_while_it_is_measured_the_state_tells_how_many_images_are_done(record, monkeypatch):
    monkeypatch.setattr(worker, "_STATE_SECONDS", 0.0)
    told = []
    tell = worker.write_state

    def write_state(path, state):
        if state.status == MEASURING:
            told.append(state.measured)
        tell(path, state)

    monkeypatch.setattr(worker, "write_state", write_state)
    config = record.path / "config.json"
    config.write_text(config.read_text().replace('"test_batch_size": 1000', '"test_batch_size": 40'))
    train(read_run(record.path))
    # The toy set has 100 test images.
    assert told == [0, 0, 40, 80]


@pytest.fixture
def chosen(monkeypatch):
    """What a measurement finds, one after the other."""
    found = iter([(2, "autograd"), (1, "by-hand")])

    def choose(config):
        threads, gradients = next(found)
        return config.replace(threads=threads, gradients=gradients)

    monkeypatch.setattr(worker, "choose_kernels", choose)
    return found


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("left_open", [{"threads": 0}, {"threads": 2, "gradients": "auto"}])
def test_what_is_left_open_is_chosen_once_and_recorded(store, left_open):
    record = store.create(make_config(**left_open), "open")
    assert train(record, stop_after(record, 5)).status == STOPPED
    train(record)
    started = [event for event in record.log.read()[0] if isinstance(event, RunStarted)]
    assert [(event.threads, event.gradients) for event in started] == [(2, "autograd")] * 2


@pytest.mark.usefixtures("chosen")
@pytest.mark.parametrize("gradients", ["by-hand", "autograd"])
def test_what_is_set_is_not_measured(store, gradients):
    record = store.create(make_config(threads=3, gradients=gradients), "set")
    train(record)
    started = record.history().started
    assert (started.threads, started.gradients) == (3, gradients)
