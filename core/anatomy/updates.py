"""An optimizer's update of a parameter, as LaTeX: the rule in letters, and with a run's own values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.anatomy.formula_symbols import Say
from core.anatomy.formulas import BATCH_LOSS
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.texts.message import Message, message
from core.training.schedule import lr_factor

# PyTorch's defaults, which a run cannot change. A test compares them with PyTorch.
BETA_1 = 0.9
BETA_2 = 0.999
ADAM_EPSILON = 1e-8
RHO = 0.9
ADADELTA_EPSILON = 1e-6

_Values = Mapping[str, str]


@dataclass(frozen=True)
class Update:
    """An optimizer's step for a parameter θ with gradient g.

    rule: lines of LaTeX with letters. values: the same lines with numbers. schedule: the learning rate η over time.
    steps: per epoch.
    """

    title: Message
    rule: tuple[str, ...]
    values: tuple[str, ...]
    schedule: str
    steps: int


def update(config: RunConfig, say: Say = str) -> Update:
    """The update of the configuration's optimizer.

    say: puts the few words within formulas into the reader's language.
    """
    title, write = _find(config)
    letters = {
        "lr": r"\eta_t",
        "momentum": r"\mu",
        "decay": r"\lambda",
        "beta1": r"\beta_1",
        "beta2": r"\beta_2",
        "rest1": r"(1 - \beta_1)",
        "rest2": r"(1 - \beta_2)",
        "rho": r"\rho",
        "rest": r"(1 - \rho)",
        "epsilon": r"\varepsilon",
    }
    is_constant = config.schedule == "constant"
    numbers = {
        "lr": number(config.lr) if is_constant else r"\eta_t",
        "momentum": number(config.momentum),
        "decay": number(config.weight_decay),
        "beta1": number(BETA_1),
        "beta2": number(BETA_2),
        "rest1": number(1 - BETA_1),
        "rest2": number(1 - BETA_2),
        "rho": number(RHO),
        "rest": number(1 - RHO),
        "epsilon": number(ADADELTA_EPSILON if config.optimizer == "adadelta" else ADAM_EPSILON),
    }
    n_train = config.count_train(find_dataset(config.dataset).n_train)
    steps = math.ceil(n_train / config.batch_size)
    decays = config.weight_decay > 0
    return Update(
        title,
        tuple(write(letters, decays)),
        tuple(write(numbers, decays)),
        _schedule(config, steps, say),
        steps,
    )


def _find(config: RunConfig) -> tuple[Message, Callable[[_Values, bool], list[str]]]:
    match config.optimizer:
        case "sgd":
            return (message("SGD with momentum"), _momentum) if config.momentum else (message("Plain SGD"), _sgd)
        case "adam":
            return message("Adam"), _adam
        case "adamw":
            return message("AdamW"), _adamw
        case _:
            return message("Adadelta"), _adadelta


def number(value: float) -> str:
    """A number in LaTeX, small ones as powers of ten."""
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    if not exponent:
        return mantissa
    power = f"10^{{{int(exponent)}}}"
    return power if mantissa == "1" else rf"{mantissa} \cdot {power}"


def _gradient(v: _Values, decays: bool) -> str:
    decay = rf" + {v['decay']}\, \theta_{{t-1}}" if decays else ""
    return rf"g_t = \dfrac{{\partial {BATCH_LOSS}}}{{\partial \theta}}{decay}"


def _sgd(v: _Values, decays: bool) -> list[str]:
    return [_gradient(v, decays), rf"\theta_t = \theta_{{t-1}} - {v['lr']}\; g_t"]


def _momentum(v: _Values, decays: bool) -> list[str]:
    return [
        _gradient(v, decays),
        rf"v_t = {v['momentum']}\; v_{{t-1}} + g_t",
        rf"\theta_t = \theta_{{t-1}} - {v['lr']}\; v_t",
    ]


def _adam(v: _Values, decays: bool) -> list[str]:
    return [_gradient(v, decays), *_adam_moments(v), _adam_step(v, r"\theta_{t-1}")]


def _adamw(v: _Values, decays: bool) -> list[str]:
    # In AdamW the decay acts on the weights themselves, not on the gradient.
    start = rf"(1 - {v['lr']} \cdot {v['decay']})\, \theta_{{t-1}}" if decays else r"\theta_{t-1}"
    return [_gradient(v, False), *_adam_moments(v), _adam_step(v, start)]


def _adam_moments(v: _Values) -> list[str]:
    return [
        rf"m_t = {v['beta1']}\; m_{{t-1}} + {v['rest1']}\; g_t",
        rf"v_t = {v['beta2']}\; v_{{t-1}} + {v['rest2']}\; g_t^2",
        rf"\hat{{m}}_t = \dfrac{{m_t}}{{1 - {v['beta1']}^t}},\qquad "
        rf"\hat{{v}}_t = \dfrac{{v_t}}{{1 - {v['beta2']}^t}}",
    ]


def _adam_step(v: _Values, start: str) -> str:
    return rf"\theta_t = {start} - {v['lr']}\; \dfrac{{\hat{{m}}_t}}{{\sqrt{{\hat{{v}}_t}} + {v['epsilon']}}}"


def _adadelta(v: _Values, decays: bool) -> list[str]:
    return [
        _gradient(v, decays),
        rf"u_t = {v['rho']}\; u_{{t-1}} + {v['rest']}\; g_t^2",
        rf"\Delta_t = \dfrac{{\sqrt{{s_{{t-1}} + {v['epsilon']}}}}}{{\sqrt{{u_t + {v['epsilon']}}}}}\; g_t",
        rf"s_t = {v['rho']}\; s_{{t-1}} + {v['rest']}\; \Delta_t^2",
        rf"\theta_t = \theta_{{t-1}} - {v['lr']}\; \Delta_t",
    ]


def _schedule(config: RunConfig, steps: int, say: Say) -> str:
    lr = number(config.lr)
    match config.schedule:
        case "step":
            power = r"e" if config.step_size == 1 else rf"\lfloor e / {config.step_size} \rfloor"
            epochs = rf"\text{{{say(message('in epoch'))}}}\; e = 0, 1, 2, \dots"
            return rf"\eta_t = {lr} \cdot {number(config.gamma)}^{{{power}}}\quad {epochs}"
        case "one-cycle":
            ends = (0, steps * config.epochs - 1)
            start, end = (number(config.lr * lr_factor(config, step, steps)) for step in ends)
            return rf"\eta_t: \quad {start} \;\nearrow\; {lr} \;\searrow\; {end}"
        case _:
            return rf"\eta_t = {lr}"
