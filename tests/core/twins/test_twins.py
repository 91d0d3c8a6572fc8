"""The NumPy network and its PyTorch twin in lock step."""

import itertools
import subprocess
import sys
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from core import settings
from core.errors import ConfigError, DataMissing
from core.twins import lock_step
from core.twins.history import TwinHistory
from core.twins.lock_step import LockStep, advance, largest_differences
from core.twins.setup import KINDS, MAX_STEPS, TwinSetup, TwinState, TwinStep, start_twins, take_batch
from models.numpy_mlp import Linear, Relu, SoftmaxCrossEntropy

SMALL = TwinSetup("digits", (32, 16), batch_size=32)

# As in the host.
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def train(toy, monkeypatch):
    """The made training images, which `advance` gets as well."""
    monkeypatch.setattr(lock_step, "load_train", lambda *_: toy.train)
    return toy.train


def take_steps(setup, train, count):
    return list(itertools.islice(LockStep(setup, start_twins(setup), train).run(), count))


def largest_per_kind(steps):
    return {kind: max(max(getattr(step, kind).values()) for step in steps) for kind in KINDS}


def test_in_double_precision_a_thousand_steps_agree(train):
    steps = take_steps(SMALL, train, 1000)
    assert [step.step for step in steps] == list(range(1, 1001))
    assert max(step.largest for step in steps) < 1e-9
    assert max(abs(step.numpy_loss - step.torch_loss) for step in steps) < 1e-9
    assert steps[-1].numpy_loss < 0.1 < steps[0].numpy_loss
    assert not any(step.split_relus for step in steps)


def test_in_double_precision_a_thousand_steps_on_mnist_agree(mnist_root):
    setup = TwinSetup()
    chunk = advance(setup, start_twins(setup), mnist_root, 1000, seconds=600)
    assert len(chunk.steps) == 1000
    assert max(step.largest for step in chunk.steps) < 1e-9
    assert np.mean([step.numpy_loss for step in chunk.steps[-50:]]) < 0.3


def test_single_precision_drifts_further_than_double(train):
    double = take_steps(SMALL, train, 100)
    single = take_steps(SMALL.replace(precision="float32"), train, 100)
    assert max(step.largest for step in double) < 1e-12
    assert 1e-8 < max(step.largest for step in single) < 1e-2
    assert single[0].numpy_loss == pytest.approx(double[0].numpy_loss, abs=1e-5)


def test_every_tensor_is_compared_by_name(train):
    [step] = take_steps(SMALL, train, 1)
    parameters = ["fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias", "fc3.weight", "fc3.bias"]
    assert list(step.activations) == ["fc1", "relu1", "fc2", "relu2", "fc3"]
    assert list(step.gradients) == parameters
    assert list(step.weights) == parameters


def test_a_step_is_a_plain_frozen_value(train):
    [step] = take_steps(SMALL, train, 1)
    with pytest.raises(FrozenInstanceError):
        step.numpy_loss = 0.0
    assert {type(value) for kind in KINDS for value in getattr(step, kind).values()} == {float}


def one_percent_too_long(backward):
    def wrong(self, grad):
        result = backward(self, grad)
        self.weight_grad = self.weight_grad * 1.01
        return result

    return wrong


@pytest.mark.parametrize(
    ("layer", "wrong", "tensor"),
    [
        (Linear, one_percent_too_long(Linear.backward), "fc3.weight"),
        (Relu, lambda _, grad: grad, "fc1.weight"),
        (SoftmaxCrossEntropy, lambda self: self.probabilities, "fc3.bias"),
    ],
    ids=["weight gradient 1 % too long", "ReLU forgets its mask", "loss forgets the labels"],
)
def test_a_wrong_backward_pass_shows_from_the_first_step(train, monkeypatch, layer, wrong, tensor):
    monkeypatch.setattr(layer, "backward", wrong)
    first, second = take_steps(SMALL, train, 2)
    found = largest_per_kind([first])
    assert found["activations"] < 1e-12
    assert first.gradients[tensor] > 1e-5
    assert found["weights"] > 1e-6
    assert largest_per_kind([second])["activations"] > 1e-6


def test_a_difference_between_the_networks_is_found_where_it_is(train):
    start = start_twins(SMALL)
    start.torch["fc2.bias"][3] += 0.5
    [step] = itertools.islice(LockStep(SMALL, start, train).run(), 1)
    assert step.activations["relu1"] < 1e-12
    assert step.activations["fc2"] == pytest.approx(0.5)
    assert step.weights["fc2.bias"] == pytest.approx(0.5, abs=0.1)
    assert step.largest >= 0.5 - 1e-12


@pytest.mark.parametrize("sign", [1, -1])
def test_relus_that_are_on_in_one_network_only_are_counted(train, sign):
    start = start_twins(SMALL)
    for weights, bias in ((start.numpy, sign * 1e-15), (start.torch, -sign * 1e-15)):
        weights["fc1.weight"][4], weights["fc1.bias"][4] = 0, bias
    [step] = itertools.islice(LockStep(SMALL, start, train).run(), 1)
    assert step.split_relus == SMALL.batch_size


def test_both_start_from_the_same_numbers_in_memory_of_their_own():
    start = start_twins(SMALL.replace(precision="float32"))
    assert start.step == 0
    for name, values in start.numpy.items():
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, start.torch[name])
        assert not np.shares_memory(values, start.torch[name])


def test_an_epoch_goes_through_all_images_once_in_an_order_of_its_own(train):
    setup = SMALL.replace(batch_size=64)
    batches = [take_batch(train, setup, step) for step in range(10)]
    assert [len(labels) for _, labels in batches] == [64, 64, 64, 64, 44] * 2
    first, second = (np.concatenate([pixels for pixels, _ in part]) for part in (batches[:5], batches[5:]))
    everything = train.images.reshape(len(train), -1) / 255
    assert not np.array_equal(first, second)
    for epoch in (first, second):
        np.testing.assert_array_equal(np.sort(epoch, 0), np.sort(everything, 0))


def test_seed_decides_start_and_batches(train):
    same, other = (take_steps(SMALL.replace(seed=seed), train, 3) for seed in (1, 2))
    assert take_steps(SMALL, train, 3) == same != other


@pytest.mark.usefixtures("train")
def test_going_on_from_a_state_equals_going_through(tmp_path):
    whole = advance(SMALL, start_twins(SMALL), tmp_path, 20, seconds=60)
    first = advance(SMALL, start_twins(SMALL), tmp_path, 7, seconds=60)
    second = advance(SMALL, first.state, tmp_path, 13, seconds=60)
    assert first.steps + second.steps == whole.steps
    assert second.state.step == whole.state.step == 20
    for name, values in whole.state.torch.items():
        np.testing.assert_array_equal(second.state.torch[name], values)
        np.testing.assert_array_equal(second.state.numpy[name], whole.state.numpy[name])


@pytest.mark.usefixtures("train")
def test_the_state_given_is_not_changed(tmp_path):
    start = start_twins(SMALL)
    kept = start_twins(SMALL)
    advance(SMALL, start, tmp_path, 3, seconds=60)
    for ours, theirs in ((start.numpy, kept.numpy), (start.torch, kept.torch)):
        for name, values in ours.items():
            np.testing.assert_array_equal(values, theirs[name])


@pytest.mark.usefixtures("train")
def test_a_chunk_ends_when_its_time_is_over_but_makes_a_step(tmp_path):
    assert len(advance(SMALL, start_twins(SMALL), tmp_path, 1000, seconds=0).steps) == 1


@pytest.mark.usefixtures("train")
def test_there_is_a_last_step(tmp_path):
    start = start_twins(SMALL)
    late = TwinState(MAX_STEPS - 2, start.numpy, start.torch)
    assert advance(SMALL, late, tmp_path, 1000, seconds=60).state.step == MAX_STEPS


@pytest.mark.usefixtures("train")
def test_networks_that_diverge_say_so_and_keep_what_was_finite(tmp_path):
    setup = SMALL.replace(precision="float32", lr=100)
    start = start_twins(setup)
    for weights in (start.numpy, start.torch):
        for values in weights.values():
            values *= np.float32(1e9)
    chunk = advance(setup, start, tmp_path, 500, seconds=60)
    assert "The loss became nan in step" in str(chunk.problem)
    assert "learning rate 100" in str(chunk.problem)
    assert 0 < len(chunk.steps) < 500
    assert np.isfinite([(step.numpy_loss, step.torch_loss) for step in chunk.steps]).all()


def test_a_difference_that_is_no_number_counts_as_infinite():
    ours, theirs = np.array([1.0, np.nan]), np.array([1.0, 2.0])
    with np.errstate(invalid="ignore"):
        found = largest_differences({"a": ours, "b": theirs * np.inf}, {"a": theirs, "b": theirs * np.inf})
    assert found == {"a": np.inf, "b": np.inf}


def test_missing_data_is_said(tmp_path):
    setup = TwinSetup("fashion-mnist")
    with pytest.raises(DataMissing, match="Fashion-MNIST"):
        advance(setup, start_twins(setup), tmp_path, 1, seconds=1)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"lr": 0}, "lr is 0; it must be a number above 0, at most 100"),
        ({"batch_size": 257}, "batch_size is 257; it must be a whole number from 1 to 256"),
        ({"seed": -1}, "seed is -1"),
        ({"precision": "float16"}, "precision is 'float16'; it must be one of float64, float32"),
        ({"dataset": "letters"}, "Unknown data set 'letters'"),
        ({"hidden": "many"}, "1 to 8 whole numbers"),
        ({"hidden": (8, 8, 8, 8, 8)}, "hidden is 8-8-8-8-8; twins have 1 to 4 layers of up to 512 units"),
        ({"hidden": (8, 513)}, "hidden is 8-513; twins have"),
    ],
)
def test_settings_that_are_not_allowed_are_named(changes, words):
    with pytest.raises(ConfigError) as caught:
        SMALL.replace(**changes)
    assert words in str(caught.value)


def test_hidden_layers_may_be_written_as_text():
    assert TwinSetup(hidden="64-32").hidden == (64, 32)


def make_step(number, difference, split=0):
    tensors = {"fc1.weight": difference, "fc1.bias": 0.0}
    return TwinStep(number, 2.0, 2.0 + difference, {"fc1": 2 * difference}, tensors, tensors, split)


def test_history_keeps_every_difference_and_what_was_largest():
    history = TwinHistory()
    history.extend([make_step(1, 1e-3), make_step(2, 1e-2, split=4)])
    history.extend([make_step(3, 1e-4, split=1)])
    assert len(history) == 3
    assert history.torch_losses == [2.001, 2.01, 2.0001]
    assert history.differences["weights"]["fc1.weight"] == [1e-3, 1e-2, 1e-4]
    assert history.largest == 2e-2
    assert history.first_split == 2


def test_what_the_page_imports_leaves_torch_alone():
    modules = ("twins.lock_step", "twins.gradient_check", "twins.session", "twins.formulas", "charts.gradients")
    script = f"import sys, {', '.join(f'core.{name}' for name in modules)}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=settings.PROJECT, check=False).returncode == 0
