"""Large products by oneDNN: the same as NumPy's but for the rounding, and used where they are quicker."""

import numpy as np
import pytest
import torch

from core.learners.steps import dense_parameters
from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_layers import DenseLayer, find_dense_layers
from core.learners.steps.dense_parameters import LayerParameters
from core.learners.steps.layer_products import OnednnProducts, Products, choose_products
from models import create_model
from tests.core.learners.steps.agreement import SCALE, SETTINGS, take_step
from tests.made import make_config, make_images

pytestmark = pytest.mark.skipif(
    not torch.backends.mkldnn.is_available() or not hasattr(torch.ops.mkldnn, "_linear_pointwise"),
    reason="PyTorch has no oneDNN here",
)

# Of the images' batches, the last one is too small for oneDNN.
DATA = make_images(300, 5)
BATCHES = list(zip(torch.tensor(DATA.images).split(128), torch.tensor(DATA.labels).split(128), strict=True))
ARCHITECTURES = {"mlp": {"hidden": (256, 128)}, "mlp-scratch": {}}
IMAGES, INPUTS, OUTPUTS = 32, 512, 256


@pytest.fixture(params=[False, True])
def has_onednn(request, monkeypatch):
    """Whether oneDNN is the quicker one for large products."""
    monkeypatch.setattr(dense_parameters, "has_quick_mkl", lambda: False)
    monkeypatch.setattr(dense_parameters, "has_quick_onednn", lambda: request.param)
    return request.param


def make_layer(is_outputs_first, dtype=torch.float32):
    torch.manual_seed(0)
    weight = torch.randn(INPUTS, OUTPUTS, dtype=dtype)
    weight = weight.t().contiguous().t() if is_outputs_first else weight
    layer = DenseLayer(weight, torch.randn(OUTPUTS, dtype=dtype), is_inputs_first=True)
    return LayerParameters(layer, {id(tensor): torch.zeros_like(tensor) for tensor in (layer.weight, layer.bias)})


def choose(layer, images, precision="float32"):
    return choose_products(layer, np.empty((images, OUTPUTS), layer.weight.dtype), precision)


def test_they_are_chosen_for_large_products_of_weights_that_lie_so(has_onednn):
    assert type(choose(make_layer(True), IMAGES)) is (OnednnProducts if has_onednn else Products)
    # 30 images make fewer than 4 million multiplications with the layer.
    for layer, images in ((make_layer(True), 30), (make_layer(False), IMAGES)):
        assert type(choose(layer, images)) is Products
    assert type(choose(make_layer(True, torch.float64), IMAGES)) is Products


def test_each_product_is_that_of_exact_numbers_but_for_the_rounding():
    layer, outputs = make_layer(True), np.empty((IMAGES, OUTPUTS), np.float32)
    products = OnednnProducts(layer, outputs)
    x, grad, input_grad = torch.randn(IMAGES, INPUTS), torch.randn(IMAGES, OUTPUTS), torch.empty(IMAGES, INPUTS)
    before = layer.weight_tensor.clone()
    exact, weight_grad = before.double(), x.double().t() @ grad.double()

    def check(found, expected):
        torch.testing.assert_close(found.double(), expected, rtol=1e-4, atol=1e-4)

    products.forward(x.numpy())
    check(torch.from_numpy(outputs), x.double() @ exact + torch.from_numpy(layer.bias))
    products.backward(x.numpy(), grad, input_grad, None)
    check(input_grad, grad.double() @ exact.t())
    check(layer.weight_grad_tensor, weight_grad)
    assert torch.equal(layer.weight_tensor, before)
    products.backward(x.numpy(), grad, input_grad, 0.25)
    # Of the weights before the step.
    check(input_grad, grad.double() @ exact.t())
    check(layer.weight_tensor, exact - 0.25 * weight_grad)


def train(arch, optimizer):
    kind, _, _ = optimizer.partition(",")
    config = make_config(
        arch=arch, options=ARCHITECTURES[arch], optimizer=kind, **{**SETTINGS[optimizer], "batch_size": 128}
    )
    torch.manual_seed(1)
    model = create_model(arch, ARCHITECTURES[arch]).train()
    step = DenseStep(config, model, find_dense_layers(model), SCALE)
    return torch.cat([take_step(step, *batch, config.lr) for batch in BATCHES * 3]), step, model


@pytest.mark.parametrize("optimizer", ["sgd, plain", "sgd", "adam"])
@pytest.mark.parametrize("arch", ARCHITECTURES)
def test_a_network_learns_the_same_by_them(monkeypatch, arch, optimizer):
    found = []
    for has_onednn in (False, True):
        monkeypatch.setattr(dense_parameters, "has_quick_onednn", lambda has_onednn=has_onednn: has_onednn)
        found.append(train(arch, optimizer))
    (logits, step, model), (others, other_step, other) = found
    assert [layer.is_outputs_first for layer in step.layers] == [False] * len(step.layers)
    # The first layer's products alone are large.
    assert [layer.is_outputs_first for layer in other_step.layers] == [
        layer.weight.size * 128 >= 4_000_000 for layer in step.layers
    ]
    assert other_step.layers[0].is_outputs_first
    torch.testing.assert_close(others, logits, rtol=1e-3, atol=1e-3)
    assert not torch.equal(others, logits)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], tensor, rtol=1e-3, atol=2e-3)
    for name, array in step.state().items():
        np.testing.assert_allclose(other_step.state()[name], array, rtol=0.01, atol=1e-4, err_msg=name)


def test_one_goes_on_from_a_checkpoint_of_the_other(monkeypatch):
    monkeypatch.setattr(dense_parameters, "has_quick_onednn", lambda: False)
    _, step, model = train("mlp", "adam")
    monkeypatch.setattr(dense_parameters, "has_quick_onednn", lambda: True)
    _, other_step, other = train("mlp", "adam")
    other.load_state_dict(model.state_dict())
    other_step.load_state(step.state())
    for one in (step, other_step):
        take_step(one, *BATCHES[0], 0.003)
    for name, tensor in model.state_dict().items():
        torch.testing.assert_close(other.state_dict()[name], tensor, rtol=1e-3, atol=1e-4)
