"""One run as it goes on: where it stands, buttons that steer it, and its learning curves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core.charts.learning import accuracy_chart, accuracy_data, chart_height, find_span, loss_chart, loss_data
from core.errors import LabError
from core.runs.history import History, HistoryReader
from core.runs.record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    MEASURING,
    PAUSED,
    QUEUED,
    RUNNING,
    STARTING,
    STOPPED,
    RunRecord,
    RunResult,
)
from core.settings import data_root
from pages.components.runs.run_picker import run_labels
from pages.components.runs.steering import RUN_ERROR_KEY, request, show_steering
from pages.components.shell.errors import fragment
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.wording import duration, percent, plain

_REFRESH_SECONDS = 0.4
COMPARE_KEY = "compare_runs"
# Whose settings the form shall take over.
COPY_KEY = "copied_run"
_SMOOTHING_KEY = "smoothing"
_SMOOTHING = 0.6

_BADGES: dict[str, tuple[str, Literal["gray", "blue", "orange", "green", "red"], str]] = {
    QUEUED: ("Queued", "gray", ":material/schedule:"),
    STARTING: ("Starting", "blue", ":material/hourglass_top:"),
    RUNNING: ("Training", "blue", ":material/play_arrow:"),
    MEASURING: ("Measuring", "blue", ":material/speed:"),
    PAUSED: ("Paused", "orange", ":material/pause:"),
    FINISHED: ("Finished", "green", ":material/check:"),
    STOPPED: ("Stopped", "gray", ":material/stop:"),
    FAILED: ("Failed", "red", ":material/error:"),
    INTERRUPTED: ("Interrupted", "orange", ":material/power_off:"),
}


def show_run(record: RunRecord) -> None:
    """Draw the run, and again by itself as long as it is active."""
    # A fragment's timer is fixed when the page runs, so the page runs again once the run has ended.
    fragment(_draw, run_every=_REFRESH_SECONDS if record.is_active else None)(record.id, record.is_active)


def status_text(status: str) -> str:
    """The run's status in a word."""
    return _BADGES[status][0]


def compare_controls(record: RunRecord, records: list[RunRecord]) -> None:
    """Choose runs to lay over the shown one, and how much the curves are smoothed."""
    compared = st.session_state.get(COMPARE_KEY, [])
    offered = [other for other in records if other.id in compared or not other.is_trial]
    names = run_labels([other for other in offered if other.id != record.id])
    chosen = [run_id for run_id in compared if run_id in names]
    st.session_state[COMPARE_KEY] = chosen
    left, middle, right = st.columns([2, 1, 1], gap="medium")
    left.multiselect("Compare with", list(names), key=COMPARE_KEY, format_func=names.__getitem__, max_selections=7)
    end = _last_epoch([record, *_compared(record)])
    middle.slider(
        "Epochs shown",
        0.0,
        end,
        (0.0, end),
        end / 20,
        key=_zoom_key(record.id, end),
        format="%g",
        help="All of it follows the training: a long run is shown as far as it has come.",
    )
    right.slider("Smoothing", 0.0, 0.95, _SMOOTHING, 0.05, key=_SMOOTHING_KEY, persist_state="session")


def _draw(run_id: str, was_active: bool) -> None:
    try:
        record = run_store().get(run_id)
    except LabError as error:
        st.warning(str(error))
        return
    if record.is_active != was_active:
        st.rerun()
    if message := st.session_state.get(RUN_ERROR_KEY):
        st.error(message, icon=":material/error:")
    history = _history(record)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(record.name), anchor=False, width="content")
        text, colour, icon = _BADGES[record.state.status]
        st.badge(text, color=colour, icon=icon)
    _show_reason(record)
    if record.is_active:
        show_steering(record)
        _progress(record, history)
    _figures(record, history)
    _charts(record, history)
    _lr_changes(history)
    if not record.is_active:
        _links(record)


def _links(record: RunRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if record.can_predict:
            _link("draw", "Try it on a picture", record)
            _link("evaluate", "See its mistakes", record)
        if st.button("Use its settings", icon=":material/content_copy:", type="tertiary"):
            st.session_state[COPY_KEY] = record.id
            st.rerun()


def _link(name: str, label: str, record: RunRecord) -> None:
    st.page_link(f"pages/{name}.py", label=label, icon=PAGES[name].icon, query_params={"run": record.id})


def _history(record: RunRecord) -> History:
    readers = st.session_state.setdefault("history_readers", {})
    if record.id not in readers:
        readers[record.id] = HistoryReader(record.log)
    reader: HistoryReader = readers[record.id]
    return reader.read()


def _show_reason(record: RunRecord) -> None:
    reason = record.state.reason
    if record.state.status == FAILED:
        st.error(reason, icon=":material/error:")
    elif record.state.status == INTERRUPTED:
        st.warning(reason, icon=":material/power_off:")
    if record.can_resume and st.button("Resume", icon=":material/replay:", type="primary"):
        request(lambda: job_queue().resume(record.id, data_root()))
        st.rerun()


def _progress(record: RunRecord, history: History) -> None:
    if record.state.status == QUEUED:
        st.progress(0.0, text=f"Waiting in the queue, place {job_queue().position(record.id) or '–'}.")
    elif record.state.status == MEASURING:
        st.progress(1.0, text="Measuring the test set …")
    elif history.started is None:
        is_ready = job_queue().compute.is_ready.is_set()
        st.progress(0.0, text="Getting ready …" if is_ready else "Loading PyTorch, once after the app has started …")
    else:
        started = history.started
        epoch = min(history.step // started.steps_per_epoch + 1, record.config.epochs)
        left = "" if record.state.status == PAUSED else f" · about {duration(history.seconds_left)} left"
        st.progress(
            min(history.step / started.total_steps, 1.0),
            text=f"Epoch {epoch} of {record.config.epochs} · step {history.step:,} of {started.total_steps:,}{left}",
        )


def _figures(record: RunRecord, history: History) -> None:
    last, result = history.last, record.result
    val = history.epochs[-1].val_accuracy if history.epochs else None
    train = history.accuracies[-1][1] if history.accuracies else None
    with st.grid(4, min_column_width=120):
        if result and not record.is_active:
            kept = _kept_weights(record, result)
            st.metric("Test accuracy", percent(result.test_accuracy), help=kept)
            st.metric("Validation accuracy", percent(result.val_accuracy), help=kept)
            st.metric("Training time", duration(result.seconds))
            st.metric("Parameters", f"{result.n_parameters:,}")
        else:
            st.metric("Training accuracy", percent(train, 1))
            st.metric("Validation accuracy", percent(val))
            st.metric("Samples a second", f"{last.samples_per_second:,.0f}" if last else "–")
            st.metric("Learning rate", f"{last.lr:.4g}" if last else "–")


def _kept_weights(record: RunRecord, result: RunResult) -> str:
    """Which weights the accuracies are of: not always those at the curves' end."""
    if result.kept_epoch is None:
        return "Of the weights as training left them: it stopped within its first epoch."
    kept = f"Of the kept weights, those after epoch {result.kept_epoch}"
    # Without validation images no epoch is known to be better than another.
    if record.config.keep_best and result.val_accuracy is not None:
        return f"{kept}, which did best on the validation images."
    return f"{kept}, the last one done."


def _charts(record: RunRecord, history: History) -> None:
    smoothing = st.session_state.get(_SMOOTHING_KEY, _SMOOTHING)
    shown = [(record, history), *((other, _history(other)) for other in _compared(record))]
    names = legend_names([run for run, _ in shown])
    span = _span(record, shown)
    height = chart_height(len(shown))
    left, right = st.columns(2)
    with left:
        loss = [loss_data(entry, names[run.id], smoothing) for run, entry in shown]
        st.echarts_chart(loss_chart(loss, span), key=f"loss_{record.id}_{len(shown)}", height=height, alt="Loss curve")
    with right:
        accuracy = [accuracy_data(entry, names[run.id], smoothing) for run, entry in shown]
        st.echarts_chart(
            accuracy_chart(accuracy, span), key=f"acc_{record.id}_{len(shown)}", height=height, alt="Accuracy curve"
        )


def legend_names(records: Sequence[RunRecord]) -> dict[str, str]:
    """A text for each run's id: its name, and more where two are alike, which must not share a legend's entry."""
    alike = Counter(record.name for record in records)
    labels = run_labels(records)
    return {record.id: labels[record.id] if alike[record.name] > 1 else record.name for record in records}


def _lr_changes(history: History) -> None:
    if history.lr_changes:
        changes = "; ".join(f"{change.lr:g} after step {change.step:,}" for change in history.lr_changes)
        st.caption(f"The base learning rate was changed by hand to {changes}.")


def _span(record: RunRecord, shown: Sequence[tuple[RunRecord, History]]) -> tuple[float, float]:
    end = _last_epoch([run for run, _ in shown])
    whole = (0.0, end)
    chosen: tuple[float, float] = st.session_state.get(_zoom_key(record.id, end), whole)
    if chosen != whole:
        return chosen
    return find_span((_epochs_done(history), run.config.epochs) for run, history in shown)


def _epochs_done(history: History) -> float:
    return history.step / history.started.steps_per_epoch if history.started else 0.0


def _last_epoch(records: Sequence[RunRecord]) -> float:
    """Where the curves of all these runs end at the latest."""
    return float(max(record.config.epochs for record in records))


def _zoom_key(run_id: str, end: float) -> str:
    # With another end it is another slider: what was chosen on the old one would be out of its range.
    return f"zoom_{run_id}_{end:g}"


def _compared(record: RunRecord) -> list[RunRecord]:
    found = []
    for run_id in st.session_state.get(COMPARE_KEY, []):
        try:
            if run_id != record.id:
                found.append(run_store().get(run_id))
        except LabError:
            continue
    return found
