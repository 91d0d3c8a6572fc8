"""One weight's gradient by hand, by torch and by finite differences."""

import dataclasses

import numpy as np
import pytest

from core.errors import ConfigError, TrainingDiverged
from core.twins import gradient_check
from core.twins.gradient_check import (
    EPSILONS,
    DifferenceQuotient,
    GradientCheck,
    WeightPlace,
    check_gradient,
    check_on_images,
)
from core.twins.lock_step import LockStep, load_train
from core.twins.setup import TwinSetup, start_twins, take_batch
from models.numpy_mlp import Linear, NumpyMlp, Relu

SETUP = TwinSetup("digits", (32, 16), batch_size=32)
# Of the last layer, after which there is no ReLU that could switch.
SMOOTH = WeightPlace(3, 2, 5)

# As in the host.
pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def weights(toy):
    """After some steps, so that the units have learned something."""
    twins = LockStep(SETUP, start_twins(SETUP), toy.train)
    for step in twins.run():
        if step.step == 20:
            break
    return twins.state().numpy


def check(toy, weights, place, epsilon=1e-5, setup=SETUP):
    return check_on_images(toy.train, setup, weights, 20, place, epsilon)


def live_places(toy, weights):
    """Places in every layer, some of them biases, with gradients that are not 0."""
    random = np.random.default_rng(0)
    for layer, (rows, columns) in enumerate([(32, 784), (16, 32), (10, 16)], start=1):
        for row in random.permutation(rows)[:6]:
            for column in (None, *random.permutation(columns)[:3]):
                place = WeightPlace(layer, int(row), None if column is None else int(column))
                if (found := check(toy, weights, place)).verdict != "zero":
                    yield found


def test_all_three_ways_agree_in_every_layer(toy, weights):
    found = list(live_places(toy, weights))
    assert {result.place.layer for result in found} == {1, 2, 3}
    assert any(result.place.column is None for result in found)
    for result in found:
        assert result.analytic == pytest.approx(result.torch, rel=1e-9, abs=1e-15), result.place.name
        assert result.verdict in ("equal", "rounding"), result
        assert result.surest.error < 1e-6, result


def test_the_error_over_epsilon_is_a_v(toy, weights):
    result = check(toy, weights, SMOOTH)
    assert [trial.epsilon for trial in result.curve] == list(EPSILONS)
    best = min(result.curve, key=lambda trial: trial.error)
    assert 1e-7 < best.epsilon < 1e-3
    coarse, fine = result.curve[0], result.curve[-1]
    assert coarse.error > 1000 * best.error
    assert fine.error > 1000 * best.error
    # To the right of the best ε the error falls with its square, as central differences promise.
    assert result.curve[0].error / result.curve[2].error == pytest.approx(100, rel=0.3)


def test_rounding_explains_the_error_of_a_small_epsilon(toy, weights):
    for trial in check(toy, weights, SMOOTH).curve:
        if trial.epsilon < 1e-8:
            assert trial.error < 10 * trial.rounding


@pytest.mark.parametrize(("epsilon", "verdict"), [(1e-1, "curvature"), (1e-5, "equal"), (1e-13, "rounding")])
def test_verdict_says_what_is_wrong_with_the_epsilon(toy, weights, epsilon, verdict):
    assert check(toy, weights, SMOOTH, epsilon).verdict == verdict


def with_kink(weights):
    """Unit 0 of the first layer looks at nothing but its bias, which the wider steps push below 0."""
    changed = {name: values.copy() for name, values in weights.items()}
    changed["fc1.weight"][0], changed["fc1.bias"][0] = 0, 1e-3
    return changed


def judged(trial, sure):
    """The verdict on these two trials alone; `sure` stands in the curve, and its finer neighbour says the same."""
    none = np.zeros(1)
    return GradientCheck(SMOOTH, 0.5, 1.0, 1.0, 1.0, trial, (sure, sure), 32, 32, 32, none, none).verdict


@pytest.mark.parametrize(
    ("error", "switched", "verdict"),
    [
        (0.9e-6, 0, "equal"),
        (9e-6, 0, "rounding"),
        (9e-6, 1, "rounding"),
        (12e-6, 0, "curvature"),
        (12e-6, 1, "kink"),
    ],
)
def test_rounding_explains_an_error_of_ten_times_its_size_at_most(error, switched, verdict):
    assert (
        judged(DifferenceQuotient(1e-5, 1.0, error, 1e-6, switched), DifferenceQuotient(1e-4, 1.0, 0, 0, 0)) == verdict
    )


@pytest.mark.parametrize(("error", "verdict"), [(1.25e-6, "equal"), (1.35e-6, "wrong")])
def test_a_gradient_is_wrong_once_no_rounding_explains_its_error(error, verdict):
    # Thirty times the rounding, beside the tolerance.
    assert judged(DifferenceQuotient(1e-5, 1.0, 0, 0, 0), DifferenceQuotient(1e-4, 1.0, error, 1e-8, 0)) == verdict


def test_a_relu_that_switches_within_epsilon_is_seen(toy, weights):
    place = WeightPlace(1, 0, None)
    far, near = (check(toy, with_kink(weights), place, epsilon) for epsilon in (1e-2, 1e-5))
    assert far.trial.switched >= SETUP.batch_size
    assert far.verdict == "kink"
    assert far.trial.error > 0.1
    assert near.trial.switched == 0
    assert near.verdict == "equal"


def relus(toy, weights, place=None, by=0.0):
    """Each hidden layer's activations for the batch, with one weight moved."""
    network = NumpyMlp(SETUP.hidden, 0, np.float64)
    network.load(weights)
    if place:
        network.parameters()[place.parameter][place.index] += by
    network.forward(take_batch(toy.train, SETUP, 20)[0])
    return [network.activations[name] for name in ("relu1", "relu2")]


def test_relus_that_switch_either_way_are_counted(toy, weights):
    place, changed = WeightPlace(1, 0, None), with_kink(weights)
    above, below = (np.concatenate([layer.ravel() > 0 for layer in relus(toy, changed, place, by)]) for by in (1, -1))
    on, off = int((above & ~below).sum()), int((below & ~above).sum())
    assert min(on, off) > 0
    assert check(toy, changed, place, 1.0).trial.switched == on + off


def test_it_is_told_how_often_the_weights_input_and_its_unit_are_on(toy, weights):
    first, second = relus(toy, weights)
    inputs = (first != 0).sum(0)
    column = int(np.flatnonzero((inputs > 0) & (inputs < SETUP.batch_size))[0])
    result = check(toy, weights, WeightPlace(2, 3, column))
    assert (result.inputs_on, result.unit_on) == (inputs[column], (second[:, 3] > 0).sum())
    bias = check(toy, weights, WeightPlace(3, 1, None))
    assert (bias.inputs_on, bias.unit_on) == (SETUP.batch_size, SETUP.batch_size)


def test_the_way_between_the_two_points_is_the_one_that_the_weight_went(toy, weights, monkeypatch):
    changed = {name: values.copy() for name, values in weights.items()}
    changed["fc3.weight"][2, 5] = 0.5
    loss = gradient_check._Checker._loss

    def linear(self):
        loss(self)
        return 4.0 * float(self._parameter[self._place.index])

    monkeypatch.setattr(gradient_check._Checker, "_loss", linear)
    # Beside 0.5, numbers are so far apart that 1e-15 cannot be added exactly.
    assert check(toy, changed, SMOOTH, 1e-15).trial.numeric == 4.0


def test_a_black_pixel_has_no_gradient(toy, weights):
    black = toy.train.images.copy()
    black[:, 0, 3] = 0
    result = check_on_images(
        dataclasses.replace(toy.train, images=black), SETUP, weights, 20, WeightPlace(1, 1, 3), 1e-5
    )
    assert result.analytic == result.torch == result.trial.numeric == result.trial.error == 0
    assert result.verdict == "zero"
    assert result.inputs_on == 0


def test_a_unit_that_is_off_has_no_gradient(toy, weights):
    off = {name: values.copy() for name, values in weights.items()}
    off["fc2.bias"][4] = -1e3
    result = check(toy, off, WeightPlace(2, 4, 0))
    assert result.verdict == "zero"
    assert result.unit_on == 0


def test_what_surrounds_the_weight_is_told(toy, weights):
    result = check(toy, weights, WeightPlace(1, 3, 400))
    assert result.value == weights["fc1.weight"][3, 400]
    np.testing.assert_array_equal(result.unit_weights, weights["fc1.weight"][3])
    assert result.unit_gradients[400] == result.analytic
    assert result.n_images == SETUP.batch_size
    assert result.place.name == "fc1.weight[3, 400]"
    assert WeightPlace(2, 7, None).name == "fc2.bias[7]"


def one_percent_too_long(self, grad):
    self.weight_grad = (grad.T @ self._x) * 1.01
    self.bias_grad = grad.sum(0)
    return grad @ self.weight


def test_a_gradient_that_is_one_percent_wrong_is_caught(toy, weights, monkeypatch):
    monkeypatch.setattr(Linear, "backward", one_percent_too_long)
    result = check(toy, weights, SMOOTH)
    assert result.verdict == "wrong"
    assert result.trial.error == pytest.approx(0.01, rel=0.02)
    assert result.trial.numeric == pytest.approx(result.torch, rel=1e-6)


def test_a_wrong_gradient_is_wrong_whatever_the_epsilon(toy, weights, monkeypatch):
    monkeypatch.setattr(Linear, "backward", one_percent_too_long)
    assert {check(toy, weights, SMOOTH, epsilon).verdict for epsilon in (1e-1, 1e-5, 1e-13)} == {"wrong"}


def test_a_relu_without_its_mask_is_caught_below_it(toy, weights, monkeypatch):
    right = [result.place for result in live_places(toy, weights)]
    monkeypatch.setattr(Relu, "backward", lambda _, grad: grad)
    verdicts = {layer: {check(toy, weights, p).verdict for p in right if p.layer == layer} for layer in (1, 3)}
    assert "wrong" in verdicts[1]
    assert "wrong" not in verdicts[3]


def test_weights_are_left_as_they_were(toy, weights):
    before = {name: values.copy() for name, values in weights.items()}
    check(toy, weights, SMOOTH)
    for name, values in weights.items():
        np.testing.assert_array_equal(values, before[name])


def test_single_precision_weights_are_checked_in_double(toy, weights):
    single = {name: values.astype(np.float32) for name, values in weights.items()}
    assert check(toy, single, SMOOTH, setup=SETUP.replace(precision="float32")).verdict == "equal"


@pytest.mark.parametrize(
    ("place", "epsilon", "words"),
    [
        (WeightPlace(4, 0, 0), 1e-5, "layer is 4; it must be a whole number from 1 to 3"),
        (WeightPlace(1, 32, 0), 1e-5, "unit is 32; it must be a whole number from 0 to 31"),
        (WeightPlace(2, 0, 32), 1e-5, "input is 32; it must be a whole number from 0 to 31"),
        (WeightPlace(1, -1, 0), 1e-5, "unit is -1"),
        (WeightPlace(1, 0, 0), 0.0, "epsilon is 0;"),
    ],
)
def test_places_that_do_not_exist_are_named(toy, weights, place, epsilon, words):
    with pytest.raises(ConfigError) as caught:
        check(toy, weights, place, epsilon)
    assert words in str(caught.value)


def test_weights_that_are_no_numbers_have_no_gradient(toy, weights):
    with pytest.raises(TrainingDiverged, match="not finite"):
        check(toy, weights | {"fc3.bias": np.full(10, np.nan)}, SMOOTH)


def test_by_the_data_set_s_name(tmp_path):
    result = check_gradient(SETUP, start_twins(SETUP).numpy, 0, SMOOTH, 1e-5, tmp_path)
    assert result.verdict == "equal"
    assert load_train("digits", tmp_path) is load_train("digits", tmp_path)
