"""The learning curves of all pupils in one chart."""

from __future__ import annotations

import streamlit as st

from core.charts.class_curves import class_curves
from core.classroom.classroom import Roll
from core.classroom.runs import board_rows, validation_curve
from core.texts.message import plural
from pages.components.charts.class_curves import class_curves_chart
from pages.components.charts.echarts import draw_echarts
from pages.components.classroom.datasets import choose_dataset, runs_of_class, state_of_runs
from pages.components.classroom.live import show_live
from pages.components.shell.texts import tr, tr_plain

_HEIGHT = 420


def show_class_curves() -> None:
    """Draw the view."""
    show_live(_draw, state=state_of_runs)


def _draw(roll: Roll) -> None:
    runs = runs_of_class(roll)
    dataset = choose_dataset(runs)
    rows = board_rows(roll.members, runs, dataset) if dataset else ()
    shown = [(row.member.nickname, row.on_show.record) for row in rows if row.on_show]
    points = [(name, validation_curve(record)) for name, record in shown]
    curves = class_curves([(name, curve.epoch, curve.accuracy) for name, curve in points])
    if not curves:
        st.info(
            tr("No run has measured its validation accuracy yet; it does so after each epoch."),
            icon=":material/show_chart:",
        )
        return
    alt = tr_plain(
        plural(
            "Validation accuracy over epochs of {count} pupil; highest at the end: {name}, {accuracy:.2%}",
            "Validation accuracy over epochs of {count} pupils; highest at the end: {name}, {accuracy:.2%}",
            len(curves),
            name=curves[0].name,
            accuracy=float(curves[0].accuracy[-1]),
        )
    )
    draw_echarts(class_curves_chart(curves), "class_curves", _HEIGHT, alt)
    st.caption(tr("Of each pupil the run in training, or else the best one. The mouse on a point names its pupil."))
    if missing := len(shown) - len(curves):
        st.caption(
            tr(
                plural(
                    "{count} run is not shown: it has measured no validation accuracy.",
                    "{count} runs are not shown: they have measured no validation accuracy.",
                    missing,
                )
            )
        )
