"""Fine-tuning a copy of a network on the reader's own digits: its start, progress and report."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError, RunError
from core.runs.record import RunRecord
from core.settings import data_root
from core.teaching.collection import MyDigits
from core.teaching.fine_tuning import TAUGHT_FROM, prepare_fine_tuning
from core.texts.message import Message
from pages.components.draw.my_digits.file import forget_refusal
from pages.components.draw.my_digits.session import my_digits
from pages.components.draw.my_digits.tuned import show_outcome, show_progress, train_prepared
from pages.components.draw.networks.panel import ask_also
from pages.components.runs.run_picker import remember_run
from pages.components.shell.address import choose
from pages.components.shell.errors import callback, fragment
from pages.components.shell.services import is_others, run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr

_REFRESH_SECONDS = 0.4
# Why a fine-tuning was not started or stopped, until the next one is.
_PROBLEM = "my_digits_problem"
_TUNED = "my_digits_tuned"
_PRACTISE = "my_digits_practise"


def show_fine_tuning(record: RunRecord, digits: MyDigits) -> None:
    """The button that starts fine-tuning, and below it the last fine-tuned copy of this network, if there is one."""
    tuned = _find_fine_tuned(record)
    if digits:
        _show_start(record, is_busy=bool(tuned and tuned.is_active))
    if tuned:
        # A fragment's timer is fixed when it is called, so the page runs again once the tuned has ended.
        follow = fragment(_follow, run_every=_REFRESH_SECONDS if tuned.is_active else None)
        follow(tuned.id, record.id, tuned.is_active)


def _find_fine_tuned(record: RunRecord) -> RunRecord | None:
    """The fine-tuning started last in this session, or else the one that this network itself comes from."""
    try:
        last = run_store().get(st.session_state.get(_TUNED, ""))
    except RunError:
        last = None
    if last and (last.is_active or record.id in (last.id, last.tags.get(TAUGHT_FROM))):
        return last
    return record if TAUGHT_FROM in record.tags else None


def _show_start(record: RunRecord, is_busy: bool) -> None:
    title = Message(find_dataset(record.config.dataset).title)
    is_here = is_available(record.config.dataset, data_root())
    if is_others(record):
        st.caption(
            tr("This network belongs to another visitor. To teach one, choose one of your own or one of the app's.")
        )
        return
    if problem := st.session_state.get(_PROBLEM):
        st.error(tr(problem), icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.button(
            tr("Teach a copy of {network}", network=record.name),
            type="primary",
            icon=":material/school:",
            key="my_digits_teach",
            disabled=is_busy,
            on_click=callback(_start),
            args=(record,),
        )
        st.toggle(
            tr("Also train on {dataset}, so that it forgets less", dataset=title),
            is_here,
            key=f"{_PRACTISE}_{record.config.dataset}_{is_here}",
            persist_state="session",
            disabled=not is_here,
            help=tr("Half of the images are then of its own data set. Without them it forgets more."),
        )
    if not is_here:
        st.caption(
            tr(
                "{dataset} is not on this machine: it cannot be trained on, and forgetting is not measured.",
                dataset=title,
            )
        )
        st.page_link("pages/train.py", label=tr("Get {dataset}", dataset=title), icon=PAGES["train"].icon)


def _start(record: RunRecord) -> None:
    st.session_state.pop(_PROBLEM, None)
    forget_refusal()
    is_here = is_available(record.config.dataset, data_root())
    # The data set may have come since the switch was drawn.
    practises = is_here and st.session_state.get(f"{_PRACTISE}_{record.config.dataset}_{is_here}", True)
    try:
        tuned = prepare_fine_tuning(run_store(), record, my_digits(), practises)
        train_prepared(tuned)
    except LabError as error:
        st.session_state[_PROBLEM] = error.message
    else:
        st.session_state[_TUNED] = tuned.id


def _follow(tuned_id: str, shown_id: str, was_active: bool) -> None:
    try:
        tuned = run_store().get(tuned_id)
    except RunError as error:
        st.warning(tr(error))
        return
    if tuned.is_active != was_active:
        st.rerun()
    st.markdown(tr("**{network}**", network=tuned.name))
    if tuned.is_active:
        show_progress(tuned, _PROBLEM)
    elif show_outcome(tuned):
        _offer_more(tuned, shown_id)


def _offer_more(tuned: RunRecord, shown_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if tuned.id != shown_id and st.button(tr("Use it now"), icon=":material/check:", key="my_digits_use"):
            remember_run(tuned.id)
            st.rerun()
        if st.button(
            tr("Compare"), icon=":material/groups:", key="my_digits_compare", on_click=callback(_compare), args=(tuned,)
        ):
            # The choice of the panel lies outside of this fragment.
            st.rerun()
        for page, label in (("train", tr("How it learned")), ("evaluate", tr("See its mistakes"))):
            st.page_link(f"pages/{page}.py", label=label, icon=PAGES[page].icon, query_params={"run": tuned.id})


def _compare(tuned: RunRecord) -> None:
    ask_also(tuned)
    choose("look", "networks")
