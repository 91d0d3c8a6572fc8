"""Training on a GPU: as on the processor within rounding, and resumed to the bit, dropout included."""

import numpy as np
import pytest
import torch

from core.learners.factory import create_learner
from core.training.events import StepEnd
from core.training.trainer import Trainer
from tests.made import make_config, make_dataset

OPTIONS = {"hidden": (32, 16), "dropout": 0.3}

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")


@pytest.fixture
def data():
    return make_dataset(120, 30)


def train_steps(learner, data, first, last):
    """Take some of the steps of an epoch over the images in their order; returns the weights after them."""
    learner.load(data.train)
    learner.begin_epoch(np.arange(len(data.train)), 7 if first == 0 else None)
    for step in range(first, last):
        learner.train_step(10 * step, 10 * step + 10, 0.05)
    return learner.state_dict()


@pytest.mark.gpu
@needs_gpu
@pytest.mark.parametrize("arch", ["mlp", "cnn"])
def test_a_resumed_run_draws_the_same_dropout(data, arch):
    config = make_config(arch=arch, options=OPTIONS if arch == "mlp" else {}, device="cuda")
    whole = create_learner(config)
    train_steps(whole, data, 0, 4)
    weights, state = whole.state_dict(), whole.training_state()
    expected = train_steps(whole, data, 4, 8)
    torch.cuda.manual_seed(99)
    resumed = create_learner(config)
    resumed.load_state_dict(weights)
    resumed.load_training_state(state)
    found = train_steps(resumed, data, 4, 8)
    assert all(np.array_equal(found[name], expected[name]) for name in expected)


@pytest.mark.gpu
@needs_gpu
def test_a_gpu_learns_what_the_processor_learns(data):
    def losses(device):
        config = make_config(arch="mlp", options={"hidden": (32, 16)}, device=device, epochs=2)
        events = Trainer(config, data, create_learner(config)).run()
        return [loss for event in events if isinstance(event, StepEnd) for loss in event.losses]

    np.testing.assert_allclose(losses("cuda"), losses("cpu"), rtol=1e-3)


class FakeDevice:
    """A device's random generator."""

    def __init__(self):
        self.state = torch.arange(8, dtype=torch.uint8)

    def get_rng_state(self):
        return self.state

    def set_rng_state(self, state):
        self.state = state


def test_the_state_of_a_device_s_own_generator_is_kept(data, monkeypatch):
    device = FakeDevice()
    monkeypatch.setattr(torch, "get_device_module", lambda _: device)
    learner = create_learner(make_config(arch="mlp", device="cpu"))
    assert "device_random" not in learner.training_state()
    train_steps(learner, data, 0, 2)
    learner._device = torch.device("cuda")
    state = learner.training_state()
    device.state = torch.zeros(8, dtype=torch.uint8)
    learner.load_training_state(state)
    assert device.state.tolist() == list(range(8))
    # As it was saved on a processor.
    del state["device_random"]
    learner.load_training_state(state)
    assert device.state.tolist() == list(range(8))
