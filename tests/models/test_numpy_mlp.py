"""The NumPy network against PyTorch and against finite differences, in double precision."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from models import OptionError, create_model, create_numpy_model
from models.numpy_mlp import Linear, NumpyMlp, Relu, SoftmaxCrossEntropy

HIDDEN = (16, 12)


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    return rng.random((7, 784)), rng.integers(0, 10, 7)


def torch_twin(network):
    twin = create_model("mlp", {"hidden": HIDDEN}).double()
    twin.load_state_dict({name: torch.tensor(values) for name, values in network.parameters().items()})
    return twin


def test_values_and_gradients_equal_pytorch(batch):
    images, labels = batch
    network = NumpyMlp(HIDDEN, seed=3, dtype=np.float64)
    twin = torch_twin(network)
    logits = network.forward(images)
    loss = network.loss.forward(logits, labels)
    by_pixels = network.backward(network.loss.backward())

    pixels = torch.tensor(images, requires_grad=True)
    twin_logits = twin(pixels.reshape(-1, 1, 28, 28))
    twin_loss = F.cross_entropy(twin_logits, torch.tensor(labels))
    twin_loss.backward()

    np.testing.assert_allclose(logits, twin_logits.detach(), rtol=0, atol=1e-10)
    assert loss == pytest.approx(twin_loss.item(), abs=1e-10)
    np.testing.assert_allclose(by_pixels, pixels.grad, rtol=0, atol=1e-10)
    for name, parameter in twin.named_parameters():
        np.testing.assert_allclose(network.gradients()[name], parameter.grad, rtol=0, atol=1e-10, err_msg=name)


def test_every_layer_s_activation_equals_pytorch_s_layer_of_that_name(batch):
    images, _ = batch
    network = NumpyMlp(HIDDEN, seed=3, dtype=np.float64)
    x = torch.tensor(images)
    network.forward(images)
    layers = [(name, layer) for name, layer in torch_twin(network).named_children() if name != "flatten"]
    assert [name for name, _ in layers] == list(network.activations)
    for name, layer in layers:
        x = layer(x)
        np.testing.assert_allclose(network.activations[name], x.detach(), rtol=0, atol=1e-10, err_msg=name)


def test_gradients_equal_finite_differences(batch):
    images, labels = batch
    network = NumpyMlp(HIDDEN, seed=3, dtype=np.float64)
    network.loss.forward(network.forward(images), labels)
    network.backward(network.loss.backward())
    rng = np.random.default_rng(1)
    for name, values in network.parameters().items():
        gradient = network.gradients()[name]
        for place in rng.integers(0, values.size, 5):
            flat, old, width = values.reshape(-1), values.reshape(-1)[place], 1e-5
            flat[place] = old + width
            above = network.loss.forward(network.forward(images), labels)
            flat[place] = old - width
            below = network.loss.forward(network.forward(images), labels)
            flat[place] = old
            assert gradient.reshape(-1)[place] == pytest.approx((above - below) / (2 * width), abs=1e-8), name


def test_two_hundred_steps_stay_with_pytorch(batch):
    images, labels = batch
    network = NumpyMlp(HIDDEN, seed=3, dtype=np.float64)
    twin = torch_twin(network)
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
    for _ in range(200):
        loss = network.train_step(images, labels, lr=0.1)
        optimizer.zero_grad()
        twin_loss = F.cross_entropy(twin(torch.tensor(images)), torch.tensor(labels))
        twin_loss.backward()
        optimizer.step()
        assert loss == pytest.approx(twin_loss.item(), abs=1e-10)
    assert loss < 0.05
    for name, parameter in twin.named_parameters():
        np.testing.assert_allclose(network.parameters()[name], parameter.detach(), rtol=0, atol=1e-9, err_msg=name)


def test_layers_on_numbers_worked_out_by_hand():
    layer = Linear(np.array([[1.0, 2.0], [3.0, 4.0], [0.0, -1.0]]), np.array([0.5, 0.0, 1.0]))
    np.testing.assert_array_equal(layer.forward(np.array([[1.0, 1.0]])), [[3.5, 7.0, 0.0]])
    np.testing.assert_array_equal(layer.backward(np.array([[1.0, 0.0, 2.0]])), [[1.0, 0.0]])
    np.testing.assert_array_equal(layer.weight_grad, [[1.0, 1.0], [0.0, 0.0], [2.0, 2.0]])
    np.testing.assert_array_equal(layer.bias_grad, [1.0, 0.0, 2.0])

    relu = Relu()
    np.testing.assert_array_equal(relu.forward(np.array([-1.0, 0.0, 2.0])), [0.0, 0.0, 2.0])
    np.testing.assert_array_equal(relu.backward(np.array([5.0, 5.0, 5.0])), [0.0, 0.0, 5.0])

    loss = SoftmaxCrossEntropy()
    assert loss.forward(np.zeros((2, 4)), np.array([0, 3])) == pytest.approx(np.log(4))
    np.testing.assert_allclose(loss.backward(), [[-0.375, 0.125, 0.125, 0.125], [0.125, 0.125, 0.125, -0.375]])


def test_huge_logits_neither_overflow_nor_lose_the_loss():
    loss = SoftmaxCrossEntropy()
    assert loss.forward(np.array([[1e4, -1e4]]), np.array([1])) == pytest.approx(2e4)
    assert np.isfinite(loss.backward()).all()


def test_it_starts_as_the_torch_network_with_the_numpy_start():
    torch.manual_seed(5)
    twin = create_model("mlp", {"hidden": HIDDEN, "start": "numpy"})
    network = create_numpy_model("numpy-mlp", {"hidden": HIDDEN}, seed=5)
    weights = {name: values.numpy() for name, values in twin.state_dict().items()}
    assert weights.keys() == network.parameters().keys()
    for name, values in network.parameters().items():
        assert values.dtype == np.float32
        np.testing.assert_array_equal(values, weights[name], err_msg=name)


def test_start_is_kaiming_uniform_as_pytorch_has_it():
    torch.manual_seed(0)
    network = NumpyMlp((256,), seed=0)
    for name, fan_in in (("fc1", 784), ("fc2", 256)):
        weights = network.parameters()[f"{name}.weight"]
        reference = torch.nn.init.kaiming_uniform_(torch.empty(1000, fan_in), nonlinearity="relu")
        assert np.abs(weights).max() == pytest.approx(reference.abs().max().item(), rel=0.01)
        assert weights.std() == pytest.approx(reference.std().item(), rel=0.03)
        assert not network.parameters()[f"{name}.bias"].any()


def test_parameters_that_do_not_fit_are_refused_whole():
    network = NumpyMlp((8,), seed=0)
    before = {name: values.copy() for name, values in network.parameters().items()}
    other = NumpyMlp((9,), seed=1).parameters()
    with pytest.raises(ValueError, match=r"fc1\.weight \(8, 784\)"):
        network.load(other)
    for name, values in network.parameters().items():
        np.testing.assert_array_equal(values, before[name])


@pytest.mark.parametrize(("create", "name"), [(create_model, "numpy-mlp"), (create_numpy_model, "mlp")])
def test_each_framework_builds_its_own_networks_only(create, name):
    arguments = () if create is create_model else ({}, 0)
    with pytest.raises(OptionError, match="is written in"):
        create(name, *arguments)
