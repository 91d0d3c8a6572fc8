"""Formulas and code of the Twins page."""

import inspect

import models.numpy_mlp
from core.twins.formulas import formula_steps
from core.twins.setup import TwinSetup

SETUP = TwinSetup("digits", (30, 20), batch_size=7, lr=0.25)


def latex(title):
    [formula_step] = [formula_step for formula_step in formula_steps(SETUP) if formula_step.title == title]
    return formula_step.latex


def test_code_is_the_code_that_runs():
    source = inspect.getsource(models.numpy_mlp)
    for formula_step in formula_steps(SETUP):
        assert formula_step.code.startswith("def ")
        assert all(line.strip() in source for line in formula_step.code.splitlines())
    assert [formula_step.function for formula_step in formula_steps(SETUP)] == [
        "Linear.forward",
        "Relu.forward",
        "SoftmaxCrossEntropy.forward",
        "SoftmaxCrossEntropy.backward",
        "Linear.backward",
        "Relu.backward",
        "NumpyMlp.train_step",
    ]


def test_formulas_carry_this_network_s_sizes():
    forward, backward = latex("Linear layer"), latex("Backward: linear layer")
    assert r"\underset{7\times30}{z_1}" in forward
    assert r"\underset{784\times30}{W_1^\top}" in forward
    assert r"\underset{20\times10}{W_3^\top}" in forward
    assert r"\underset{30\times784}{\partial L/\partial W_1}" in backward
    assert r"\underset{20}{\partial L/\partial b_2}" in backward
    assert r"\partial L/\partial x" not in backward
    assert "0.25" in latex("Update")
    assert r"\frac{1}{7}" in latex("Backward: the loss")


def test_each_relu_has_its_gradient_from_the_last_to_the_first():
    assert latex("Backward: ReLU") == (
        r"\begin{aligned} \underset{7\times20}{G_2} &= \frac{\partial L}{\partial a_2} \odot [z_2 > 0] \\[4pt] "
        r"\underset{7\times30}{G_1} &= \frac{\partial L}{\partial a_1} \odot [z_1 > 0] \end{aligned}"
    )


def test_formulas_are_balanced_for_every_depth():
    for depth in range(1, 5):
        for formula_step in formula_steps(SETUP.replace(hidden=(16,) * depth)):
            assert formula_step.latex.count("{") == formula_step.latex.count("}")
            assert formula_step.latex.count(r"\begin") == formula_step.latex.count(r"\end")
    assert latex("ReLU").count(r"\max") == 2
