"""The NumPy learner in the common training loop."""

import numpy as np
import pytest

from core.config.run_config import RunConfig, allowed_values
from core.data.catalog import DATASETS
from core.data.datasets import Dataset, ImageSet
from core.errors import CheckpointError, ConfigError, TrainingDiverged
from core.learners.base import NO_STEPS
from core.learners.factory import create_learner
from core.learners.numpy_learner import NumpyLearner
from core.training.control import Command
from core.training.events import EpochEnd
from core.training.trainer import Trainer

CONFIG = RunConfig(
    dataset="digits", arch="numpy-mlp", options={"hidden": (16,)}, optimizer="sgd", lr=0.1, batch_size=16, epochs=3
)


@pytest.fixture(scope="module")
def dataset():
    """Ten classes, each a bright row of pixels at its own height, in noise."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 300)
    images = rng.integers(0, 60, (300, 28, 28)).astype(np.uint8)
    images[np.arange(300), 2 * labels + 3] = 220
    data = ImageSet(images, labels)
    return Dataset(DATASETS["digits"], data[:240], data[240:])


def train(config, dataset, checkpoint=None, control=None):
    learner = create_learner(config)
    trainer = Trainer(config, dataset, learner, control, checkpoint)
    return learner, trainer, list(trainer.run())


class StopAt:
    def __init__(self, polls):
        self.polls = polls

    def poll(self):
        self.polls -= 1
        return Command("run" if self.polls >= 0 else "stop")


def test_it_learns(dataset):
    learner, _, events = train(CONFIG, dataset)
    assert isinstance(learner, NumpyLearner)
    epochs = [event for event in events if isinstance(event, EpochEnd)]
    assert epochs[-1].val_accuracy > 0.9
    assert epochs[-1].train_loss < epochs[0].train_loss
    probabilities = learner.predict_proba(dataset.test.images)
    assert probabilities.dtype == np.float32
    assert (probabilities.argmax(1) == dataset.test.labels).mean() > 0.9


def test_it_follows_its_torch_twin(dataset):
    numpy_learner, _, numpy_events = train(CONFIG, dataset)
    twin = CONFIG.replace(arch="mlp", options={"hidden": (16,), "start": "numpy"}, device="cpu")
    torch_learner, _, torch_events = train(twin, dataset)
    # How many reports of steps come between them depends on the time that the steps take.
    losses = [[e.train_loss for e in events if isinstance(e, EpochEnd)] for events in (numpy_events, torch_events)]
    assert losses[0] == pytest.approx(losses[1], abs=1e-5)
    for name, values in torch_learner.state_dict().items():
        np.testing.assert_allclose(numpy_learner.state_dict()[name], values, atol=1e-5, err_msg=name)


def test_a_resumed_run_ends_with_the_same_bits(dataset):
    whole, _, _ = train(CONFIG, dataset)
    _, stopped, _ = train(CONFIG, dataset, control=StopAt(20))
    assert stopped.progress.step_in_epoch > 0
    resumed, _, _ = train(CONFIG, dataset, checkpoint=stopped.checkpoint())
    for name, values in whole.state_dict().items():
        np.testing.assert_array_equal(resumed.state_dict()[name], values, err_msg=name)


def test_a_checkpoint_is_a_copy(dataset):
    learner = create_learner(CONFIG)
    before = learner.state_dict()
    learner.load(dataset.train)
    learner.begin_epoch(np.arange(240), 1)
    kept = before["fc1.weight"].copy()
    learner.train_step(0, 16, 0.1)
    np.testing.assert_array_equal(before["fc1.weight"], kept)


def test_losses_and_right_answers_are_those_of_the_images_in_their_order(dataset):
    learner = create_learner(CONFIG)
    order = np.random.default_rng(3).permutation(240)
    learner.load(dataset.train)
    learner.begin_epoch(order, 1)
    learner.train_step(0, 100, 0.0)
    learner.train_step(100, 240, 0.0)
    metrics = learner.take_metrics()
    probabilities = learner.predict_proba(dataset.train.images[order])
    labels = dataset.train.labels[order]
    own = probabilities[np.arange(240), labels]
    losses = -np.log(own)
    assert metrics.losses == pytest.approx([losses[:100].mean(), losses[100:].mean()], rel=1e-5)
    assert metrics.true_probability.dtype == np.float16
    assert metrics.true_probability == pytest.approx(own, abs=1e-3)
    assert np.array_equal(metrics.correct, probabilities.argmax(1) == labels)
    assert learner.take_metrics() is NO_STEPS


def test_divergence_is_reported_without_warnings(dataset):
    with pytest.raises(TrainingDiverged, match="Try a smaller one"):
        train(CONFIG.replace(lr=100), dataset)


def test_double_precision_on_request(dataset):
    learner = NumpyLearner(CONFIG, np.float64)
    assert learner.scale(dataset.test.images).dtype == np.float64
    assert {values.dtype for values in learner.state_dict().values()} == {np.dtype(np.float64)}


def test_batches_of_the_test_set_do_not_change_its_probabilities(dataset):
    once = create_learner(CONFIG).predict_proba(dataset.test.images)
    in_parts = create_learner(CONFIG.replace(test_batch_size=7)).predict_proba(dataset.test.images)
    np.testing.assert_allclose(once, in_parts, atol=1e-6)
    assert create_learner(CONFIG).predict_proba(dataset.test.images[:0]).shape == (0, 10)


@pytest.mark.parametrize(
    ("field", "value", "allowed"),
    [
        ("optimizer", "adam", "sgd"),
        ("momentum", 0.5, r"0\."),
        ("weight_decay", 0.1, r"0\."),
        ("augment", "warp", "none"),
        ("precision", "bfloat16", "float32"),
        ("gradients", "autograd", "by-hand"),
        ("device", "cuda", "cpu"),
    ],
)
def test_what_it_cannot_do_is_refused(field, value, allowed):
    with pytest.raises(ConfigError, match=rf"{field} is '?{value}'?; NumPy MLP .* must be .*{allowed}"):
        CONFIG.replace(**{field: value})
    assert value not in allowed_values("numpy-mlp")[field]
    assert allowed_values("mlp") == {}


def test_dropout_is_not_among_its_options():
    with pytest.raises(ConfigError, match="no option 'dropout'; it has: hidden"):
        CONFIG.replace(options={"dropout": 0.5})


def test_weights_and_checkpoints_of_another_network_are_refused():
    learner = create_learner(CONFIG)
    other = create_learner(CONFIG.replace(options={"hidden": (17,)}))
    with pytest.raises(CheckpointError, match="do not fit"):
        learner.load_state_dict(other.state_dict())
    with pytest.raises(CheckpointError, match="it holds random"):
        learner.load_training_state({"random": np.zeros(1)})
