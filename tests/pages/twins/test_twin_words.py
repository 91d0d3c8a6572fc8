"""What the twins' figures say."""

from dataclasses import replace

import numpy as np
import pytest

from core.twins.gradient_check import DifferenceQuotient, GradientCheck, WeightPlace
from core.twins.session import TwinRun
from core.twins.setup import TwinSetup
from pages.components.twins.words import digits_html, explain_check, explain_drift, scientific


def test_what_a_weight_s_gradient_of_zero_comes_from_is_said_with_its_place():
    trial = DifferenceQuotient(1e-5, 0.0, 0.0, 0.0, 0)
    none = np.zeros(784)
    check = GradientCheck(WeightPlace(1, 3, 57), 0.1, 2.3, 0.0, 0.0, trial, (trial,), 32, 0, 5, none, none)
    assert "The pixel in row 2, column 1 is black in all 32 images" in str(explain_check(check))
    deeper = replace(check, place=WeightPlace(2, 3, 5))
    assert "Unit 5 of the layer before is off in all 32 images" in str(explain_check(deeper))
    off = replace(check, inputs_on=4, unit_on=0)
    assert "Unit 3 is off in all 32 images" in str(explain_check(off))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.14e-13, "3.1 × 10⁻¹³"),
        (0, "0"),
        (2.63, "2.6"),
        (0.05, "0.05"),
        (float("inf"), "∞"),
        (-2e-5, "−2.0 × 10⁻⁵"),
        (-2.63, "−2.6"),
    ],
)
def test_numbers_read_well(value, text):
    assert scientific(value) == text


def test_only_differing_digits_stand_out():
    html = digits_html("Loss", {"a": "0.125", "b": "0.125", "c": "0.134"})
    assert html.count("<b>") == 1
    assert "0.1<b>34</b>" in html


def test_a_relu_that_split_is_named_with_its_step():
    run = TwinRun(TwinSetup("digits", (4,)))
    run.history.numpy_losses.append(1.0)
    assert "16 digits" in str(explain_drift(run, "float64"))
    run.history.first_split = 1234
    assert "In step 1,234 a ReLU was on in one network and off in the other" in str(explain_drift(run, "float32"))
