"""The twins at a glance: figures, loss curves, and the differences in each tensor."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.charts.twins import difference_data, tensor_rows, twin_loss_data
from core.twins.session import TwinBench
from core.twins.setup import MAX_STEPS
from models.texts import mark
from pages.components.charts.echarts import draw_echarts
from pages.components.charts.twins import difference_chart, twin_loss_chart
from pages.components.shell.presenter import sized_place
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.twins.words import digits_html, explain_drift, figure_html, scientific

_ALL = "all"
# The kinds of tensors, by what they are called.
_KINDS = {
    _ALL: mark("All"),
    "activations": mark("Activations"),
    "gradients": mark("Gradients"),
    "weights": mark("Weights"),
}


def show_figures(bench: TwinBench) -> None:
    """The one figure that matters, and the last losses digit by digit."""
    history, run = bench.run.history, bench.run
    with st.container(horizontal=True, gap="medium"):
        largest = scientific(history.largest) if len(history) else "–"
        st.html(figure_html(tr_html("Largest difference so far"), largest), width="content")
        st.html(_losses(bench), width="content")
    if problem := run.problem or bench.trouble:
        st.error(tr(problem), icon=":material/error:")
    else:
        if not bench.can_go_on:
            st.info(
                tr("The twins stop after {steps:,} steps. Reset to begin anew.", steps=MAX_STEPS),
                icon=":material/flag:",
            )
        st.caption(tr(explain_drift(run, bench.setup.precision)))


def _losses(bench: TwinBench) -> str:
    history, digits = bench.run.history, 16 if bench.setup.precision == "float64" else 8
    if not len(history):
        return digits_html(tr_html("Loss"), {"NumPy": "–", "PyTorch": "–"})
    losses = {"NumPy": history.numpy_losses[-1], "PyTorch": history.torch_losses[-1]}
    label = tr_html("Loss of step {step:,}", step=len(history))
    return digits_html(label, {name: f"{loss:.{digits}f}" for name, loss in losses.items()})


def show_losses(bench: TwinBench) -> None:
    """Both loss curves."""
    chart = twin_loss_chart(twin_loss_data(bench.run.history))
    draw_echarts(chart, key="twin_losses", height=360, alt=tr_plain("Loss of both networks over steps"))


def show_differences(bench: TwinBench) -> None:
    """The differences over steps on a logarithmic scale, and a table of every tensor."""
    history = bench.run.history
    if not len(history):
        st.info(tr("There are no steps to compare yet."), icon=":material/school:")
        return
    kind = st.segmented_control(
        tr("Show"),
        list(_KINDS),
        default=_ALL,
        required=True,
        format_func=lambda kind: tr(_KINDS[kind]),
        key="twin_kind",
        label_visibility="collapsed",
    )
    draw_echarts(
        _difference_chart(bench, kind), key="twin_differences", height=360, alt=tr_plain("Differences over steps")
    )
    _show_table(bench, kind)


def _difference_chart(bench: TwinBench, kind: Any) -> dict[str, Any]:
    curves = difference_data(bench.run.history, None if kind == _ALL else kind)
    other = bench.other if kind == _ALL else None
    return difference_chart(curves, bench.setup.precision, (other[0], difference_data(other[1])) if other else None)


def _show_table(bench: TwinBench, kind: Any) -> None:
    rows = [
        (tr_plain(_KINDS[of_kind]), *figures)
        for of_kind, *figures in tensor_rows(bench.run.history)
        if kind in (_ALL, of_kind)
    ]
    last, largest = tr_plain("Last step"), tr_plain("Largest so far")
    frame = pd.DataFrame(rows, columns=[tr_plain("Kind"), tr_plain("Tensor"), last, largest])
    size = st.column_config.NumberColumn(format="%.1e")
    with sized_place():
        st.dataframe(frame, hide_index=True, height="content", column_config={last: size, largest: size})
