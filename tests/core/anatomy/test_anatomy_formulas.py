"""The formulas hold the network's own sizes and the run's own values."""

import re

import pytest
import torch
from torch import nn

from core.anatomy.formulas import formulas, gradient, space
from core.anatomy.inside import describe
from core.anatomy.torch_trace import trace_torch
from core.anatomy.updates import ADADELTA_EPSILON, ADAM_EPSILON, BETA_1, BETA_2, RHO, number, update
from core.config.limits import OPTIMIZERS
from models import MODELS
from tests.made import make_config


def lines_of(arch, batch_size=64, **options):
    config = make_config(arch=arch, optimizer="sgd", options=options)
    return {entry.layer: entry for entry in formulas(describe(config), batch_size)}


def is_balanced(line):
    bare = re.sub(r"\\[{}]", "", line)
    return bare.count("{") == bare.count("}") and line.count(r"\begin") == line.count(r"\end")


@pytest.mark.parametrize("arch", MODELS)
def test_every_layer_has_its_formulas(arch):
    for entry in lines_of(arch).values():
        assert entry.forward
        assert all(is_balanced(line) for line in (*entry.forward, *entry.backward))


def test_a_dense_layer_has_this_networks_sizes():
    fc1, fc2 = (lines_of("mlp", hidden=(128, 64))[name] for name in ("fc1", "fc2"))
    assert fc1.forward[0] == r"\mathbf{z}_{1} = \mathbf{W}_{1}\, \mathbf{x} + \mathbf{b}_{1}"
    assert r"\mathbf{W}_{1} \in \mathbb{R}^{128 \times 784}" in fc1.forward[1]
    assert r"\mathbf{b}_{1} \in \mathbb{R}^{128}" in fc1.forward[1]
    assert r"\boldsymbol{\delta}_{2}\, \mathbf{a}_{1}^{\top} \in \mathbb{R}^{64 \times 128}" in fc2.backward[0]
    assert r"\mathbf{W}_{2}^{\top} \boldsymbol{\delta}_{2} \in \mathbb{R}^{128}" in fc2.backward[2]


def test_the_gradient_by_the_pixels_is_left_out():
    fc1 = lines_of("mlp")["fc1"]
    assert len(fc1.backward) == 2
    assert lines_of("mlp")["flatten"].backward == ()


def test_weights_stored_the_other_way_round_are_written_so():
    first = lines_of("mlp-scratch")["W1, b1"]
    assert first.forward[0] == r"\mathbf{z}_{1} = \mathbf{x}\, \mathbf{W}_{1} + \mathbf{b}_{1}"
    assert space((784, 256)) in first.forward[1]
    assert r"\mathbf{x}^{\top} \boldsymbol{\delta}_{1}" in first.backward[0]


def test_a_batch_normalisation_by_channels():
    norm = lines_of("handwriting")["norm2"]
    assert r"\hat{\mathbf{z}_{2}}[c,i,j] = \dfrac{\mathbf{z}_{2}[c,i,j] - \boldsymbol{\mu}_{2}[c]}" in norm.forward[0]
    assert r"\boldsymbol{\gamma}_{2}, \boldsymbol{\beta}_{2} \in \mathbb{R}^{16}" in norm.forward[2]
    assert norm.backward[1].startswith(r"\boldsymbol{\delta}_{2} = ")
    assert lines_of("handwriting")["relu2"].forward[0] == r"\mathbf{a}_{2} = \max(\mathbf{n}_{2}, 0)"


def test_the_batch_normalisations_gradient_is_autograds():
    z = torch.randn(4, 2, 3, 3, dtype=torch.float64, requires_grad=True)
    gamma, upstream = torch.rand(1, 2, 1, 1, dtype=torch.float64) + 0.5, torch.randn(4, 2, 3, 3, dtype=torch.float64)
    mean, variance = z.mean((0, 2, 3), keepdim=True), z.var((0, 2, 3), correction=0, keepdim=True)
    unit = (z - mean) / torch.sqrt(variance + 1e-5)
    (gamma * unit * upstream).sum().backward()

    def average(values):
        return values.mean((0, 2, 3), keepdim=True)

    with torch.no_grad():
        inner = upstream - average(upstream) - unit * average(upstream * unit)
        torch.testing.assert_close(gamma / torch.sqrt(variance + 1e-5) * inner, z.grad)


def test_the_convolutional_network():
    found = lines_of("cnn")
    assert r"\sum_{k=1}^{32} \sum_{u=0}^{2} \sum_{v=0}^{2}" in found["conv2"].forward[0]
    assert r"\sum_{i=0}^{23} \sum_{j=0}^{23}" in found["conv2"].backward[0]
    assert r"\sum_{c=1}^{64}" in found["conv2"].backward[2]
    assert len(found["conv1"].backward) == 2
    assert r"\max_{\substack{0 \le u < 2 \\ 0 \le v < 2}} \mathbf{z}_{2}[c,2i+u,2j+v]" in found["maxpool"].forward[0]
    assert r"\tfrac{1}{0.75}" in found["dropout1"].forward[0]
    assert r"P(1) = 0.5" in found["dropout2"].forward[2]
    assert r"\mathbb{R}^{9216}" in found["flatten"].forward[0]
    assert r"\mathbb{R}^{64 \times 12 \times 12}" in found["flatten"].backward[0]
    assert r"\mathbf{W}_{3} \in \mathbb{R}^{128 \times 9216}" in found["fc1"].forward[1]


@pytest.mark.parametrize(
    ("activation", "forward", "backward"),
    [
        ("relu", r"\max(\mathbf{z}_{1}, 0)", r"\mathbf{1}[\mathbf{z}_{1} > 0]"),
        ("prelu", r"\alpha_{1} \min(\mathbf{z}_{1}, 0)", r"\alpha_{1}\, \mathbf{1}[\mathbf{z}_{1} \le 0]"),
        ("sigmoid", r"\dfrac{1}{1 + e^{-\mathbf{z}_{1}}}", r"\mathbf{a}_{1} \odot (1 - \mathbf{a}_{1})"),
        ("tanh", r"\tanh(\mathbf{z}_{1})", r"(1 - \mathbf{a}_{1} \odot \mathbf{a}_{1})"),
    ],
)
def test_activations_and_their_derivatives(activation, forward, backward):
    config = make_config(arch="mlp", options={"hidden": (8,), "activation": activation})
    entry = formulas(describe(config), 1)[2]
    assert forward in entry.forward[0]
    assert backward in entry.backward[0]


def test_what_comes_twice_after_a_layer_has_a_prime():
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.ReLU(), nn.Tanh(), nn.Linear(8, 10))
    *_, relu, tanh, last, _ = formulas(trace_torch(network, torch.zeros(1, 1, 28, 28))[0], 1)
    assert relu.forward[0].startswith(r"\mathbf{a}_{1} = ")
    assert tanh.forward[0] == r"\mathbf{a}_{1}' = \tanh(\mathbf{a}_{1})"
    assert last.forward[0].startswith(r"\mathbf{z}_{2} = \mathbf{W}_{2}\, \mathbf{a}_{1}' ")


def test_the_loss_is_the_mean_over_the_batch():
    loss = lines_of("softmax", batch_size=256)["softmax"]
    assert r"\sum_{j=1}^{10}" in loss.forward[0]
    assert r"\tfrac{1}{256} \sum_{n=1}^{256}" in loss.forward[-1]
    assert r"\boldsymbol{\delta}_{1} = \hat{\mathbf{y}} - \mathbf{y}" in loss.backward[0]


def test_gradients_are_named():
    assert gradient(r"\mathbf{z}_{2}") == r"\boldsymbol{\delta}_{2}"
    assert gradient(r"\mathbf{a}_{2}") == r"\dfrac{\partial L}{\partial \mathbf{a}_{2}}"


@pytest.mark.parametrize(
    ("value", "text"), [(0.01, "0.01"), (1, "1"), (1e-8, "10^{-8}"), (2.5e-6, r"2.5 \cdot 10^{-6}"), (0.1, "0.1")]
)
def test_numbers(value, text):
    assert number(value) == text


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_updates_carry_the_runs_values(optimizer):
    found = update(make_config(optimizer=optimizer, lr=0.025, momentum=0.75, weight_decay=0.0004))
    assert "0.025" in found.values[-1]
    assert any("0.0004" in line for line in found.values)
    assert all("0.025" not in line for line in found.rule)
    assert len(found.rule) == len(found.values)
    assert all(is_balanced(line) for line in (*found.rule, *found.values, found.schedule))


def test_momentum_and_decay_appear_only_where_they_act():
    plain = update(make_config(optimizer="sgd"))
    assert plain.title == "Plain SGD"
    assert plain.values == (
        r"g_t = \dfrac{\partial \bar{L}}{\partial \theta}",
        r"\theta_t = \theta_{t-1} - 0.01\; g_t",
    )
    momentum = update(make_config(optimizer="sgd", momentum=0.9))
    assert r"v_t = 0.9\; v_{t-1} + g_t" in momentum.values
    decayed = update(make_config(optimizer="adamw", weight_decay=0.1))
    assert "0.1" not in decayed.values[0]
    assert r"(1 - 0.01 \cdot 0.1)\, \theta_{t-1}" in decayed.values[-1]


def test_the_whole_rules_with_numbers():
    decayed = r"g_t = \dfrac{\partial \bar{L}}{\partial \theta} + 0.1\, \theta_{t-1}"
    adadelta = update(make_config(optimizer="adadelta", lr=0.5, weight_decay=0.1))
    assert adadelta.values == (
        decayed,
        r"u_t = 0.9\; u_{t-1} + 0.1\; g_t^2",
        r"\Delta_t = \dfrac{\sqrt{s_{t-1} + 10^{-6}}}{\sqrt{u_t + 10^{-6}}}\; g_t",
        r"s_t = 0.9\; s_{t-1} + 0.1\; \Delta_t^2",
        r"\theta_t = \theta_{t-1} - 0.5\; \Delta_t",
    )
    adam = update(make_config(optimizer="adam", lr=0.5, weight_decay=0.1))
    assert adam.values == (
        decayed,
        r"m_t = 0.9\; m_{t-1} + 0.1\; g_t",
        r"v_t = 0.999\; v_{t-1} + 0.001\; g_t^2",
        r"\hat{m}_t = \dfrac{m_t}{1 - 0.9^t},\qquad \hat{v}_t = \dfrac{v_t}{1 - 0.999^t}",
        r"\theta_t = \theta_{t-1} - 0.5\; \dfrac{\hat{m}_t}{\sqrt{\hat{v}_t} + 10^{-8}}",
    )


def test_constants_are_pytorchs_own():
    parameters = [torch.zeros(1)]
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        defaults = kind(parameters).defaults
        assert defaults["betas"] == (BETA_1, BETA_2)
        assert defaults["eps"] == ADAM_EPSILON
    defaults = torch.optim.Adadelta(parameters).defaults
    assert (defaults["rho"], defaults["eps"]) == (RHO, ADADELTA_EPSILON)


def test_schedules_and_steps():
    step = update(make_config(schedule="step", lr=1.0, gamma=0.7))
    assert r"\eta_t = 1 \cdot 0.7^{e}" in step.schedule
    assert r"\eta_t" in step.values[-1]
    slower = update(make_config(schedule="step", step_size=3))
    assert r"\lfloor e / 3 \rfloor" in slower.schedule
    cycle = update(make_config(schedule="one-cycle", lr=0.1, epochs=10))
    assert r"0.004 \;\nearrow\; 0.1 \;\searrow\; 4 \cdot 10^{-7}" in cycle.schedule
    # 1,293 of the 1,437 digits are left to train on.
    assert update(make_config(batch_size=32)).steps == 41
