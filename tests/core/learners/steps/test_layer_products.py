"""The products of a layer: which library computes them, and in bfloat16 what they round and how one trains by them."""

import numpy as np
import pytest
import torch

from core.learners.factory import create_learner
from core.learners.steps import dense_parameters
from core.learners.steps.autograd import AutogradStep
from core.learners.steps.dense import DenseStep
from core.learners.steps.dense_layers import DenseLayer, find_dense_layers
from core.learners.steps.dense_parameters import LayerParameters
from core.learners.steps.layer_products import Bfloat16Products, Products, choose_products
from models import create_model
from tests.core.learners.steps.agreement import SCALE, take_step
from tests.made import make_config, make_images

# Two of these make a product of 4,194,304 multiplications.
IMAGES, INPUTS, OUTPUTS = 32, 512, 256
DATA = make_images(512, 5)
PIXELS, LABELS = torch.tensor(DATA.images), torch.tensor(DATA.labels)


def make_layer(seed=0):
    torch.manual_seed(seed)
    layer = DenseLayer(torch.randn(INPUTS, OUTPUTS), torch.randn(OUTPUTS), is_inputs_first=True)
    grads = {id(tensor): torch.zeros_like(tensor) for tensor in (layer.weight, layer.bias)}
    return LayerParameters(layer, grads)


class Library:
    """Notes the shapes of the products that a library computes."""

    def __init__(self, function):
        self._function = function
        self.shapes = []

    def __call__(self, a, b, **more):
        self.shapes.append((*a.shape, b.shape[1]))
        return self._function(a, b, **more)


@pytest.mark.parametrize(
    ("is_quick", "images", "in_torch", "in_numpy"),
    [
        # 7 and 8 images make products of less and of more than a million multiplications.
        (True, 8, {(8, INPUTS, OUTPUTS), (8, OUTPUTS, INPUTS), (INPUTS, 8, OUTPUTS)}, set()),
        (True, 7, {(7, OUTPUTS, INPUTS)}, {(7, INPUTS, OUTPUTS), (INPUTS, 7, OUTPUTS)}),
        (False, 8, {(8, OUTPUTS, INPUTS)}, {(8, INPUTS, 240), (8, INPUTS, 16), (INPUTS, 8, OUTPUTS)}),
    ],
)
def test_each_product_is_computed_by_the_quicker_library(monkeypatch, is_quick, images, in_torch, in_numpy):
    monkeypatch.setattr(dense_parameters, "has_quick_mkl", lambda: is_quick)
    outputs = np.empty((images, OUTPUTS), np.float32)
    x, grad, input_grad = torch.randn(images, INPUTS), torch.randn(images, OUTPUTS), torch.empty(images, INPUTS)
    layer = make_layer()
    products = choose_products(layer, outputs, "float32")
    torches, numpys = Library(torch.mm), Library(np.matmul)
    monkeypatch.setattr(torch, "mm", torches)
    monkeypatch.setattr(np, "matmul", numpys)
    products.forward(x.numpy())
    products.backward(x.numpy(), grad, input_grad, None)
    monkeypatch.undo()
    assert (set(torches.shapes), set(numpys.shapes)) == (in_torch, in_numpy)
    expected = x @ layer.weight_tensor + torch.from_numpy(layer.bias)
    torch.testing.assert_close(torch.from_numpy(outputs), expected, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(input_grad, grad @ layer.weight_tensor.t(), rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(layer.weight_grad_tensor, x.t() @ grad, rtol=1e-4, atol=1e-4)


def rounded(tensor):
    return tensor.bfloat16().double()


@pytest.mark.parametrize(
    ("precision", "images", "kind"),
    [("bfloat16", IMAGES, Bfloat16Products), ("bfloat16", IMAGES // 2, Products), ("float32", IMAGES, Products)],
)
def test_large_products_are_rounded_where_the_precision_asks_for_it(precision, images, kind):
    outputs = np.empty((images, OUTPUTS), np.float32)
    assert type(choose_products(make_layer(), outputs, precision)) is kind


def test_the_products_are_those_of_rounded_factors():
    layer, outputs = make_layer(), np.empty((IMAGES, OUTPUTS), np.float32)
    products = Bfloat16Products(layer, outputs)
    x, grad, input_grad = torch.randn(IMAGES, INPUTS), torch.randn(IMAGES, OUTPUTS), torch.empty(IMAGES, INPUTS)
    before = layer.weight_tensor.clone()
    products.forward(x.numpy())
    expected = rounded(x) @ rounded(before) + torch.from_numpy(layer.bias)
    # The results are rounded too: to a share of 2⁻⁸ at most.
    torch.testing.assert_close(torch.from_numpy(outputs).double(), expected, rtol=2**-7, atol=0.2)
    products.backward(x.numpy(), grad, input_grad, None)
    torch.testing.assert_close(input_grad.double(), rounded(grad) @ rounded(before).T, rtol=2**-7, atol=0.2)
    weight_grad = rounded(x).T @ rounded(grad)
    torch.testing.assert_close(layer.weight_grad_tensor.double(), weight_grad, rtol=2**-7, atol=0.05)
    np.testing.assert_allclose(layer.bias_grad, grad.sum(0), rtol=1e-4, atol=1e-4)
    assert torch.equal(layer.weight_tensor, before)
    bias = layer.bias.copy()
    products.backward(x.numpy(), grad, None, 0.25)
    torch.testing.assert_close(layer.weight_tensor, before - 0.25 * layer.weight_grad_tensor, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(layer.bias, bias - 0.25 * grad.sum(0).numpy(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_training_goes_as_in_float32_but_for_the_rounding(optimizer):
    options = {"hidden": (256,)}
    config = make_config(
        arch="mlp", options=options, optimizer=optimizer, lr={"sgd": 0.1, "adam": 0.001}[optimizer], batch_size=256
    )

    def follow(kind, precision):
        torch.manual_seed(1)
        model, chosen = create_model("mlp", options).train(), config.replace(precision=precision)
        layers = find_dense_layers(model)
        step = DenseStep(chosen, model, layers, SCALE) if kind is DenseStep else AutogradStep(chosen, model, SCALE)
        batches = [*zip(PIXELS.split(256), LABELS.split(256), strict=True)] * 10
        return torch.stack(
            [
                torch.nn.functional.cross_entropy(take_step(step, *batch, config.lr).clone(), batch[1])
                for batch in batches
            ]
        )

    exact, by_hand, by_autograd = (
        follow(DenseStep, "float32"),
        follow(DenseStep, "bfloat16"),
        follow(AutogradStep, "bfloat16"),
    )
    assert exact[-1] < 0.5 * exact[0]
    assert not torch.equal(exact, by_hand)
    torch.testing.assert_close(by_hand, exact, rtol=0.02, atol=0.01)
    torch.testing.assert_close(by_hand, by_autograd, rtol=0.02, atol=0.01)


def test_weights_and_predictions_stay_float32():
    learner = create_learner(make_config(arch="mlp", precision="bfloat16"))
    assert {array.dtype for array in learner.state_dict().values()} == {np.dtype(np.float32)}
    assert learner.predict_proba(DATA.images[:3]).dtype == np.float32
