"""The floor holds all products and convolutions of a step, and each way to compute one gives the same numbers."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from core.config.recipes import RECIPES
from core.training import floor
from core.training.floor import product_seconds, quickest_ways, ways
from core.training.products import Convolution, Product, record_work
from models import create_model
from tests.made import make_config

TORCH_RECIPES = [recipe.id for recipe in RECIPES.values() if recipe.config.arch != "numpy-mlp"]


def flops(config):
    return sum(item.flops for item in record_work(config))


@pytest.mark.parametrize("name", TORCH_RECIPES)
def test_the_work_is_what_pytorch_counts_in_a_step(name):
    config = RECIPES[name].config
    network = create_model(config.arch, config.options)
    with FlopCounterMode(display=False) as counter:
        loss = F.cross_entropy(
            network(torch.zeros(config.batch_size, 1, 28, 28)), torch.zeros(config.batch_size).long()
        )
        loss.backward()
    assert flops(config) == counter.get_total_flops()


def test_a_numpy_network_s_work_is_that_of_its_sizes():
    first, others = 784 * 128, 128 * 128 + 128 * 10
    # Forward and by the weights, and by the inputs of all layers but the first.
    assert flops(RECIPES["numpy-mlp"].config) == 2 * 8 * (2 * first + 3 * others)


def test_the_work_of_the_cnn():
    work = record_work(RECIPES["cnn"].config)
    convolutions = [item for item in work if isinstance(item, Convolution)]
    first, second = 2 * 64 * 26 * 26 * 32 * 9, 2 * 64 * 24 * 24 * 64 * 32 * 9
    assert [item.flops for item in convolutions] == [first, second, 2 * second, first]
    assert [item.is_backward for item in convolutions] == [False, False, True, True]
    assert len(work) - len(convolutions) == 6


@pytest.mark.parametrize(("a_transposed", "b_transposed"), [(False, False), (False, True), (True, False), (True, True)])
def test_every_library_computes_the_same_product(a_transposed, b_transposed):
    found = ways(Product(5, 7, 3, a_transposed, b_transposed))
    with torch.inference_mode():
        first, *others = [torch.as_tensor(call()).clone() for call in found.values()]
    assert first.shape == (5, 3)
    assert {"torch.mm", "numpy.matmul"} <= found.keys()
    for other in others:
        np.testing.assert_allclose(other, first, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("item", "names"),
    [
        (Product(5, 7, 3, False, True), {"torch.mm"}),
        (
            Convolution((2, 3, 8, 7), (4, 3, 3, 3), (2, 4, 6, 5)),
            {"convolution", "convolution, channels last"},
        ),
    ],
)
def test_in_bfloat16_there_are_the_ways_of_float32_and_those_of_rounded_operands(item, names):
    exact, both = ways(item), ways(item, precision="bfloat16")
    assert both.keys() - exact.keys() == {f"{name} in bfloat16" for name in names}
    for name, call in both.items():
        assert torch.as_tensor(call()).dtype == (torch.float32 if name in exact else torch.bfloat16)


def test_the_floor_of_training_in_bfloat16_may_be_of_rounded_operands(monkeypatch):
    monkeypatch.setattr(floor, "_quickest", lambda found: [*found][-1])
    config = make_config(arch="mlp", options={"hidden": (20,)}, batch_size=8)
    for precision, library in (("float32", "oneDNN"), ("bfloat16", "torch.mm in bfloat16")):
        assert {way for _, way in quickest_ways(config.replace(precision=precision))} <= {library, "numpy.matmul"}


@pytest.mark.parametrize(
    ("owner", "name", "value"),
    [(torch.backends.mkldnn, "is_available", lambda: False), (torch.ops, "mkldnn", SimpleNamespace())],
    ids=["without the library", "without its linear layer"],
)
def test_one_dnn_is_tried_only_where_this_pytorch_has_it(monkeypatch, owner, name, value):
    monkeypatch.setattr(owner, name, value)
    assert ways(Product(5, 7, 3, False, False)).keys() == {"torch.mm", "numpy.matmul"}


@pytest.mark.parametrize("by_input", [False, True])
@pytest.mark.parametrize(
    ("stride", "padding", "output"), [((1, 1), (0, 0), (2, 4, 6, 5)), ((2, 2), (1, 1), (2, 4, 4, 4))]
)
def test_a_convolution_gives_its_output_and_the_gradients_asked_for(by_input, stride, padding, output):
    shapes = (2, 3, 8, 7), (4, 3, 3, 3), output
    forward = Convolution(*shapes, stride, padding)
    backward = Convolution(*shapes, stride, padding, is_backward=True, by_input=by_input)
    assert backward.flops == (1 + by_input) * forward.flops
    for call in ways(forward).values():
        assert call().shape == output
    for call in ways(backward).values():
        images, weight, bias = call()
        assert weight.shape == (4, 3, 3, 3)
        assert bias is None
        assert images.shape == (2, 3, 8, 7) if by_input else images is None


def test_a_step_s_floor_is_the_sum_of_its_products(monkeypatch):
    config = make_config(arch="mlp", options={"hidden": (20,)}, batch_size=8)
    found = quickest_ways(config)
    # Forward twice, gradients of both weights, and that of the hidden outputs; nobody needs the pixels'.
    assert [(item.rows, item.inner, item.columns) for item, _ in found] == [
        (8, 784, 20),
        (8, 20, 10),
        (8, 10, 20),
        (10, 8, 20),
        (20, 8, 784),
    ]
    assert all(way.seconds > 0 for _, way in found)
    monkeypatch.setattr(floor, "quickest_ways", lambda _config: found)
    assert product_seconds(config) == pytest.approx(sum(way.seconds for _, way in found))


def test_the_quickest_way_has_the_seconds_of_one_call(monkeypatch):
    now = [7.0]
    monkeypatch.setattr(floor, "time", SimpleNamespace(perf_counter=lambda: now[0]))

    def takes(seconds):
        def call():
            now[0] += seconds

        return call

    way = floor._quickest({"slow": takes(0.003), "quick": takes(0.0005)})
    assert (way.library, way.seconds) == ("quick", pytest.approx(0.0005))
