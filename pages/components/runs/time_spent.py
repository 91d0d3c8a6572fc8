"""Where the time of a run's training steps goes, timed on request."""

from __future__ import annotations

import streamlit as st

from core.charts.time_spent import describe_time_spent, time_spent
from core.config.run_config import RunConfig
from core.errors import LabError
from core.training.breakdown import Breakdown, measure_breakdown
from core.training.speed import cost_key
from pages.components.charts.echarts import draw_echarts
from pages.components.charts.time_spent import TIME_SPENT_HEIGHT, time_spent_chart
from pages.components.runs.step_cost import is_training
from pages.components.shell.errors import fragment
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain

# Measured breakdowns by what decides the time of a step.
_MEASURED = "time_spent"


def show_time_spent(config: RunConfig) -> None:
    """Offer, folded, to time steps of a configuration, and draw what came of it."""
    with st.expander(tr("Where the time goes"), icon=":material/timer:"):
        fragment(_draw)(config)


def _draw(config: RunConfig) -> None:
    st.caption(
        tr(
            "A few training steps with these settings are timed on this machine, part by part. Then their matrix "
            "products and convolutions alone are timed: no training of this network is faster than these."
        )
    )
    if st.button(tr("Time a step"), key="time_a_step"):
        _measure(config)
    breakdown = _known().get(cost_key(config))
    if breakdown is None:
        return
    spent = time_spent(breakdown)
    alt = tr_plain(describe_time_spent(spent))
    draw_echarts(time_spent_chart(spent), key="time_spent", height=TIME_SPENT_HEIGHT, alt=alt)
    with st.grid(3, min_column_width=120):
        st.metric(tr("Samples a second"), f"{breakdown.samples_per_second:,.0f}")
        st.metric(tr("The products alone"), f"{breakdown.floor_samples_per_second:,.0f}")
        shorter = tr("More than 100% where a step finds a shorter way to a convolution than the library’s own.")
        st.metric(tr("Share of the limit"), f"{breakdown.floor / breakdown.seconds:.0%}", help=shorter)


def _measure(config: RunConfig) -> None:
    # Beside a run both would be slowed, and the times would be wrong.
    if is_training():
        st.warning(tr("A run is being trained, beside which the times would be wrong. Try again once it has ended."))
        return
    try:
        with st.spinner(tr("Timing …")):
            _known()[cost_key(config)] = job_queue().compute.call_in_new_child(measure_breakdown, cost_key(config))
    except LabError as error:
        st.error(tr(error))


def _known() -> dict[RunConfig, Breakdown]:
    known: dict[RunConfig, Breakdown] = st.session_state.setdefault(_MEASURED, {})
    return known
