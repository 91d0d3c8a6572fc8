from functools import partial

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from benchmarks.training.tutorial_networks import ExampleCnn
from models import create_model, digit_detector


def test_the_cnn_s_parameters_have_the_example_s_names_and_shapes():
    shapes = {name: tuple(tensor.shape) for name, tensor in create_model("cnn").state_dict().items()}
    assert shapes == {
        "conv1.weight": (32, 1, 3, 3),
        "conv1.bias": (32,),
        "conv2.weight": (64, 32, 3, 3),
        "conv2.bias": (64,),
        "fc1.weight": (128, 9216),
        "fc1.bias": (128,),
        "fc2.weight": (10, 128),
        "fc2.bias": (10,),
    }


def test_the_cnn_s_weights_mean_the_same_in_the_example():
    cnn, example = create_model("cnn").eval(), ExampleCnn().eval()
    example.load_state_dict(cnn.state_dict())
    images = torch.rand(5, 1, 28, 28)
    torch.testing.assert_close(cnn(images), example(images), rtol=1e-4, atol=1e-5)


def test_the_cnn_drops_out_only_in_training():
    cnn, images = create_model("cnn"), torch.rand(2, 1, 28, 28)
    assert [module.p for module in cnn.modules() if isinstance(module, nn.Dropout)] == [0.25, 0.5]
    assert not torch.equal(cnn(images), cnn(images))
    cnn.eval()
    assert torch.equal(cnn(images), cnn(images))


@pytest.mark.parametrize("name", ["cnn", "handwriting", "sprint", "best"])
def test_everything_that_drops_out_is_gone_through(name):
    network = create_model(name)
    dropouts = [module for module in network.modules() if isinstance(module, nn.Dropout)]
    used = []
    for module in dropouts:
        module.register_forward_hook(lambda module, *_: used.append(module))
    network(torch.rand(2, 1, 28, 28))
    assert used == dropouts


@pytest.mark.parametrize("name", ["cnn", "handwriting", "sprint", "best", "digit detector"])
def test_pictures_behind_the_first_convolution_lie_in_memory_with_the_channels_last(name):
    build = digit_detector.build if name == "digit detector" else partial(create_model, name)
    network, pictures = build(), []
    network.load_state_dict(build().state_dict())
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.MaxPool2d)):
            module.register_forward_hook(lambda _, __, out: pictures.append(out))
    network(torch.rand(2, 28, 28).unsqueeze(1))
    # A picture of a single place lies in memory in the same way in either order.
    large = [picture for picture in pictures if picture.shape[2] > 1]
    assert len(large) >= 2
    assert all(picture.is_contiguous(memory_format=torch.channels_last) for picture in large)
    assert not any(picture.is_contiguous() for picture in large)


def test_the_handwriting_network_has_the_layers_that_are_described():
    layers = dict(create_model("handwriting", {"dropout": 0.3}).named_children())
    kinds = [type(layer).__name__ for layer in layers.values()]
    pair = ["Conv2d", "BatchNorm2d", "ReLU"] * 2
    assert kinds == [*[*pair, "MaxPool2d"] * 3, "Flatten", "Linear", "ReLU", "Dropout", "Linear"]
    assert [layers[f"conv{number}"].weight.shape[:2] for number in range(1, 7)] == [
        (16, 1), (16, 16), (32, 16), (32, 32), (64, 32), (64, 64),
    ]  # fmt: skip
    assert layers["dropout"].p == 0.3
    assert {layers[f"norm{number}"].momentum for number in range(1, 7)} == {nn.BatchNorm2d(1).momentum}
    assert "dropout" not in dict(create_model("handwriting", {"dropout": 0.0}).named_children())


def test_the_detector_drops_out_a_fifth_and_only_in_training():
    detector, images = digit_detector.build(), torch.rand(2, 1, 28, 28)
    assert [module.p for module in detector.modules() if isinstance(module, nn.Dropout)] == [0.2]
    assert detector.eval()(images).shape == (2, 11)
    assert torch.equal(detector(images), detector(images))
    for module in detector.modules():
        # Its statistics would make two passes differ too.
        module.train(isinstance(module, nn.Dropout))
    assert not torch.equal(detector(images), detector(images))


def test_softmax_regression_is_linear():
    network = create_model("softmax")
    a, b = torch.rand(3, 1, 28, 28), torch.rand(3, 1, 28, 28)
    torch.testing.assert_close(network(a) - network(b), network(a - b) - network(torch.zeros_like(a)))


@pytest.mark.parametrize(
    ("activation", "function"),
    [("relu", F.relu), ("sigmoid", torch.sigmoid), ("tanh", torch.tanh), ("prelu", lambda x: F.leaky_relu(x, 0.25))],
)
def test_the_mlp_is_its_formula(activation, function):
    network = create_model("mlp", {"hidden": (16, 8), "activation": activation})
    weights, images = network.state_dict(), torch.rand(3, 1, 28, 28)
    x = images.reshape(3, 784)
    for layer in ("fc1", "fc2"):
        x = function(x @ weights[f"{layer}.weight"].T + weights[f"{layer}.bias"])
    torch.testing.assert_close(network(images), x @ weights["fc3.weight"].T + weights["fc3.bias"])


def test_the_mlp_drops_out_after_each_hidden_layer():
    network = create_model("mlp", {"hidden": (16, 8), "dropout": 0.3})
    names = [name for name, _ in network.named_children()]
    assert names == ["flatten", "fc1", "relu1", "dropout1", "fc2", "relu2", "dropout2", "fc3"]
    assert network.dropout2.p == 0.3


def test_layers_start_within_the_inputs_root():
    torch.manual_seed(1)
    weight = create_model("mlp", {"hidden": (256,)}).fc1.weight.detach()
    assert weight.abs().max() <= 784**-0.5
    assert weight.std() == pytest.approx(784**-0.5 / 3**0.5, rel=0.02)
