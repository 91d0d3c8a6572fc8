"""Training whose loss or weights are no longer finite."""

import math

import pytest

from core.execution import train_run as worker
from core.learners.torch_learner import TorchLearner
from core.runs import control_file as control
from core.runs.record import FAILED, FINISHED, read_run
from core.storage import arrays as weights
from core.storage.arrays import load_arrays
from core.training.checkpoint import load_checkpoint
from core.training.events import LrChanged
from tests.core.execution.training.stretch import after_step, stop_after, train
from tests.made import make_config


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
