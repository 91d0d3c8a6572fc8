import pytest
import torch

from core.training.schedule import lr_factor
from tests.made import make_config


@pytest.fixture
def optimizer():
    return torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.5)


def torch_rates(optimizer, scheduler, count, every=1):
    rates = []
    for step in range(count):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if (step + 1) % every == 0 and step + 1 < count:
            scheduler.step()
    return rates


def own_rates(config, steps_per_epoch):
    total = steps_per_epoch * config.epochs
    return [config.lr * lr_factor(config, step, steps_per_epoch) for step in range(total)]


@pytest.mark.parametrize(("steps_per_epoch", "epochs"), [(1, 1), (1, 2), (1, 3), (1, 4), (10, 1), (7, 3), (41, 5)])
def test_one_cycle_is_torch_s(optimizer, steps_per_epoch, epochs):
    config = make_config(schedule="one-cycle", lr=0.5, epochs=epochs)
    total = steps_per_epoch * epochs
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.5, total_steps=total, cycle_momentum=False)
    assert own_rates(config, steps_per_epoch) == pytest.approx(torch_rates(optimizer, scheduler, total), rel=1e-9)


@pytest.mark.parametrize(("step_size", "gamma"), [(1, 0.7), (2, 0.5), (3, 1.0), (9, 0.1)])
def test_step_is_torch_s(optimizer, step_size, gamma):
    config = make_config(schedule="step", lr=0.5, epochs=7, step_size=step_size, gamma=gamma)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size, gamma)
    assert own_rates(config, 4) == pytest.approx(torch_rates(optimizer, scheduler, 28, every=4), rel=1e-12)


def test_constant_stays():
    assert set(own_rates(make_config(schedule="constant", lr=0.25, epochs=3), 5)) == {0.25}


def test_one_cycle_peaks_at_the_base_rate():
    rates = own_rates(make_config(schedule="one-cycle", lr=0.5, epochs=10), 100)
    assert max(rates) == pytest.approx(0.5)
    assert rates.index(max(rates)) == 299
    assert rates[-1] < 1e-5
