"""Formulas and code of the Twins page."""

import inspect

import models.numpy_mlp
from core.twins.formulas import lessons
from core.twins.setup import TwinSetup

SETUP = TwinSetup("digits", (30, 20), batch_size=7, lr=0.25)


def latex(title):
    [lesson] = [lesson for lesson in lessons(SETUP) if lesson.title == title]
    return lesson.latex


def test_code_is_the_code_that_runs():
    source = inspect.getsource(models.numpy_mlp)
    for lesson in lessons(SETUP):
        assert lesson.code.startswith("def ")
        assert all(line.strip() in source for line in lesson.code.splitlines())
    assert [lesson.function for lesson in lessons(SETUP)] == [
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


def test_formulas_are_balanced_for_every_depth():
    for depth in range(1, 5):
        for lesson in lessons(SETUP.replace(hidden=(16,) * depth)):
            assert lesson.latex.count("{") == lesson.latex.count("}")
            assert lesson.latex.count(r"\begin") == lesson.latex.count(r"\end")
    assert latex("ReLU").count(r"\max") == 2
