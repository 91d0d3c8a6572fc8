"""Where a step's time goes, and what its products alone would take."""

import time

import pytest
import torch

from core.charts.time_spent import describe_time_spent, time_spent
from core.training import breakdown as breakdown_module
from core.training import floor
from core.training.breakdown import PARTS, Breakdown, measure_breakdown
from tests.made import make_config


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(breakdown_module, "_BUDGET", 0.05)
    monkeypatch.setattr(floor, "_ROUND_SECONDS", 0.001)


@pytest.mark.parametrize("arch", ["softmax", "mlp", "mlp-scratch", "numpy-mlp", "cnn", "handwriting", "sprint"])
def test_every_part_of_a_step_is_timed(arch):
    found = measure_breakdown(make_config(arch=arch, optimizer="sgd", batch_size=4))
    assert tuple(found.parts) == PARTS
    assert all(seconds > 0 for seconds in found.parts.values())
    assert found.floor > 0
    assert found.samples_per_second == pytest.approx(4 / sum(found.parts.values()))
    assert found.floor_samples_per_second == pytest.approx(4 / found.floor)


def test_the_time_is_counted_where_it_is_spent(monkeypatch):
    from core.learners.steps.dense import DenseStep

    update = DenseStep.update

    def slow(self, lr):
        time.sleep(0.005)
        update(self, lr)

    monkeypatch.setattr(DenseStep, "update", slow)
    parts = measure_breakdown(make_config(arch="mlp", options={"hidden": (8,)}, batch_size=4)).parts
    assert parts["optimizer"] >= 0.005
    assert max(parts, key=parts.__getitem__) == "optimizer"


def shapes(config):
    calls = floor._note_products(config, torch.device("cpu"))
    return [
        (str(func.overloadpacket), [tuple(a.shape) for a in args if hasattr(a, "shape")]) for func, args, _ in calls
    ]


@pytest.mark.parametrize("arch", ["mlp", "numpy-mlp"])
def test_the_products_of_dense_layers_are_those_of_the_chain_rule(arch):
    found = shapes(make_config(arch=arch, optimizer="sgd", options={"hidden": (20,)}, batch_size=8))
    # Forward twice, gradients of both weights, and that of the hidden outputs; nobody needs the pixels'.
    assert [pair[-2:] for _, pair in found] == [
        [(8, 784), (784, 20)],
        [(8, 20), (20, 10)],
        [(8, 10), (10, 20)],
        [(10, 8), (8, 20)],
        [(20, 8), (8, 784)],
    ]


def test_convolutions_count_forward_and_backward():
    names = [name for name, _ in shapes(make_config(arch="cnn", batch_size=2))]
    assert names.count("aten.convolution") == names.count("aten.convolution_backward") == 2
    assert len(names) == 4 + 6


def test_a_larger_batch_has_a_larger_floor():
    small, large = (floor.product_seconds(make_config(arch="mlp", batch_size=size)) for size in (2, 256))
    assert large > 4 * small


def test_the_chart_has_the_parts_in_order_in_milliseconds():
    spent = time_spent(Breakdown({part: 0.001 * (number + 1) for number, part in enumerate(PARTS)}, 0.002, 32))
    assert spent.titles == ("Data", "Forward", "Backward", "Optimizer", "Reporting")
    assert spent.ms == pytest.approx((1, 2, 3, 4, 5))
    assert spent.floor_ms == pytest.approx(2)
    told = "A step takes 15 ms, of which Reporting is the longest part with 5 ms; its products alone would take 2 ms."
    assert str(describe_time_spent(spent)) == told
