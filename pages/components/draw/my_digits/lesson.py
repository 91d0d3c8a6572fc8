"""A lesson: teaching a copy of a network the reader's own digits, its progress and what came of it."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError, RunError
from core.runs.record import FAILED, INTERRUPTED, MEASURING, QUEUED, RunRecord
from core.settings import data_root
from core.teaching.collection import MyDigits
from core.teaching.lesson import TAUGHT_FROM, LessonReport, prepare_lesson, report_lesson
from pages.components.draw.my_digits.file import forget_refusal
from pages.components.draw.my_digits.report import report_html
from pages.components.draw.my_digits.session import my_digits
from pages.components.draw.networks.panel import ask_also
from pages.components.runs.run_picker import remember_run
from pages.components.shell.address_choice import choose_now
from pages.components.shell.errors import fragment
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr
from pages.components.shell.wording import plain

_REFRESH_SECONDS = 0.4
_LESSON, _PROBLEM, _PRACTISE = "my_digits_lesson", "my_digits_lesson_problem", "my_digits_practise"


def show_lessons(record: RunRecord, digits: MyDigits) -> None:
    """The button that begins a lesson, and below it the lesson of this network, if there was one."""
    lesson = _find_lesson(record)
    if digits:
        _show_start(record, is_busy=bool(lesson and lesson.is_active))
    if lesson:
        # A fragment's timer is fixed when it is called, so the page runs again once the lesson has ended.
        follow = fragment(_follow, run_every=_REFRESH_SECONDS if lesson.is_active else None)
        follow(lesson.id, record.id, lesson.is_active)


def _find_lesson(record: RunRecord) -> RunRecord | None:
    """The lesson begun last in this session, or else the one that this network itself comes from."""
    try:
        last = run_store().get(st.session_state.get(_LESSON, ""))
    except RunError:
        last = None
    if last and (last.is_active or record.id in (last.id, last.tags.get(TAUGHT_FROM))):
        return last
    return record if TAUGHT_FROM in record.tags else None


def _show_start(record: RunRecord, is_busy: bool) -> None:
    title, is_here = find_dataset(record.config.dataset).title, is_available(record.config.dataset, data_root())
    if problem := st.session_state.get(_PROBLEM):
        st.error(problem, icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            f"Teach a copy of {plain(record.name)}",
            type="primary",
            icon=":material/school:",
            key="my_digits_teach",
            disabled=is_busy,
            on_click=_start,
            args=(record,),
        )
        st.toggle(
            f"Keep practising {title}",
            is_here,
            key=f"{_PRACTISE}_{record.config.dataset}_{is_here}",
            persist_state="session",
            disabled=not is_here,
            help="Every other picture is then one of those it learned before. Without them it forgets more.",
        )
    if not is_here:
        st.caption(f"{title} is not on this machine: it cannot be practised, and what is forgotten is not measured.")
        st.page_link("pages/train.py", label=f"Get {title}", icon=PAGES["train"].icon)


def _start(record: RunRecord) -> None:
    st.session_state.pop(_PROBLEM, None)
    forget_refusal()
    is_here = is_available(record.config.dataset, data_root())
    # The data set may have come since the switch was drawn.
    practises = is_here and st.session_state.get(f"{_PRACTISE}_{record.config.dataset}_{is_here}", True)
    try:
        lesson = prepare_lesson(run_store(), record, my_digits(), practises)
        st.session_state[_LESSON] = lesson.id
        job_queue().resume(lesson.id, data_root())
    except LabError as error:
        st.session_state[_PROBLEM] = str(error)


def _follow(lesson_id: str, shown_id: str, was_active: bool) -> None:
    try:
        lesson = run_store().get(lesson_id)
    except RunError as error:
        st.warning(str(error))
        return
    if lesson.is_active != was_active:
        st.rerun()
    st.markdown(f"**{plain(lesson.name)}**")
    if lesson.is_active:
        _show_progress(lesson)
        return
    if lesson.state.status in (FAILED, INTERRUPTED):
        st.error(tr(lesson.state.reason), icon=":material/error:")
    if lesson.can_predict:
        _show_result(lesson, shown_id)
    elif lesson.state.status not in (FAILED, INTERRUPTED):
        st.caption("It was stopped before its first step.")


def _show_progress(lesson: RunRecord) -> None:
    share, text = _progress(lesson)
    st.progress(share, text=text)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_measuring = lesson.state.status == MEASURING
        st.button(
            "Stop",
            icon=":material/stop:",
            key="my_digits_stop",
            disabled=is_measuring,
            on_click=_stop,
            args=(lesson.id,),
        )
        st.page_link(
            "pages/train.py", label="Watch it learn", icon=PAGES["train"].icon, query_params={"run": lesson.id}
        )


def _stop(lesson_id: str) -> None:
    st.session_state.pop(_PROBLEM, None)
    try:
        job_queue().stop(lesson_id)
    except LabError as error:
        st.session_state[_PROBLEM] = str(error)


def _progress(lesson: RunRecord) -> tuple[float, str]:
    """How much is done, as a share and in words."""
    if lesson.state.status == QUEUED:
        return 0.0, "Waiting: another run is being trained."
    if lesson.state.status == MEASURING:
        return 1.0, "Measuring on the test set…"
    history = lesson.history()
    if history.started is None:
        return 0.0, "Getting ready…"
    total = history.started.total_steps
    return min(history.step / total, 1.0), f"Step {history.step} of {total}"


def _show_result(lesson: RunRecord, shown_id: str) -> None:
    try:
        report = _report(lesson.path, lesson.weights_file.stat().st_mtime_ns, lesson.result is not None)
    except (LabError, OSError) as error:
        st.error(str(error), icon=":material/error:")
        return
    st.html(report_html(report, find_dataset(lesson.config.dataset).title))
    with st.container(horizontal=True, vertical_alignment="center"):
        if lesson.id != shown_id and st.button("Use it now", icon=":material/check:", key="my_digits_use"):
            remember_run(lesson.id)
            st.rerun()
        if st.button("Compare", icon=":material/groups:", key="my_digits_compare", on_click=_compare, args=(lesson,)):
            # The choice of the panel stands outside of what a click runs again.
            st.rerun()
        for page, label in (("train", "How it learned"), ("evaluate", "See its mistakes")):
            st.page_link(f"pages/{page}.py", label=label, icon=PAGES[page].icon, query_params={"run": lesson.id})


def _compare(lesson: RunRecord) -> None:
    ask_also(lesson)
    choose_now("look", "networks")


@st.cache_data(max_entries=20, show_spinner=False)
def _report(run: Path, stamp: int, is_measured: bool) -> LessonReport:  # noqa: ARG001 - these are there for the cache
    return job_queue().compute.call(report_lesson, run)
