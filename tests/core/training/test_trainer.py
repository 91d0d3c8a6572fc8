import itertools
import math

import numpy as np
import pytest

from core.errors import ConfigError, TrainingDiverged
from core.learners.base import StepMetrics
from core.runs.history import History
from core.training import clock
from core.training import trainer as trainer_module
from core.training.control import Command
from core.training.events import (
    EpochEnd,
    LrChanged,
    RunContinued,
    RunFinished,
    RunPaused,
    RunStarted,
    RunStopped,
    StepEnd,
)
from core.training.trainer import Trainer
from tests.made import Script, make_config, make_dataset, set_clock

# 100 images, a tenth for validation, batches of 32: 32, 32 and 26 images an epoch.
STEPS = 3


class FakeLearner:
    """Learns nothing and writes down what it is told. It predicts class 0.

    Step n has loss n, the true class's probability n % and one right answer, the first.
    """

    device = "cpu"
    n_parameters = 5

    def __init__(self, losses=None, nan_in_epoch=None):
        self.losses = losses or {}
        self.nan_in_epoch = nan_in_epoch
        self.epochs, self.steps, self.measured, self.waiting = [], [], [], []

    def load(self, train):
        self.loaded = train

    def begin_epoch(self, order, seed):
        self.epochs.append((order, seed))

    def train_step(self, start, stop, lr):
        self.steps.append((start, stop, lr))
        self.waiting.append((self.losses.get(len(self.steps), float(len(self.steps))), stop - start))

    def take_metrics(self):
        (losses, counts), self.waiting = zip(*self.waiting, strict=True) if self.waiting else ((), ()), []
        shares = np.concatenate([[], *(np.full(count, loss / 100) for loss, count in zip(losses, counts, strict=True))])
        correct = np.concatenate([np.zeros(0, bool), *(np.arange(count) == 0 for count in counts)])
        return StepMetrics(list(losses), shares.astype(np.float16), correct)

    def predict_proba(self, images):
        self.measured.append(images)
        is_broken = len(self.epochs) == self.nan_in_epoch
        return np.full((len(images), 10), math.nan) if is_broken else np.tile(np.eye(10)[0], (len(images), 1))

    def state_dict(self):
        return {}

    load_state_dict = training_state = load_training_state = None


@pytest.fixture(scope="module")
def data():
    return make_dataset(100, 20)


@pytest.fixture
def every_step(monkeypatch):
    """Reports after every step, however fast it was."""
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(trainer_module, "_PAUSE_POLL_SECONDS", 0.0)


@pytest.fixture
def at_the_end(monkeypatch):
    """Reports at an epoch's end only, however slow the steps were."""
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", math.inf)


def train(data, learner=None, control=None, **changes):
    config = make_config(val_fraction=0.1, **changes)
    return list(Trainer(config, data, learner or FakeLearner(), control).run())


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


@pytest.mark.usefixtures("at_the_end")
def test_a_run_tells_its_size_its_steps_its_epochs_and_its_end(data):
    events = train(data)
    assert [type(event) for event in events] == [RunStarted, StepEnd, EpochEnd, StepEnd, EpochEnd, RunFinished]
    assert events[0] == RunStarted(0, 0, 2 * STEPS, STEPS, 90, 10, 5, "cpu", 1, "by-hand")
    assert events[1].losses == (1.0, 2.0, 3.0)
    assert (events[1].step, events[1].epoch, events[3].step, events[3].epoch) == (3, 1, 6, 2)
    assert events[1].accuracy == 3 / 90
    assert events[-1].step == 6


@pytest.mark.usefixtures("every_step")
def test_steps_are_reported_as_time_goes_by(data):
    events = of(StepEnd, train(data))
    assert [event.losses for event in events] == [(float(n),) for n in range(1, 7)]
    assert [event.accuracy for event in events] == [1 / 32, 1 / 32, 1 / 26] * 2
    assert all(event.samples_per_second > 0 for event in events)
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)


@pytest.mark.usefixtures("at_the_end")
def test_speed_is_in_images_a_second(data, monkeypatch):
    set_clock(monkeypatch, clock, perf_counter=itertools.count(0, 5).__next__)
    first = of(StepEnd, train(data))[0]
    assert first.seconds > 0
    assert first.samples_per_second == 90 / first.seconds


def test_every_epoch_goes_once_through_the_training_images_in_a_new_order(data):
    learner = FakeLearner()
    train(data, learner)
    orders = [order for order, _ in learner.epochs]
    assert all(sorted(order) == list(range(90)) for order in orders)
    assert not np.array_equal(*orders)
    assert [step[:2] for step in learner.steps] == [(0, 32), (32, 64), (64, 90)] * 2


def test_orders_come_from_seed_and_epoch_alone(data):
    one, same, other = FakeLearner(), FakeLearner(), FakeLearner()
    train(data, one, epochs=3)
    train(data, same, epochs=2, lr=0.5)
    train(data, other, epochs=2, seed=2)
    assert all(np.array_equal(a[0], b[0]) and a[1] == b[1] for a, b in zip(one.epochs, same.epochs, strict=False))
    assert not np.array_equal(one.epochs[0][0], other.epochs[0][0])
    assert one.epochs[0][1] != other.epochs[0][1]


def test_validation_takes_the_last_images(data):
    learner = FakeLearner()
    train(data, learner)
    assert np.array_equal(learner.loaded.images, data.train.images[:90])
    assert np.array_equal(learner.loaded.labels, data.train.labels[:90])
    assert len(learner.measured) == 2
    assert all(np.array_equal(images, data.train.images[90:]) for images in learner.measured)


@pytest.mark.usefixtures("every_step")
def test_training_figures_are_means_over_images(data):
    ends = of(EpochEnd, train(data))
    assert ends[0].train_loss == pytest.approx((1 * 32 + 2 * 32 + 3 * 26) / 90)
    assert ends[1].train_loss == pytest.approx((4 * 32 + 5 * 32 + 6 * 26) / 90)
    assert ends[0].train_accuracy == 3 / 90


def test_rounding_does_not_depend_on_when_steps_are_reported(data, monkeypatch):
    losses = {step: math.sqrt(step) / 3 for step in range(1, 100)}
    set_clock(monkeypatch, clock, perf_counter=itertools.count().__next__)
    means, reports = set(), set()
    for seconds in (0.0, 4.0, 7.0, math.inf):
        monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", seconds)
        events = train(data, FakeLearner(losses), batch_size=3)
        means.add(tuple(event.train_loss for event in of(EpochEnd, events)))
        reports.add(len(of(StepEnd, events)))
    assert len(reports) == 4
    assert len(means) == 1


def test_the_first_report_comes_sooner_than_the_others(data, monkeypatch):
    set_clock(monkeypatch, clock, perf_counter=itertools.count().__next__)
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", 8.0)
    # Each look at the clock takes a second: one after each step, one in each report.
    counts = [event.count for event in of(StepEnd, train(data, batch_size=3))]
    assert counts[:3] == [1, 8, 8]


def test_what_is_not_measured_is_none(data):
    learner = FakeLearner()
    config = make_config(val_fraction=0)
    events = list(Trainer(config, data, learner).run())
    assert events[0].n_val == 0
    for end in of(EpochEnd, events):
        assert (end.val_loss, end.val_accuracy, end.test_loss, end.test_accuracy) == (None,) * 4
    assert learner.measured == []


def test_the_test_set_is_watched_on_request(data):
    learner = FakeLearner()
    ends = of(EpochEnd, train(data, learner, watch_test=True, epochs=1))
    assert [len(images) for images in learner.measured] == [10, 20]
    assert ends[0].test_accuracy == np.mean(data.test.labels == 0)


def kept_epochs(data, accuracies, test_accuracies=None, **changes):
    """The kept epoch after each one, where they have these accuracies; and what was said of each epoch."""
    learner = FakeLearner()

    def predict_proba(images):
        is_test = len(images) == len(data.test)
        labels = data.test.labels if is_test else data.train.labels[90:]
        share = (test_accuracies if is_test else accuracies)[len(learner.epochs) - 1]
        guesses = np.where(np.arange(len(labels)) < round(share * len(labels)), labels, (labels + 1) % 10)
        return np.eye(10)[guesses]

    learner.predict_proba = predict_proba
    config = make_config(val_fraction=0.1, epochs=len(accuracies), watch_test=test_accuracies is not None, **changes)
    trainer = Trainer(config, data, learner)
    found = [(trainer.progress.kept_epoch, event) for event in trainer.run() if isinstance(event, EpochEnd)]
    return [kept for kept, _ in found], [(event.val_accuracy, event.test_accuracy) for _, event in found]


def test_the_epoch_with_the_best_validation_accuracy_is_kept(data):
    assert kept_epochs(data, [0.0, 0.3, 0.9, 0.9, 0.5], keep_best=True)[0] == [1, 2, 3, 3, 3]
    assert kept_epochs(data, [0.9, 0.3, 0.5], keep_best=False)[0] == [1, 2, 3]


def test_a_test_set_that_is_watched_chooses_nothing(data):
    val, test = [0.3, 0.8, 0.5, 0.6], [0.6, 0.1, 0.2, 0.9]
    kept, said = kept_epochs(data, val, test, keep_best=True)
    assert kept == [1, 2, 2, 2]
    assert said == list(zip(val, test, strict=True))


def test_without_validation_the_last_epoch_is_kept(data):
    trainer = Trainer(make_config(val_fraction=0, epochs=3), data, FakeLearner())
    assert [trainer.progress.kept_epoch for event in trainer.run() if isinstance(event, EpochEnd)] == [1, 2, 3]


@pytest.mark.usefixtures("every_step")
def test_a_pause_waits_and_goes_on(data, monkeypatch):
    waits = []
    set_clock(monkeypatch, trainer_module, sleep=waits.append)
    pause = Command("pause")
    learner = FakeLearner()
    events = train(data, learner, Script([Command(), pause, pause, pause, Command()]), epochs=1)
    kinds = [type(event) for event in events]
    assert kinds == [RunStarted, StepEnd, RunPaused, RunContinued, StepEnd, StepEnd, EpochEnd, RunFinished]
    assert (events[2].step, events[3].step) == (1, 1)
    assert len(waits) == 2
    assert len(learner.steps) == STEPS


@pytest.mark.usefixtures("every_step")
def test_a_pause_is_no_training_time(data, monkeypatch):
    now = 0.0

    def perf_counter():
        nonlocal now
        now += 1
        return now

    def sleep(_seconds):
        nonlocal now
        now += 1000

    set_clock(monkeypatch, clock, perf_counter=perf_counter)
    set_clock(monkeypatch, trainer_module, sleep=sleep)
    pause = Command("pause")
    events = train(data, control=Script([Command(), pause, pause, pause, Command()]), epochs=1)
    assert events[-1].seconds < 100


@pytest.mark.parametrize(("action", "interrupted"), [("stop", False), ("interrupt", True)])
@pytest.mark.usefixtures("at_the_end")
def test_stopping_ends_before_the_next_step(data, action, interrupted):
    learner = FakeLearner()
    events = train(data, learner, Script([Command(), Command(), Command(action)]))
    assert [type(event) for event in events] == [RunStarted, StepEnd, RunStopped]
    assert len(learner.steps) == 2
    # What was not yet reported comes first.
    assert events[1].losses == (1.0, 2.0)
    assert events[2] == RunStopped(2, events[2].seconds, interrupted)


@pytest.mark.parametrize("action", ["stop", "interrupt"])
@pytest.mark.usefixtures("every_step")
def test_a_paused_run_can_be_ended(data, action):
    events = train(data, control=Script([Command("pause"), Command("pause"), Command(action)]))
    assert [type(event) for event in events] == [RunStarted, RunPaused, RunStopped]


@pytest.mark.usefixtures("at_the_end")
def test_a_new_learning_rate_counts_from_the_next_step(data):
    learner = FakeLearner()
    new = Command("run", 0.5)
    events = train(data, learner, Script([Command(), new, new, new, new, new]), lr=0.25)
    assert [lr for _, _, lr in learner.steps] == [0.25] + [0.5] * 5
    # Steps done before are reported before, with the rate that they were done with.
    assert [type(event) for event in events[:4]] == [RunStarted, StepEnd, LrChanged, StepEnd]
    assert (events[1].losses, events[1].lr) == ((1.0,), 0.25)
    assert events[2] == LrChanged(1, 0.5)
    assert (events[3].losses, events[3].lr) == ((2.0, 3.0), 0.5)


def test_the_schedule_goes_on_from_a_new_learning_rate(data):
    learner = FakeLearner()
    new = Command("run", 1.0)
    train(data, learner, Script([new] * 6), lr=0.25, schedule="step", gamma=0.5)
    assert [lr for _, _, lr in learner.steps] == [1.0] * 3 + [0.5] * 3


@pytest.mark.usefixtures("every_step")
def test_the_reported_learning_rate_is_the_last_step_s(data):
    learner = FakeLearner()
    events = train(data, learner, schedule="one-cycle", epochs=3)
    assert [event.lr for event in of(StepEnd, events)] == [lr for _, _, lr in learner.steps]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.usefixtures("at_the_end")
def test_a_loss_that_is_no_number_ends_training(data, bad):
    history = History()
    learner = FakeLearner({5: bad})
    trainer = Trainer(make_config(val_fraction=0.1, schedule="step", lr=0.5, gamma=0.5), data, learner)
    with pytest.raises(TrainingDiverged) as caught:
        history.apply(trainer.run())
    said = f"The loss became {bad} in step 5 (epoch 2), at learning rate 0.25. Try a smaller one."
    assert str(caught.value) == said
    assert list(history.step_losses) == [1.0, 2.0, 3.0, 4.0]
    assert len(history.epochs) == 1


def test_a_network_of_nan_is_seen_at_the_epoch_s_end(data):
    learner = FakeLearner(nan_in_epoch=2)
    with pytest.raises(TrainingDiverged, match=r"became NaN after step 6 \(epoch 2\), at learning rate 0\.01"):
        train(data, learner)


def test_the_batch_must_fit_the_images_there_are(data):
    with pytest.raises(ConfigError, match="batch_size is 91; there are 90 images to train on"):
        Trainer(make_config(val_fraction=0.1, batch_size=91), data, FakeLearner())


def record_epochs(trainer):
    return [trainer.epoch_record for event in trainer.run() if isinstance(event, EpochEnd)]


def test_an_epoch_s_record_holds_what_was_said_of_each_image_when_it_was_shown(data):
    learner = FakeLearner()
    records = record_epochs(Trainer(make_config(val_fraction=0.1, watch_test=True), data, learner))
    assert [record.epoch for record in records] == [1, 2]
    for number, (record, (order, _)) in enumerate(zip(records, learner.epochs, strict=True)):
        shares = np.repeat(np.arange(1, 4) + STEPS * number, [32, 32, 26]) / 100
        assert np.array_equal(record.true_probability[order], shares.astype(np.float16))
        assert np.flatnonzero(record.correct[order]).tolist() == [0, 32, 64]


def test_an_epoch_s_record_holds_the_predictions_after_it(data):
    [record] = record_epochs(Trainer(make_config(val_fraction=0.1, watch_test=True, epochs=1), data, FakeLearner()))
    assert (record.val.y_pred.tolist(), record.val.confidence.tolist()) == ([0] * 10, [1.0] * 10)
    assert (record.test.y_pred.dtype, record.test.confidence.dtype, len(record.test.y_pred)) == ("uint8", "float16", 20)


def test_an_epoch_s_record_has_no_predictions_that_were_not_made(data):
    [record] = record_epochs(Trainer(make_config(val_fraction=0, epochs=1), data, FakeLearner()))
    assert (record.val, record.test) == (None, None)
