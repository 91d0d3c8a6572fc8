"""What a worker shows of the network in training: images, answers and weights, twice a second at most."""

import numpy as np
import pytest

from core.data.datasets import NO_IMAGES, ImageSet
from core.execution import live_probe, train_run
from core.execution.live_probe import LiveProbe, first_of_each_class
from core.learners.factory import create_learner
from core.runs.live import UNKNOWN, has_live, read_live, write_own_image
from core.runs.record import SWEEP_TAG, read_run
from core.runs.store import RunStore
from core.training import trainer as trainer_module
from core.training.events import RunFinished, RunStarted, StepEnd
from core.training.trainer import Trainer
from tests.made import make_config, make_dataset, set_clock

ARCHITECTURES = {
    "softmax": {},
    "mlp": {"options": {"hidden": (8,), "dropout": 0.5}},
    "mlp-scratch": {},
    "numpy-mlp": {"options": {"hidden": (60,)}, "optimizer": "sgd"},
    "cnn": {},
    # Batch normalisation keeps running means, which looking must not move.
    "handwriting": {},
    "sprint": {},
    "best": {},
}


@pytest.fixture(autouse=True)
def every_step(monkeypatch):
    """A report after each step, and a look after each report."""
    monkeypatch.setattr(trainer_module, "_REPORT_SECONDS", 0.0)
    monkeypatch.setattr(live_probe, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(live_probe, "_MOST_SHARE", 1e9)


@pytest.fixture
def data():
    return make_dataset(60, 30)


def train(config, data, sink=lambda _: None, learner=None):
    learner = learner or create_learner(config)
    for event in Trainer(config, data, learner).run():
        sink(event)
    return learner


@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_run_ends_with_the_same_bits_whether_or_not_it_is_looked_into(tmp_path, data, arch):
    config = make_config(arch=arch, batch_size=20, val_fraction=0.2, **ARCHITECTURES[arch])
    looked_into = create_learner(config)
    train(config, data, LiveProbe(tmp_path, looked_into, data.test), looked_into)
    alone = train(config, data)
    assert read_live(tmp_path).step == 6
    for one, other in ((looked_into, alone), (create_learner(config), create_learner(config))):
        for arrays, same in ((one.state_dict(), other.state_dict()), (one.training_state(), other.training_state())):
            assert arrays.keys() == same.keys()
            assert all(np.array_equal(arrays[name], same[name]) for name in arrays)


@pytest.mark.parametrize(
    ("arch", "shape", "units"),
    [("softmax", (10, 28, 28), 10), ("mlp-scratch", (48, 28, 28), 256), ("numpy-mlp", (48, 28, 28), 60),
     ("cnn", (32, 3, 3), 32)],
)  # fmt: skip
def test_the_view_is_of_the_network_as_it_is(tmp_path, data, arch, shape, units):
    config = make_config(arch=arch, batch_size=20, **ARCHITECTURES[arch])
    learner = create_learner(config)
    train(config, data, LiveProbe(tmp_path, learner, data.test), learner)
    view = read_live(tmp_path)
    assert view.labels.tolist() == list(range(10))
    assert np.array_equal(view.images, first_of_each_class(data.test).images)
    assert np.array_equal(view.probabilities, learner.predict_proba(view.images))
    assert (view.weights.shape, view.n_units) == (shape, units)
    weight = learner.state_dict()[live_probe.first_layer(learner).parameters[0].name]
    first = weight.T[0] if arch == "mlp-scratch" else weight[0]
    assert np.array_equal(view.weights[0], first.reshape(shape[1:]))


class Answers:
    """A network that answers all images with these classes, one after the other."""

    def __init__(self, *answers):
        self._learner = create_learner(make_config())
        self.parameter, self.model = self._learner.parameter, self._learner.model
        self.scale, self.device = self._learner.scale, "cpu"
        self._answers = iter(answers)

    def predict_proba(self, images):
        answer = next(self._answers) if len(images) else 0
        return np.tile(np.eye(10, dtype=np.float32)[answer], (len(images), 1))


def step(number):
    return StepEnd(number, 1, (1.0,), 0.5, 0.1, 50.0, 1.0)


def look(probe, *steps):
    for number in steps:
        probe(step(number))


def test_the_answers_before_the_present_one_are_kept_without_repetition(tmp_path, data, monkeypatch):
    layer = live_probe.first_layer(create_learner(make_config()))
    monkeypatch.setattr(live_probe, "first_layer", lambda _: layer)
    probe = LiveProbe(tmp_path, Answers(3, 3, 5, 5, 1, 3, 8), data.test)
    look(probe, 1, 2)
    assert set(read_live(tmp_path).earlier.ravel()) == {UNKNOWN}
    look(probe, 3, 4)
    assert read_live(tmp_path).earlier[0].tolist() == [UNKNOWN, UNKNOWN, 3]
    look(probe, 5, 6, 7)
    assert read_live(tmp_path).earlier[0].tolist() == [5, 1, 3]


def test_the_readers_own_picture_comes_first_as_soon_as_it_is_there(tmp_path, data):
    probe = LiveProbe(tmp_path, create_learner(make_config()), data.test)
    look(probe, 1)
    assert len(read_live(tmp_path).images) == 10
    for shade in (100, 200):
        picture = np.full((28, 28), shade, np.uint8)
        write_own_image(tmp_path, picture)
        look(probe, 2, 3)
        view = read_live(tmp_path)
        assert view.labels.tolist() == [UNKNOWN, *range(10)]
        assert np.array_equal(view.images[0], picture)
        assert (view.probabilities.shape, view.earlier.shape) == ((11, 10), (11, 3))


def test_without_test_images_the_weights_alone_are_shown(tmp_path):
    look(LiveProbe(tmp_path, create_learner(make_config()), NO_IMAGES), 1)
    view = read_live(tmp_path)
    assert (len(view.images), view.probabilities.shape, len(view.weights)) == (0, (0, 10), 10)


def test_a_look_waits_for_its_time_but_not_at_the_start_and_the_end(tmp_path, data, monkeypatch):
    monkeypatch.setattr(live_probe, "_LOOK_SECONDS", 1000.0)
    probe = LiveProbe(tmp_path, create_learner(make_config()), data.test)
    seen = []
    for event in (RunStarted(0, 0, 9, 9, 9, 0, 9, "cpu"), step(1), step(2), RunFinished(9, 1.0)):
        probe(event)
        seen.append(read_live(tmp_path).step)
    assert seen == [0, 0, 0, 9]


def test_a_look_that_takes_long_is_followed_by_a_longer_wait(tmp_path, data, monkeypatch):
    monkeypatch.setattr(live_probe, "_MOST_SHARE", 0.01)
    # Each look takes a second of this clock.
    times = iter([9.0, 10.0, 11.0, 110.0, 112.0, 112.0, 113.0])
    set_clock(monkeypatch, live_probe, monotonic=lambda: next(times))
    probe = LiveProbe(tmp_path, create_learner(make_config()), data.test)
    seen = []
    for number in (1, 2, 3):
        probe(step(number))
        seen.append(read_live(tmp_path).step)
    # At 110 s the wait of 100 s, from 11 s on, has not passed; at 112 s it has.
    assert seen == [1, 1, 3]


def test_the_slow_look_before_training_puts_off_no_other(tmp_path, data, monkeypatch):
    monkeypatch.setattr(live_probe, "_MOST_SHARE", 1e-9)
    probe = LiveProbe(tmp_path, create_learner(make_config()), data.test)
    probe(RunStarted(0, 0, 9, 9, 9, 0, 9, "cpu"))
    look(probe, 1)
    assert read_live(tmp_path).step == 1


def test_a_damaged_view_is_none(tmp_path):
    (tmp_path / "live.safetensors").write_bytes(b"no arrays")
    assert read_live(tmp_path) is None
    assert has_live(tmp_path)


def test_every_run_but_a_sweeps_trial_shows_its_view(store: RunStore, toy, monkeypatch):
    monkeypatch.setattr(train_run, "load_dataset", lambda _name, _root: toy)
    run, trial = store.create(make_config()), store.create(make_config(), tags={SWEEP_TAG: "s"})
    for record in (run, trial):
        train_run.train_run(record, record.path)
    assert read_live(run.path).step == read_run(run.path).state.step == 18
    assert not has_live(trial.path)


def test_a_set_without_some_classes_shows_those_it_has():
    images = np.arange(4 * 784, dtype=np.int64).reshape(4, 28, 28).astype(np.uint8)
    first = first_of_each_class(ImageSet(images, np.array([7, 2, 7, 2])))
    assert first.labels.tolist() == [2, 7]
    assert np.array_equal(first.images, images[[1, 0]])
