"""The learning curves of a run, with those of other runs laid over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from core.charts.last_values import describe_accuracies, describe_losses
from core.charts.learning import accuracy_data, find_reach, find_span, loss_data, lr_marks
from core.errors import LabError
from core.runs.history import History, HistoryReader
from core.runs.record import RunRecord
from pages.components.charts.echarts import draw_echarts, shown_height
from pages.components.charts.learning import accuracy_chart, chart_height, loss_chart
from pages.components.runs.run_picker import run_labels
from pages.components.shell.presenter import form_key
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr, tr_plain

# The ids of the runs laid over the shown one.
COMPARE_KEY = "compare_runs"
# The container of the controls.
CONTROLS = form_key("compare")
# Runs laid over the shown one, at most.
_MOST_COMPARED = 7
_SMOOTHING_KEY = "smoothing"
_SMOOTHING = 0.6
_PLACE = "curves"
_READERS_KEY = "history_readers"


def compare_controls(record: RunRecord, records: list[RunRecord]) -> None:
    """Choose runs to lay over the shown one, and how much the curves are smoothed."""
    compared = st.session_state.get(COMPARE_KEY, [])
    offered = [other for other in records if other.id in compared or not other.is_trial]
    names = run_labels([other for other in offered if other.id != record.id])
    chosen = [run_id for run_id in compared if run_id in names]
    st.session_state[COMPARE_KEY] = chosen
    left, middle, right = st.columns([2, 1, 1], gap="medium")
    left.multiselect(
        tr("Compare with"),
        list(names),
        key=COMPARE_KEY,
        format_func=names.__getitem__,
        max_selections=_MOST_COMPARED,
        placeholder=tr_plain("Choose runs"),
    )
    end = _last_epoch(runs_on_show(record))
    middle.slider(
        tr("Epochs shown"),
        0.0,
        end,
        (0.0, end),
        end / 20,
        key=_zoom_key(record.id, end),
        format="%g",
        help=tr("All of it follows the training: a long run is shown as far as it has come."),
    )
    right.slider(tr("Smoothing"), 0.0, 0.95, _SMOOTHING, 0.05, key=_SMOOTHING_KEY, persist_state="session")


def runs_on_show(record: RunRecord) -> list[RunRecord]:
    """The run and those laid over it."""
    shown = [record]
    for run_id in st.session_state.get(COMPARE_KEY, []):
        try:
            if run_id != record.id:
                shown.append(run_store().get(run_id))
        except LabError:
            continue
    return shown


def read_histories(records: Sequence[RunRecord]) -> list[History]:
    """The runs' histories. This session keeps those of no other run, since a long one takes megabytes."""
    kept: dict[str, HistoryReader] = st.session_state.get(_READERS_KEY, {})
    readers = {record.id: kept.get(record.id) or HistoryReader(record.log) for record in records}
    st.session_state[_READERS_KEY] = readers
    return [readers[record.id].read() for record in records]


def show_curves(records: Sequence[RunRecord], histories: Sequence[History]) -> None:
    """Draw the curves of loss and accuracy of these runs, the first one's zoom for all."""
    smoothing = st.session_state.get(_SMOOTHING_KEY, _SMOOTHING)
    shown = list(zip(records, histories, strict=True))
    names = legend_names(records)
    span, marks = _span(shown), [lr_marks(history) for history in histories]
    height = chart_height(len(shown))
    key = f"{records[0].id}_{len(shown)}"
    # A chart is as high as it will be before it is drawn, so that nothing below it moves.
    st.html(f"<style>.st-key-{_PLACE} .stColumn {{ min-height: {shown_height(height)}px; }}</style>")
    with st.container(key=_PLACE):
        left, right = st.columns(2)
    with left:
        loss = [loss_data(entry, names[run.id], smoothing) for run, entry in shown]
        alt = tr_plain(describe_losses(loss))
        draw_echarts(loss_chart(loss, marks, span), key=f"loss_{key}", height=height, alt=alt)
    with right:
        accuracy = [accuracy_data(entry, names[run.id], smoothing) for run, entry in shown]
        alt = tr_plain(describe_accuracies(accuracy))
        draw_echarts(accuracy_chart(accuracy, marks, span), key=f"acc_{key}", height=height, alt=alt)


def legend_names(records: Sequence[RunRecord]) -> dict[str, str]:
    """A text for each run's id: its name, and more where two are alike, which must not share a legend's entry."""
    alike = Counter(record.name for record in records)
    labels = run_labels(records)
    return {record.id: labels[record.id] if alike[record.name] > 1 else record.name for record in records}


def _span(shown: Sequence[tuple[RunRecord, History]]) -> tuple[float, float]:
    records = [run for run, _ in shown]
    end = _last_epoch(records)
    whole = (0.0, end)
    chosen: tuple[float, float] = st.session_state.get(_zoom_key(records[0].id, end), whole)
    if chosen != whole:
        return chosen
    return find_span((find_reach(history), run.config.epochs) for run, history in shown)


def _last_epoch(records: Sequence[RunRecord]) -> float:
    """Where the curves of all these runs end at the latest."""
    return float(max(record.config.epochs for record in records))


def _zoom_key(run_id: str, end: float) -> str:
    # With another end it is another slider: what was chosen on the old one would be out of its range.
    return f"zoom_{run_id}_{end:g}"
