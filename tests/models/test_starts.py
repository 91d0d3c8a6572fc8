"""Start weights of the torch networks that the tutorials prescribe."""

import pytest
import torch
from torch.nn import functional as F

from models import OptionError, create_model


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


def test_normal_start_has_deviation_001_and_no_bias():
    weights = create_model("mlp", {"hidden": (256,), "start": "normal"}).state_dict()
    assert weights["fc1.weight"].std().item() == pytest.approx(0.01, rel=0.02)
    assert weights["fc1.bias"].abs().max() == 0


def test_uniform_start_is_pytorch_s():
    network = create_model("mlp", {"hidden": (256,)})
    assert network.fc1.weight.abs().max().item() == pytest.approx(1 / 28, rel=0.01)
    assert network.fc1.bias.abs().max() > 0


def test_numpy_start_leaves_the_parameters_of_prelu_alone():
    network = create_model("mlp", {"hidden": (8,), "activation": "prelu", "start": "numpy"})
    assert network.prelu1.weight.item() == 0.25


def test_unknown_start_is_refused():
    with pytest.raises(OptionError, match="start is 'zeros'; it must be one of uniform, normal, numpy"):
        create_model("mlp", {"start": "zeros"})


def test_the_network_from_scratch_computes_what_the_one_of_layers_does():
    scratch = create_model("mlp-scratch")
    layers = create_model("mlp", {"hidden": (256,)})
    raw = scratch.state_dict()
    layers.load_state_dict({
        "fc1.weight": raw["W1"].T, "fc1.bias": raw["b1"], "fc2.weight": raw["W2"].T, "fc2.bias": raw["b2"],
    })  # fmt: skip
    images, labels = torch.rand(5, 1, 28, 28), torch.arange(5)
    torch.testing.assert_close(scratch(images), layers(images))
    F.cross_entropy(scratch(images), labels).backward()
    F.cross_entropy(layers(images), labels).backward()
    torch.testing.assert_close(scratch.W1.grad.T, layers.fc1.weight.grad)
    torch.testing.assert_close(scratch.b2.grad, layers.fc2.bias.grad)


def test_the_network_from_scratch_starts_normal():
    weights = create_model("mlp-scratch").state_dict()
    assert weights["W1"].std().item() == pytest.approx(0.01, rel=0.02)
    assert weights["b1"].abs().max() == 0
