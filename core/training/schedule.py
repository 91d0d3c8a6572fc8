"""Learning-rate schedules as plain functions of the step."""

from __future__ import annotations

import math

from core.config.run_config import RunConfig

# One-cycle as in torch.optim.lr_scheduler.OneCycleLR (Smith and Topin 2018, arXiv:1708.07120).
# Share of the steps in which the learning rate rises.
_WARM_UP = 0.3
# The first step's factor is the highest one divided by this.
_START_DIVISOR = 25.0
# The last step's factor is the first one divided by this.
_END_DIVISOR = 1e4


def lr_factor(config: RunConfig, step: int, steps_per_epoch: int) -> float:
    """The factor on the base learning rate in step `step`, counted from 0."""
    if config.schedule == "step":
        return float(config.gamma ** (step // steps_per_epoch // config.step_size))
    if config.schedule == "one-cycle":
        return _one_cycle(step, steps_per_epoch * config.epochs)
    return 1.0


def _one_cycle(step: int, total_steps: int) -> float:
    start, end = 1 / _START_DIVISOR, 1 / _START_DIVISOR / _END_DIVISOR
    peak = _WARM_UP * total_steps - 1
    if step <= peak:
        return _cosine(start, 1.0, step / peak)
    return _cosine(1.0, end, (step - peak) / max(total_steps - 1 - peak, 1e-9))


def _cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + math.cos(math.pi * min(share, 1.0))) / 2
