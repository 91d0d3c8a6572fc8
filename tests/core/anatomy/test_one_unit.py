"""A unit's products, sums and gradients against the network's own values and PyTorch's gradients."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional as F

from core.anatomy.backward import gradient, sgd_step
from core.anatomy.both_ways import Pass
from core.anatomy.layers import ACTIVATIONS, CONV, DENSE, FLATTEN, NORM, POOL, SOFTMAX
from core.anatomy.one_unit import can_look_into, look_into_unit, unit_count
from core.anatomy.products import products
from core.anatomy.torch_trace import pass_torch
from core.anatomy.tracing import load_network, trace_both_ways
from core.errors import CheckpointError, ExplanationError
from core.learners.numpy_learner import NumpyLearner
from core.storage.arrays import save_arrays
from models import MODELS
from tests.made import make_config, make_images

CASES = {
    "softmax": {},
    "mlp": {"hidden": (9, 7), "activation": "prelu", "dropout": 0.2},
    "mlp-sigmoid": {"hidden": (9, 7), "activation": "sigmoid"},
    "mlp-tanh": {"hidden": (9, 7), "activation": "tanh"},
    "mlp-scratch": {},
    "numpy-mlp": {"hidden": (8, 6)},
    "cnn": {},
    "handwriting": {},
    "sprint": {},
    "best": {},
}
LABEL = 3


class Odd(nn.Module):
    """Padding, strides and windows as no architecture of this project has them."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 3, (3, 5), stride=(2, 3), padding=(1, 2))
        self.conv2 = nn.Conv2d(3, 4, 2, bias=False)
        self.norm = nn.BatchNorm2d(4)
        self.slopes = nn.PReLU(4)
        self.fc = nn.Linear(4 * 6 * 4, 10)

    def forward(self, images):
        x = F.max_pool2d(torch.tanh(self.conv1(images)), 3, stride=1, padding=1)
        x = F.max_pool2d(self.slopes(self.norm(self.conv2(x))), 2)
        return self.fc(x.flatten(1))


def config_of(case):
    return make_config(arch=case if case in MODELS else "mlp", optimizer="sgd", options=CASES[case])


def image():
    return make_images(1, 3).images[0]


def odd_pass():
    torch.manual_seed(2)
    model = Odd()
    model.norm.running_mean.uniform_(-1, 1)
    model.norm.running_var.uniform_(0.5, 2)
    nn.init.uniform_(model.norm.weight, -2, 2)
    nn.init.uniform_(model.slopes.weight, 0.1, 0.9)
    found = pass_torch(model, torch.randn(1, 1, 28, 28), LABEL)
    return found, {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}, model


@pytest.fixture(scope="module", params=[*CASES, "odd"])
def network(request) -> tuple[Pass, dict, dict]:
    """A network's pass, its arrays, and the gradients of its parameters by the framework's own backward pass."""
    if request.param == "odd":
        found, arrays, model = odd_pass()
        F.cross_entropy(model.eval()(torch.tensor(found.source)[None]), torch.tensor([LABEL])).backward()
        return found, arrays, {name: each.grad.numpy() for name, each in model.named_parameters()}
    learner = load_network(config_of(request.param), None)
    found = trace_both_ways(learner, image(), LABEL)
    if isinstance(learner, NumpyLearner):
        learner.model.loss.forward(learner.model.forward(found.source[None]), np.array([LABEL]))
        learner.model.backward(learner.model.loss.backward())
        return found, learner.state_dict(), learner.model.gradients()
    model = learner.model.eval()
    F.cross_entropy(model(torch.tensor(found.source)[None]), torch.tensor([LABEL])).backward()
    return found, learner.state_dict(), {name: each.grad.numpy() for name, each in model.named_parameters()}


def units(network, *kinds):
    """Some units of all layers of these kinds: the layer, its place and the unit, with what is found of both passes."""
    found, arrays, _ = network
    for place, layer in enumerate(found.anatomy.layers):
        if layer.kind in kinds:
            for unit in {0, unit_count(layer) // 2, unit_count(layer) - 1}:
                made = products(found, place, unit, arrays)
                yield layer, place, unit, made, gradient(found, place, unit, made)


def near(found, expected, share=1e-4):
    np.testing.assert_allclose(found, expected, atol=share * max(1e-6, float(np.abs(expected).max())), rtol=0)


def test_every_architecture_is_looked_at():
    assert set(MODELS) <= set(CASES)


def test_products_and_bias_add_up_to_the_layers_own_output(network):
    found = network[0]
    seen = 0
    for _, place, unit, made, _ in units(network, CONV):
        near(made.sums.sum(0) + (made.bias or 0), found.values[place][unit])
        near(made.values, found.values[place][unit])
        seen += 1
    for _, place, unit, made, _ in units(network, DENSE):
        near(made.products.sum() + (made.bias or 0), found.values[place][unit])
        assert made.value == found.values[place][unit]
        seen += 1
    assert seen


def test_a_channels_sum_is_that_of_its_patch_and_kernel(network):
    for layer, place, _, made, _ in units(network, CONV):
        (top, left), (height, width) = made.padding, made.kernel.shape[1:]
        wide = np.pad(network[0].input_of(place), ((0, 0), (top, top), (left, left)))
        row, column = layer.output_shape[1] - 1, layer.output_shape[2] // 2
        begin, start = row * made.stride[0], column * made.stride[1]
        patch = wide[:, begin : begin + height, start : start + width]
        near(made.sums[:, row, column], (patch * made.kernel).sum((1, 2)))


def test_gradients_of_weights_are_those_of_the_framework(network):
    _, _, own = network
    for layer, _, unit, made, back in units(network, CONV, DENSE):
        weights = own[layer.parameters[0].name]
        near(back.weights, (weights.T if layer.settings.get("inputs_first") else weights)[unit])
        if made.bias is not None:
            of_bias = back.bias if layer.kind == CONV else back.gradient
            near(of_bias, own[layer.parameters[1].name][unit])


def test_what_all_units_hand_on_is_the_inputs_gradient(network):
    found, arrays, _ = network
    for place, layer in enumerate(found.anatomy.layers):
        if layer.kind in (CONV, DENSE) and unit_count(layer) <= 128:
            made = [products(found, place, unit, arrays) for unit in range(unit_count(layer))]
            backs = [gradient(found, place, unit, each) for unit, each in enumerate(made)]
            near(sum(back.share for back in backs), found.gradient_handed_by(place))
            np.testing.assert_array_equal(backs[0].handed, found.gradient_handed_by(place))


def test_a_layer_of_single_values_hands_on_its_slope_times_its_gradient(network):
    for _, place, unit, made, back in units(network, *ACTIVATIONS, NORM):
        near(back.gradients * back.slopes, back.handed)
        np.testing.assert_array_equal(made.values, network[0].values[place][unit])


def test_a_window_takes_its_largest_value_and_gives_its_gradient_to_that_alone(network):
    for _, _, _, made, back in units(network, POOL):
        np.testing.assert_array_equal(made.inputs.ravel()[made.winners], made.values)
        given = np.zeros(made.inputs.size)
        np.add.at(given, made.winners.ravel(), back.gradients.ravel())
        near(given.reshape(made.inputs.shape), back.handed)


def test_what_follows_is_found_for_every_position(network):
    found = network[0]
    for layer, place, unit, made, back in units(network, CONV, DENSE):
        value = made.values if layer.kind == CONV else np.float32(made.value)
        for step in made.following:
            later = next(p for p, each in enumerate(found.anatomy.layers) if each.name == step.layer)
            assert step.values.shape == value.shape
            # Every value of the later layer is seen, and no other.
            seen = step.values[~np.isnan(step.values)]
            assert set(seen.ravel().tolist()) == set(found.values[later][unit].ravel().tolist())
        if back.origin:
            near(np.nan_to_num(back.origin.gradients) * back.origin.slopes, found.gradients[place][unit])
        elif made.following:
            assert made.following[0].rule.kind == POOL


def test_a_window_that_follows_has_the_slope_one_where_its_value_comes_from_and_else_zero(network):
    found = network[0]
    for _, _, unit, made, _ in units(network, CONV):
        before = made.values
        for step in made.following:
            if step.rule.kind == POOL:
                later = next(p for p, each in enumerate(found.anatomy.layers) if each.name == step.layer)
                taken = step.slopes == 1
                np.testing.assert_array_equal(before[taken], step.values[taken])
                # Each window takes one.
                assert set(step.values[taken].tolist()) == set(found.values[later][unit].ravel().tolist())
                assert (step.slopes[before < step.values] == 0).all()
            before = step.values


def test_the_softmax_divides_exponentials_and_its_gradient_is_p_less_y(network):
    [(_, _, _, made, back)] = units(network, SOFTMAX)
    near(made.exponentials / made.exponentials.sum(), made.probabilities)
    near(back.gradients, made.probabilities - np.eye(10)[LABEL])
    logits = list(units(network, DENSE))[-3:]
    for _, _, unit, _, of_logit in logits:
        near(of_logit.probability - (unit == LABEL), of_logit.gradient)
    others = [each for *_, each in units(network, DENSE)][:-3]
    assert all(other.probability is None for other in others)
    assert back.loss == pytest.approx(-np.log(made.probabilities[LABEL]), rel=1e-4)


def test_a_step_of_sgd_is_that_of_pytorch():
    config, lr = config_of("cnn"), 0.3
    model = load_network(config, None).model.eval()
    found = look_into_unit(config, None, image(), LABEL, "conv2", 5)
    optimizer = torch.optim.SGD(model.parameters(), lr)
    scaled = trace_both_ways(load_network(config, None), image(), LABEL).source
    F.cross_entropy(model(torch.tensor(scaled)[None]), torch.tensor([LABEL])).backward()
    optimizer.step()
    stepped = sgd_step(found.products.kernel, found.gradient.weights, lr)
    np.testing.assert_allclose(stepped, model.conv2.weight[5].detach().numpy(), atol=1e-6)
    assert np.abs(stepped - found.products.kernel).max() > 1e-4


def test_the_inputs_of_a_dense_layer_are_named_by_the_maps_that_they_come_from():
    def source(case, layer):
        return look_into_unit(config_of(case), None, image(), 0, layer, 0).products.source

    assert source("cnn", "fc1") == (64, 12, 12)
    assert source("cnn", "fc2") == (128,)
    assert source("numpy-mlp", "fc1") == (1, 28, 28)
    assert source("mlp", "fc2") == (9,)


@pytest.mark.parametrize("between", [nn.Dropout, nn.Sigmoid])
def test_maps_are_named_through_what_leaves_each_value_in_its_place_but_not_through_another_dense_layer(between):
    torch.manual_seed(3)
    model = nn.Sequential(nn.Flatten(), between(), nn.Linear(784, 6), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 10))
    found = pass_torch(model, torch.randn(1, 1, 28, 28), LABEL)
    arrays = {name: tensor.detach().numpy() for name, tensor in model.state_dict().items()}
    dense = [place for place, layer in enumerate(found.anatomy.layers) if layer.kind == DENSE]
    assert [products(found, place, 0, arrays).source for place in dense] == [(1, 28, 28), (6,), (5,)]


@pytest.mark.parametrize("case", CASES)
def test_only_the_first_dense_layer_of_every_architecture_reads_maps(case):
    learner = load_network(config_of(case), None)
    found = trace_both_ways(learner, image(), LABEL)
    layers = found.anatomy.layers
    [maps] = [layer.input_shape for layer in layers if layer.kind == FLATTEN]
    dense = [place for place, layer in enumerate(layers) if layer.kind == DENSE]
    sources = [products(found, place, 0, learner.state_dict()).source for place in dense]
    assert sources == [maps, *(layers[place].input_shape for place in dense[1:])]


def test_a_unit_or_layer_that_is_not_there_is_named():
    with pytest.raises(ExplanationError, match=r"conv1 has no unit 32; its units are 0 to 31"):
        look_into_unit(config_of("cnn"), None, image(), 0, "conv1", 32)
    for layer in ("conv9", "flatten", "dropout1"):
        with pytest.raises(ExplanationError, match=layer):
            look_into_unit(config_of("cnn"), None, image(), 0, layer, 0)


def test_a_runs_own_weights_are_used(store):
    config = config_of("softmax")
    run = store.create(config).path
    with pytest.raises(CheckpointError):
        look_into_unit(config, run, image(), 0, "dense", 4)
    arrays = {name: np.full_like(array, 0.5) for name, array in load_network(config, None).state_dict().items()}
    save_arrays(run / "weights.safetensors", arrays)
    made = look_into_unit(config, run, image(), 0, "dense", 4).products
    assert (made.weights == 0.5).all()
    assert made.bias == 0.5


class Dilated(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(1, 2, 3, dilation=2), nn.Flatten(), nn.Linear(2 * 24 * 24, 10))


class Grouped(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(1, 2, 3), nn.Conv2d(2, 2, 3, groups=2), nn.Flatten(), nn.Linear(2 * 24 * 24, 10))


@pytest.mark.parametrize(("network_class", "place"), [(Dilated, 0), (Grouped, 1)])
def test_a_convolution_of_another_kind_is_not_explained_wrongly(network_class, place):
    torch.manual_seed(0)
    model = network_class()
    found = pass_torch(model, torch.randn(1, 1, 28, 28), 0)
    arrays = {name: tensor.numpy() for name, tensor in model.state_dict().items()}
    with pytest.raises(ExplanationError, match="do not add up"):
        products(found, place, 0, arrays)


def test_a_pass_leaves_the_network_as_it_was():
    learner = load_network(config_of("handwriting"), None)
    learner.model.train()
    before = learner.state_dict()
    trace_both_ways(learner, image(), LABEL)
    assert learner.model.training
    assert all(parameter.grad is None for parameter in learner.model.parameters())
    for name, array in learner.state_dict().items():
        np.testing.assert_array_equal(array, before[name])


def test_layers_that_have_nothing_to_show_are_told_apart():
    layers = trace_both_ways(load_network(config_of("cnn"), None), image(), 0).anatomy.layers
    assert [layer.name for layer in layers if not can_look_into(layer)] == ["dropout1", "flatten", "dropout2"]
    assert unit_count(layers[-1]) == 1
