"""One run as it goes on: where it stands, buttons that steer it, and its learning curves."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.data.catalog import find_dataset
from core.data.datasets import Images
from core.errors import LabError
from core.hosting.watchers import is_far_from
from core.runs.history import History
from core.runs.record import FAILED, INTERRUPTED, MEASURING, PAUSED, QUEUED, RUNNING, STARTING, RunRecord
from core.runs.result import RunResult
from pages.components.runs.curves import CONTROLS, read_histories, runs_on_show, show_curves
from pages.components.runs.finish_card import show_finish
from pages.components.runs.live_view import choose_view, show_answers, show_first_weights, show_own_picture
from pages.components.runs.status import BADGES
from pages.components.runs.steering import show_refusal, show_resumption, show_steering
from pages.components.shell.errors import fragment
from pages.components.shell.presenter import form_key, is_presenting
from pages.components.shell.services import is_others, job_queue, open_runs, run_store, watchers
from pages.components.shell.texts import escape_markdown, tr
from pages.components.shell.wording import duration, percent

# By which those who watch a run are counted.
_WATCHER_KEY = "watcher"
# How long a page waits for a run's first steps, and how often it looks, in seconds. Shorter than the time between two
# redraws, of which it takes the place.
_AWAIT_SECONDS = 0.5
_AWAIT_POLL_SECONDS = 0.01
_HEADING, _STATUS, _FIGURES, _VIEW = "run_heading", "run_status", "run_figures", "run_shown"
# The charts stay where they are when a run starts and ends: what stands above them has the same height throughout.
_STYLE = f"""
<style>
.st-key-{_STATUS} {{ min-height: 6.75rem; justify-content: center; }}
.st-key-{_FIGURES} .stElementContainer {{ min-height: 4.5rem; }}
.st-key-{_VIEW} {{ min-height: 20rem; }}
@media (max-width: 40rem) {{ .st-key-{_STATUS} {{ min-height: 10.5rem; justify-content: start; }} }}
</style>
"""
# The controls below change the curves alone.
_NO_CONTROLS = f"<style>.st-key-{CONTROLS} {{ display: none; }}</style>"
# While presenting, what stands above the curves is close together, and they take the rest of the window.
_LARGE_STYLE = f"""
<style>
.st-key-run > div > .stVerticalBlock {{ gap: 0.4rem; }}
.st-key-{_HEADING} {{ min-height: 2.75rem; }}
.st-key-{_STATUS} {{ min-height: 2.4rem; }}
.st-key-{_FIGURES} .stElementContainer {{ min-height: 3.2rem; }}
.st-key-{_FIGURES} [data-testid=stMetricValue] {{ font-size: 1.7rem; padding-bottom: 0; }}
.st-key-curves {{ --height: max(12rem, 100dvh - 17.5rem); }}
.st-key-curves .stColumn {{ min-height: var(--height) !important; }}
.st-key-curves [data-testid=stElementContainer]:has(> [data-testid=stFullScreenFrame]) {{
  flex: none !important; height: var(--height) !important; }}
</style>
"""


def show_run(record: RunRecord, own_picture: Callable[[], Images | None] = lambda: None) -> None:
    """Draw the run, and again by itself as long as it is active.

    own_picture: gives the reader's own drawing (28, 28), if there is one, for the run to answer.
    """
    seconds = watchers().seconds() if record.is_active else None
    fragment(_draw, run_every=seconds)(record.id, seconds, own_picture)


def _draw(run_id: str, seconds: float | None, own_picture: Callable[[], Images | None]) -> None:
    """seconds: after which it is drawn again; None for a run that is not active."""
    begun = time.thread_time()
    try:
        record = run_store().get(run_id)
    except LabError as error:
        st.warning(tr(error))
        return
    # A fragment's timer is fixed when the page runs, so the page runs again once the run has ended, or another time
    # between redraws is right for those who watch.
    if record.is_active != (seconds is not None) or (seconds and is_far_from(watchers().seconds(), seconds)):
        st.rerun()
    open_runs().note(run_id)
    show_refusal()
    st.html(_STYLE + (_LARGE_STYLE if is_presenting() else ""))
    shown = runs_on_show(record)
    histories = read_histories(shown)
    history = histories[0]
    _heading(record, history)
    with st.container(key=_STATUS):
        _show_reason(record)
        if is_others(record):
            st.caption(tr(":material/lock: It belongs to another visitor: you can look at it but not change it."))
        elif record.can_resume:
            with st.container(key=form_key("resumption")):
                show_resumption(record, history)
        if record.is_active:
            if not is_others(record) and not is_presenting():
                show_steering(record, history)
            place = st.empty()
            _progress(place, record, history)
            if _is_beginning(record, history):
                record, histories = _await_steps(shown)
                history = histories[0]
                _progress(place, record, history)
        else:
            show_finish(record)
    _figures(record, history)
    chosen = choose_view(record)
    with st.container(key=_VIEW):
        if chosen != "curves":
            st.html(_NO_CONTROLS)
        match chosen:
            case "images":
                show_own_picture(record, own_picture)
                show_answers(record)
            case "weights":
                show_first_weights(record)
            case "curves":
                show_curves(shown, histories)
                _lr_changes(history)
    if record.is_active:
        watchers().note(st.session_state.setdefault(_WATCHER_KEY, secrets.token_hex(8)), time.thread_time() - begun)


def _heading(record: RunRecord, history: History) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=_HEADING):
        st.subheader(escape_markdown(record.name), anchor=False, width="content")
        badge = BADGES[record.state.status]
        st.badge(tr(badge.text), color=badge.colour, icon=badge.icon)
        # Beside the name, where it takes no height from the curves.
        if is_presenting() and record.is_active and not is_others(record):
            with st.container(width="content"):
                show_steering(record, history)


def _show_reason(record: RunRecord) -> None:
    if record.state.status == FAILED:
        st.error(tr(record.state.reason), icon=":material/error:")
    elif record.state.status == INTERRUPTED:
        st.warning(tr(record.state.reason), icon=":material/power_off:")
    elif record.state.reason:
        st.warning(tr(record.state.reason), icon=":material/timer_off:")


def _is_beginning(record: RunRecord, history: History) -> bool:
    """Whether the first steps are due at any moment."""
    jobs = job_queue()
    if history.step or not jobs.compute.is_ready.is_set():
        return False
    # A run that no longer waits is still called queued until its process has begun.
    is_given_out = record.state.status == QUEUED and jobs.position(record.id) is None
    return is_given_out or record.state.status in (STARTING, RUNNING)


def _await_steps(shown: Sequence[RunRecord]) -> tuple[RunRecord, list[History]]:
    """The first run and all histories once it has taken its first steps, or a moment later.

    A reader who has just pressed Start sees them that moment earlier.
    """
    end = time.monotonic() + _AWAIT_SECONDS
    while True:
        histories = read_histories(shown)
        if histories[0].step or time.monotonic() >= end:
            return run_store().get(shown[0].id), histories
        time.sleep(_AWAIT_POLL_SECONDS)


def _progress(place: DeltaGenerator, record: RunRecord, history: History) -> None:
    # A run that has left the queue is still called queued until its process has written otherwise.
    position = job_queue().position(record.id) if record.state.status == QUEUED else None
    if position is not None:
        place.progress(0.0, text=_waiting_text(position))
    elif record.state.status == MEASURING:
        n_test = find_dataset(record.config.dataset).n_test
        done = min(record.state.measured, n_test)
        text = tr("Measuring the test set: {done:,} of {count:,} images", done=done, count=n_test)
        place.progress(done / n_test, text=text)
    elif history.started is None:
        is_ready = job_queue().compute.is_ready.is_set()
        loading = tr("Loading PyTorch, once after the app has started …")
        place.progress(0.0, text=tr("Getting ready …") if is_ready else loading)
    else:
        share = min(history.step / history.started.total_steps, 1.0)
        place.progress(share, text=_progress_text(record, history))


def _waiting_text(position: int) -> str:
    if job_queue().lacks_memory:
        return tr("Waiting until the app has memory for it, place {place}.", place=position)
    return tr("Waiting in the queue, place {place}.", place=position)


def _progress_text(record: RunRecord, history: History) -> str:
    started = history.started
    assert started is not None
    values = {
        "epoch": min(history.step // started.steps_per_epoch + 1, record.config.epochs),
        "epochs": record.config.epochs,
        "step": history.step,
        "steps": started.total_steps,
    }
    if record.state.status == PAUSED or history.seconds_left is None:
        return tr("Epoch {epoch} of {epochs} · step {step:,} of {steps:,}", **values)
    return tr(
        "Epoch {epoch} of {epochs} · step {step:,} of {steps:,} · about {time} left",
        time=duration(history.seconds_left),
        **values,
    )


def _figures(record: RunRecord, history: History) -> None:
    last, result = history.last, record.result
    val = history.epochs[-1].val_accuracy if history.epochs else None
    train = history.accuracies[-1][1] if history.accuracies else None
    with st.container(key=_FIGURES), st.grid(4, min_column_width=120):
        if result and not record.is_active:
            kept = _kept_weights(record, result)
            st.metric(tr("Test accuracy"), percent(result.test_accuracy), help=kept)
            st.metric(tr("Validation accuracy"), percent(result.val_accuracy), help=kept)
            st.metric(tr("Training time"), duration(result.seconds))
            st.metric(tr("Parameters"), f"{result.n_parameters:,}")
        else:
            st.metric(tr("Training accuracy"), percent(train, 1))
            st.metric(tr("Validation accuracy"), percent(val))
            st.metric(tr("Samples a second"), f"{last.samples_per_second:,.0f}" if last else "–")
            st.metric(tr("Learning rate"), f"{last.lr:.4g}" if last else "–")


def _kept_weights(record: RunRecord, result: RunResult) -> str:
    """Which weights the accuracies are of: not always those at the curves' end."""
    epoch = result.kept_epoch
    if epoch is None:
        return tr("Of the weights as training left them: it stopped within its first epoch.")
    # Without validation images no epoch is known to be better than another.
    if record.config.keep_best and result.val_accuracy is not None:
        return tr(
            "Of the kept weights, those after epoch {epoch}, which did best on the validation images.", epoch=epoch
        )
    return tr("Of the kept weights, those after epoch {epoch}, the last one done.", epoch=epoch)


def _lr_changes(history: History) -> None:
    for change in history.lr_changes:
        st.caption(
            tr(
                "After step {step:,} the base learning rate was changed by hand to {lr:g}.",
                step=change.step,
                lr=change.lr,
            )
        )
