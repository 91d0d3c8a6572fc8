"""Teaching a copy of a network the class's handwriting, and what that did. The teacher's alone."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from core.classroom.classroom import Roll
from core.classroom.teaching import class_network, describe_split, prepare_class_network, split_class
from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.errors import LabError, RunError
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message
from pages.components.classroom.live import show_live
from pages.components.classroom.networks import pick_to_teach
from pages.components.classroom.services import classroom
from pages.components.draw.my_digits.tuned import show_outcome, show_progress, train_prepared
from pages.components.shell.errors import callback
from pages.components.shell.presenter import form_key
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr

# Why a fine-tuning was not started or stopped, until the next one is.
_PROBLEM = "class_teaching_problem"


def show_class_teaching() -> None:
    """Draw the view."""
    with st.container(width=420, key=form_key("network")):
        network = pick_to_teach()
    if network is None:
        st.info(tr("There is no trained network yet."), icon=":material/school:")
        return
    show_live(_draw, network.id, state=_state)


def _state(_: Roll) -> Hashable:
    taught = class_network(run_store().all())
    return taught and (taught.id, taught.state.status, taught.state.step, taught.result is None)


def _draw(roll: Roll, run_id: str) -> None:
    taught = class_network(run_store().all())
    if problem := st.session_state.get(_PROBLEM):
        st.error(tr(problem), icon=":material/error:")
    try:
        _show_start(roll, run_store().get(run_id), is_busy=bool(taught and taught.is_active))
    except RunError as error:
        st.error(tr(error), icon=":material/error:")
    if taught is None:
        return
    st.markdown(tr("**{network}**", network=taught.name))
    if taught.is_active:
        show_progress(taught, _PROBLEM)
    elif show_outcome(taught):
        with st.container(horizontal=True):
            for page, label in (("draw", tr("Draw for it")), ("evaluate", tr("See its mistakes"))):
                st.page_link(f"pages/{page}.py", label=label, icon=PAGES[page].icon, query_params={"run": taught.id})


def _show_start(roll: Roll, network: RunRecord, is_busy: bool) -> None:
    split = split_class(roll)
    st.button(
        tr("Teach a copy of {network} the class’s digits", network=network.name),
        type="primary",
        icon=":material/school:",
        key="teach_class",
        disabled=is_busy or not split.taught,
        on_click=callback(_start),
        args=(network.id,),
    )
    if not split.taught:
        st.caption(tr("Nobody has handed in digits yet, so there is nothing to teach."))
        return
    st.caption(tr(describe_split(split)))
    if not is_available(network.config.dataset, data_root()):
        st.caption(
            tr(
                "{dataset} is not on this machine: it cannot be trained on, and forgetting is not measured.",
                dataset=Message(find_dataset(network.config.dataset).title),
            )
        )


def _start(run_id: str) -> None:
    st.session_state.pop(_PROBLEM, None)
    try:
        base = run_store().get(run_id)
        practises = is_available(base.config.dataset, data_root())
        train_prepared(prepare_class_network(classroom(), run_store(), base, practises))
    except LabError as error:
        st.session_state[_PROBLEM] = error.message
