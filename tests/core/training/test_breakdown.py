"""Where a step's time goes, and what its products alone would take."""

import itertools
from types import SimpleNamespace

import pytest

from core.charts.time_spent import describe_time_spent, time_spent
from core.learners.steps.dense import DenseStep
from core.learners.torch_learner import TorchLearner
from core.training import breakdown as breakdown_module
from core.training import floor
from core.training.breakdown import PARTS, Breakdown, measure_breakdown
from tests.made import make_config


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(breakdown_module, "_BUDGET", 0.05)
    monkeypatch.setattr(floor, "_ROUND_SECONDS", 0.0005)


@pytest.mark.parametrize("arch", ["softmax", "mlp", "mlp-scratch", "numpy-mlp", "cnn", "handwriting", "sprint", "best"])
def test_every_part_of_a_step_is_timed(arch):
    found = measure_breakdown(make_config(arch=arch, optimizer="sgd", batch_size=4))
    assert tuple(found.parts) == PARTS
    assert all(seconds > 0 for seconds in found.parts.values())
    assert found.floor > 0
    assert found.samples_per_second == pytest.approx(4 / sum(found.parts.values()))
    assert found.floor_samples_per_second == pytest.approx(4 / found.floor)


def test_the_time_is_counted_where_it_is_spent(monkeypatch):
    now = itertools.count()
    late = [0]
    monkeypatch.setattr(breakdown_module, "time", SimpleNamespace(perf_counter=lambda: 1e-6 * next(now) + late[0]))
    update = DenseStep.update

    def slow(self, lr):
        late[0] += 0.005
        update(self, lr)

    monkeypatch.setattr(DenseStep, "update", slow)
    parts = measure_breakdown(make_config(arch="mlp", options={"hidden": (8,)}, batch_size=4)).parts
    assert parts["optimizer"] == pytest.approx(0.005, rel=0.01)
    assert max(seconds for part, seconds in parts.items() if part != "optimizer") < 1e-4


def test_a_report_covers_as_many_steps_as_there_is_time_for(monkeypatch):
    now = itertools.count(1000)
    monkeypatch.setattr(breakdown_module, "time", SimpleNamespace(perf_counter=lambda: 0.0005 * next(now)))
    counts = []
    take = TorchLearner.take_metrics
    monkeypatch.setattr(TorchLearner, "take_metrics", lambda self: counts.append(len(self._metrics)) or take(self))
    measure_breakdown(make_config(arch="mlp", options={"hidden": (8,)}, batch_size=4))
    # The budget is a hundred looks at the clock, of which a step takes seven.
    assert counts[-1] > 10


def test_the_chart_has_the_parts_in_order_in_milliseconds():
    spent = time_spent(Breakdown({part: 0.001 * (number + 1) for number, part in enumerate(PARTS)}, 0.002, 32))
    assert spent.titles == ("Data", "Forward", "Backward", "Optimizer", "Reporting")
    assert spent.ms == pytest.approx((1, 2, 3, 4, 5))
    assert spent.floor_ms == pytest.approx(2)
    told = "A step takes 15 ms, of which Reporting is the longest part with 5 ms; its products alone would take 2 ms."
    assert str(describe_time_spent(spent)) == told
