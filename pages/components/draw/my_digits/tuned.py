"""A network that is being fine-tuned, or has been: its progress, and what the fine-tuning did."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import LabError
from core.runs.record import FAILED, INTERRUPTED, MEASURING, QUEUED, RunRecord
from core.settings import data_root
from core.storage.stamp import Stamp, file_stamp
from core.teaching.fine_tuning import FineTuningReport, report_fine_tuning
from core.texts.message import Message
from pages.components.draw.my_digits.report import report_html
from pages.components.shell.errors import callback
from pages.components.shell.services import job_queue
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr


def train_prepared(tuned: RunRecord) -> None:
    """Let the prepared run wait for its turn. Where it is refused, it is gone again. Raises LabError."""
    try:
        job_queue().resume(tuned.id, data_root())
    except LabError:
        job_queue().delete(tuned.id)
        raise


def show_progress(tuned: RunRecord, problem_key: str) -> None:
    """How far a run in training is, and the way to stop it.

    problem_key: under which the session keeps why it was not stopped, for the page to show.
    """
    share, text = _progress(tuned)
    st.progress(share, text=text)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_measuring = tuned.state.status == MEASURING
        st.button(
            tr("Stop"),
            icon=":material/stop:",
            key="my_digits_stop",
            disabled=is_measuring,
            on_click=callback(_stop),
            args=(tuned.id, problem_key),
        )
        st.page_link(
            "pages/train.py", label=tr("Watch it learn"), icon=PAGES["train"].icon, query_params={"run": tuned.id}
        )


def show_outcome(tuned: RunRecord) -> bool:
    """What the fine-tuning of a run that has ended did, or why it failed; returns whether there is a report."""
    if tuned.state.status in (FAILED, INTERRUPTED):
        st.error(tr(tuned.state.reason), icon=":material/error:")
    if not tuned.can_predict:
        if tuned.state.status not in (FAILED, INTERRUPTED):
            st.caption(tr("It was stopped before its first step."))
        return False
    try:
        report = _report(tuned.path, file_stamp(tuned.weights_file), tuned.result is not None)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return False
    st.html(report_html(report, Message(find_dataset(tuned.config.dataset).title)))
    return True


def _stop(tuned_id: str, problem_key: str) -> None:
    st.session_state.pop(problem_key, None)
    try:
        job_queue().stop(tuned_id)
    except LabError as error:
        st.session_state[problem_key] = error.message


def _progress(tuned: RunRecord) -> tuple[float, str]:
    """Progress as a share and in words."""
    if tuned.state.status == QUEUED:
        return 0.0, tr("Waiting: another run is being trained.")
    if tuned.state.status == MEASURING:
        return 1.0, tr("Measuring on the test set…")
    history = tuned.history()
    if history.started is None:
        return 0.0, tr("Getting ready…")
    total = history.started.total_steps
    return min(history.step / total, 1.0), tr("Step {step} of {total}", step=history.step, total=total)


@st.cache_data(max_entries=20, show_spinner=False)
def _report(run: Path, stamp: Stamp, is_measured: bool) -> FineTuningReport:  # noqa: ARG001 - parts of the key
    return job_queue().compute.call(report_fine_tuning, run)
