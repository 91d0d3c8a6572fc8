"""The gradient check: point at a weight and see its gradient found in three ways."""

from __future__ import annotations

import math
import random

import streamlit as st

from core.charts.gradients import error_data, unit_data
from core.errors import LabError
from core.settings import data_root
from core.texts.message import message
from core.twins.gradient_check import DEFAULT_EPSILON, EPSILONS, GradientCheck, WeightPlace, check_gradient
from core.twins.session import TwinBench
from core.twins.setup import TwinSetup
from models.start import N_CLASSES, N_PIXELS
from pages.components.charts.echarts import draw_echarts
from pages.components.charts.gradients import error_chart, unit_chart
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.twins.session import ask_compute
from pages.components.twins.words import digits_html, explain_check, power_of_ten, scientific

_LAYER, _UNIT, _INPUT, _BIAS = "twin_layer", "twin_unit", "twin_input", "twin_bias"
_QUOTIENT = r"$\frac{L(w + \varepsilon) - L(w - \varepsilon)}{2 \varepsilon}$"
# A pixel in the middle of the picture, which is hardly ever black in a whole batch.
_START = {_LAYER: 1, _UNIT: 0, _INPUT: 14 * 28 + 14, _BIAS: False}
# Width of the picture of a unit's gradients in pixels.
_PICTURE_WIDTH = 300
# Height in pixels of a picture with few rows.
_LEAST_HEIGHT = 40


def show_gradient_check(bench: TwinBench) -> None:
    """Choose a weight, check it, explain the result."""
    if bench.playing:
        st.info(tr("Pause to check a weight of the network as it is then."), icon=":material/pause:")
        return
    left, right = st.columns([1, 1.6], gap="large")
    with left:
        place = _choose_place(bench.setup)
    with right:
        check = _check(bench, place)
    if check:
        with left:
            _show_picture(check)


def _choose_place(setup: TwinSetup) -> WeightPlace:
    sizes = [N_PIXELS, *setup.hidden, N_CLASSES]
    _fill(sizes)
    st.selectbox(
        tr("Layer"),
        range(1, len(sizes)),
        key=_LAYER,
        persist_state="session",
        format_func=lambda layer: tr_plain(
            "fc{layer}: {inputs} inputs, {units} units", layer=layer, inputs=sizes[layer - 1], units=sizes[layer]
        ),
    )
    fan_in, fan_out = sizes[st.session_state[_LAYER] - 1 : st.session_state[_LAYER] + 1]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.number_input(tr("Unit"), 0, fan_out - 1, key=_UNIT, persist_state="session", width=110)
        is_bias = st.session_state[_BIAS]
        st.number_input(tr("Input"), 0, fan_in - 1, key=_INPUT, persist_state="session", width=110, disabled=is_bias)
        st.button(
            tr("Random"),
            icon=":material/casino:",
            on_click=callback(_choose_any),
            args=(fan_in, fan_out),
            help=tr("A weight of this layer at random."),
        )
    st.checkbox(tr("The unit’s bias instead"), key=_BIAS, persist_state="session")
    state = st.session_state
    return WeightPlace(state[_LAYER], state[_UNIT], None if state[_BIAS] else state[_INPUT])


def _fill(sizes: list[int]) -> None:
    """Fill the widgets once, and keep them within a network that has become smaller. Call it before they are drawn."""
    state = st.session_state
    for key, value in _START.items():
        state.setdefault(key, value)
    state[_LAYER] = min(state[_LAYER], len(sizes) - 1)
    state[_UNIT] = min(state[_UNIT], sizes[state[_LAYER]] - 1)
    state[_INPUT] = min(state[_INPUT], sizes[state[_LAYER] - 1] - 1)


def _choose_any(fan_in: int, fan_out: int) -> None:
    st.session_state[_UNIT], st.session_state[_INPUT] = random.randrange(fan_out), random.randrange(fan_in)
    st.session_state[_BIAS] = False


def _check(bench: TwinBench, place: WeightPlace) -> GradientCheck | None:
    epsilon = st.select_slider(
        tr("ε, by which the weight is moved up and down"),
        sorted(EPSILONS),
        DEFAULT_EPSILON,
        format_func=lambda value: scientific(value, 0),
        key="twin_epsilon",
        persist_state="session",
    )
    state = bench.run.state
    try:
        check = ask_compute(check_gradient, bench.setup, state.numpy, state.step, place, epsilon, data_root())
    except LabError as error:
        st.error(tr(error), icon=":material/error:")
        return None
    _show_result(check, state.step)
    return check


def _show_result(check: GradientCheck, step: int) -> None:
    st.html(_gradients(check))
    show = st.error if check.verdict == "wrong" else st.success if check.verdict in ("equal", "zero") else st.warning
    show(tr(explain_check(check)))
    if check.verdict != "zero":
        draw_echarts(
            error_chart(error_data(check)), key="twin_error", height=320, alt=tr_plain("Relative error over ε")
        )
        st.caption(
            tr(
                "All ε at once. Coming from the right, the error falls as the two points come closer and the curve "
                "between them straightens; further left it rises, as the two losses differ in fewer and fewer digits."
            )
        )
    words = {"step": step, "n_images": check.n_images, "quotient": message(_QUOTIENT), "value": check.value}
    if step:
        text = message(
            "The network after step {step:,}, on the {n_images} images that come next, in float64. Finite differences: "
            "{quotient} at $w = {value:.4g}$.",
            **words,
        )
    else:
        text = message(
            "The network at its start, on the {n_images} images that come next, in float64. Finite differences: "
            "{quotient} at $w = {value:.4g}$.",
            **words,
        )
    st.caption(tr(text))


def _gradients(check: GradientCheck) -> str:
    found = {
        tr_html("By hand"): check.analytic,
        "PyTorch": check.torch,
        tr_html("Finite differences"): check.trial.numeric,
    }
    exponent = math.floor(math.log10(abs(check.analytic))) if check.analytic else 0
    texts = {name: f"{value / 10.0**exponent:+.14f}".replace("-", "−") for name, value in found.items()}
    if not exponent:
        return digits_html(tr_html("Gradient of the loss by {weight}", weight=check.place.name), texts)
    unit = power_of_ten(exponent)
    label = tr_html("Gradient of the loss by {weight}, in units of {unit}", weight=check.place.name, unit=unit)
    return digits_html(label, texts)


def _show_picture(check: GradientCheck) -> None:
    picture = unit_data(check)
    rows, columns = picture.shape
    # A key of its own for each chosen weight, so that a click on the one chosen last counts again.
    key = f"twin_picture_{check.place.layer}_{check.place.row}_{check.place.column}"

    def choose() -> None:
        indices = [index for part in st.session_state[key].selection.selected for index in part["data_indices"]]
        if indices:
            st.session_state[_INPUT], st.session_state[_BIAS] = int(indices[0]), False

    st.echarts_chart(
        unit_chart(picture),
        key=key,
        width=_PICTURE_WIDTH,
        height=max(_LEAST_HEIGHT, round(_PICTURE_WIDTH * rows / columns)),
        on_select=callback(choose),
        alt=tr_plain("Gradients of all weights into unit {unit}", unit=check.place.row),
    )
    if check.place.layer == 1:
        text = message(
            "Gradients of all weights into unit {unit}, laid out as the image. Blue: more weight, more loss; amber: "
            "less loss. Click on one to check it.",
            unit=check.place.row,
        )
    else:
        text = message(
            "Gradients of all weights into unit {unit}. Blue: more weight, more loss; amber: less loss. Click on one "
            "to check it.",
            unit=check.place.row,
        )
    st.caption(tr(text))
