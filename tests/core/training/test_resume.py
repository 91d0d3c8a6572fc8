"""A run that is cut off anywhere and taken up again must end with the same bits as one that was not."""

import math
from dataclasses import replace

import numpy as np
import pytest

from core.errors import CheckpointError
from core.learners.factory import create_learner
from core.runs.history import History
from core.training import trainer as trainer_module
from core.training.checkpoint import TrainingProgress, load_checkpoint, save_checkpoint
from core.training.control import Command
from core.training.events import EpochEnd, RunFinished, StepEnd
from core.training.trainer import Trainer
from tests.made import Script, make_config, make_dataset

OPTIMIZERS = {
    "sgd": {"lr": 0.05, "momentum": 0.9},
    "adam": {"lr": 0.003},
    "adamw": {"lr": 0.003, "weight_decay": 0.02},
    "adadelta": {"lr": 0.5},
}


@pytest.fixture(autouse=True)
def every_step(monkeypatch):
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", 0.0)


class Outcome:
    """All that two runs are compared by.

    These are weights, optimizer, random generator, the history without its times and the epochs' records.
    """

    def __init__(self, learner, history, records):
        self.records = {record.epoch: record for record in records}
        self.arrays = {**learner.state_dict(), **learner.training_state()}
        self.losses = history.step_losses
        self.epochs = [replace(row, seconds=0.0) for row in history.epochs]

    def __eq__(self, other):
        return (
            self.arrays.keys() == other.arrays.keys()
            and all(np.array_equal(self.arrays[name], other.arrays[name]) for name in self.arrays)
            and (self.losses, self.epochs) == (other.losses, other.epochs)
            and self.records.keys() == other.records.keys()
            and all(same_record(record, other.records[epoch]) for epoch, record in self.records.items())
        )

    __hash__ = None


def same_record(one, other):
    return (
        np.array_equal(one.true_probability, other.true_probability)
        and np.array_equal(one.correct, other.correct)
        and all(np.array_equal(getattr(one.val, name), getattr(other.val, name)) for name in ("y_pred", "confidence"))
    )


def run_through(config, data, control=None):
    learner = create_learner(config)
    history, records = History(), []
    apply_all(Trainer(config, data, learner, control), history, records)
    return Outcome(learner, history, records)


def apply_all(trainer, history, records, cut=None):
    """Train up to and with the event number `cut`, or to the end."""
    for number, event in enumerate(trainer.run()):
        history.apply([event])
        if isinstance(event, EpochEnd):
            records.append(trainer.epoch_record)
        if number == cut:
            break


def run_in_two(config, data, path, cut, control=None):
    """Train up to and with the event number `cut`, save, and go on from the file with everything new and no control."""
    history, records = History(), []
    trainer = Trainer(config, data, create_learner(config), control)
    apply_all(trainer, history, records, cut)
    save_checkpoint(path, trainer.checkpoint())
    learner = create_learner(config)
    apply_all(Trainer(config, data, learner, checkpoint=load_checkpoint(path)), history, records)
    return Outcome(learner, history, records)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("schedule", ["constant", "one-cycle"])
def test_cut_within_an_epoch(tmp_path, toy, optimizer, schedule):
    options = {"hidden": (16, 16), "activation": "prelu", "dropout": 0.3}
    config = make_config(
        arch="mlp", options=options, optimizer=optimizer, schedule=schedule, epochs=3, **OPTIMIZERS[optimizer]
    )
    assert run_in_two(config, toy, tmp_path / "c", cut=14) == run_through(config, toy)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("threads", [1, 2])
def test_cut_within_an_epoch_of_the_cnn(tmp_path, threads):
    data = make_dataset(80, 10)
    config = make_config(arch="cnn", optimizer="adadelta", lr=1.0, batch_size=16, val_fraction=0.2, threads=threads)
    assert run_in_two(config, data, tmp_path / "c", cut=2) == run_through(config, data)


def test_cut_anywhere(tmp_path):
    data = make_dataset(60, 10)
    options = {"hidden": (8,), "dropout": 0.5}
    config = make_config(arch="mlp", options=options, batch_size=16, val_fraction=0.2, watch_test=True)
    whole = run_through(config, data)
    n_events = 1 + 2 * (3 + 1) + 1
    assert len(whole.losses) == 6
    for cut in range(n_events):
        assert run_in_two(config, data, tmp_path / "c", cut) == whole, f"cut after event {cut}"


def test_a_run_without_dropout_differs_from_one_with(toy):
    # What makes the comparisons above worth something: a lost random state would be seen.
    one, other = (run_through(make_config(arch="mlp", options={"hidden": (8,), "dropout": p}), toy) for p in (0.0, 0.1))
    assert one != other


def test_a_learning_rate_changed_by_hand_survives(tmp_path, toy, monkeypatch):
    # Reports fall due at the change alone, so that steps wait to be reported when it comes.
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", math.inf)
    config = make_config(arch="mlp", options={"hidden": (8,)}, lr=0.1, optimizer="sgd")
    commands = [Command(), Command(), Command("run", 0.5)]
    whole = run_through(config, toy, Script(commands))
    assert whole != run_through(config, toy)
    for cut in (2, 3):
        assert run_in_two(config, toy, tmp_path / "c", cut, Script(commands)) == whole


def test_cut_in_a_pause(tmp_path, toy):
    config = make_config(arch="mlp", options={"hidden": (8,), "dropout": 0.5})
    pause = Script([Command(), Command(), Command("pause"), Command("pause"), Command("pause")])
    assert run_in_two(config, toy, tmp_path / "c", 3, pause) == run_through(config, toy)


def test_what_an_earlier_version_s_checkpoint_lacks_is_missing(tmp_path, toy):
    config = make_config(epochs=2)
    trainer = Trainer(config, toy, create_learner(config))
    cut = next(event for event in trainer.run() if isinstance(event, StepEnd) and event.step == 2)
    save_checkpoint(tmp_path / "c", replace(trainer.checkpoint(), shown={}))
    records = []
    apply_all(
        Trainer(config, toy, create_learner(config), checkpoint=load_checkpoint(tmp_path / "c")), History(), records
    )
    missing = [int(np.isnan(record.true_probability).sum()) for record in records]
    assert missing == [cut.step * config.batch_size, 0]


def test_a_checkpoint_of_other_training_images_is_refused(toy):
    config = make_config()
    trainer = Trainer(config, toy, create_learner(config))
    next(event for event in trainer.run() if isinstance(event, StepEnd))
    smaller = config.replace(train_images=100)
    with pytest.raises(CheckpointError, match="does not fit this run"):
        Trainer(smaller, toy, create_learner(config), checkpoint=trainer.checkpoint())


def test_a_finished_run_has_nothing_left_to_do(tmp_path, toy):
    config = make_config()
    trainer = Trainer(config, toy, create_learner(config))
    events = list(trainer.run())
    save_checkpoint(tmp_path / "c", trainer.checkpoint())
    again = list(Trainer(config, toy, create_learner(config), checkpoint=load_checkpoint(tmp_path / "c")).run())
    assert [type(event) for event in again[1:]] == [RunFinished]
    assert again[-1] == events[-1]


def test_the_kept_epoch_is_remembered(tmp_path, toy):
    config = make_config(optimizer="sgd", lr=0.05, epochs=4)
    trainer = Trainer(config, toy, create_learner(config))
    best = next(event for event in trainer.run() if isinstance(event, EpochEnd))
    save_checkpoint(tmp_path / "c", trainer.checkpoint())
    # A rate this small cannot better the first epoch.
    after = Trainer(config.replace(lr=1e-9), toy, create_learner(config), checkpoint=load_checkpoint(tmp_path / "c"))
    after.progress.base_lr = 1e-9
    list(after.run())
    assert (after.progress.epoch, after.progress.kept_epoch) == (4, best.epoch)
    assert after.progress.kept_accuracy == best.val_accuracy


@pytest.mark.parametrize(
    "change",
    [
        {"epoch": 10**9, "step": 0},
        {"epoch": 3},
        {"epoch": -1},
        {"step_in_epoch": 10},
        {"step_in_epoch": -1, "step": 8},
        {"step": 10},
        {"epoch": 1, "step_in_epoch": 0, "step": 0},
    ],
)
def test_a_place_outside_the_run_is_refused(toy, change):
    config = make_config()
    whole = Trainer(config, toy, create_learner(config)).checkpoint()
    with pytest.raises(CheckpointError, match="this run has 2 epochs of 9 steps"):
        Trainer(config, toy, create_learner(config), checkpoint=replace(whole, progress=TrainingProgress(**change)))


@pytest.mark.parametrize(
    "change",
    [{"seconds": -1.0}, {"loss_sum": -1.0}, {"kept_epoch": 5}, {"base_lr": -0.1}, {"base_lr": 1e6}, {"epoch": 10**30}],
)
def test_an_impossible_figure_is_refused(tmp_path, toy, change):
    config = make_config()
    whole = Trainer(config, toy, create_learner(config)).checkpoint()
    save_checkpoint(tmp_path / "c.safetensors", replace(whole, progress=TrainingProgress(**change)))
    with pytest.raises(CheckpointError, match="does not say where training stood"):
        load_checkpoint(tmp_path / "c.safetensors")
