"""What can be done with the runs that are ticked in the table."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import LabError
from core.runs.record import NAME_LENGTH, NOTE_LENGTH, STATUS_WORDS, RunRecord
from core.settings import data_root
from core.texts.message import Message, plural
from pages.components.runs.curves import COMPARE_KEY
from pages.components.runs.run_picker import RUN, remember_run
from pages.components.runs.steering import ask_first, request
from pages.components.shell.address import choose, named
from pages.components.shell.errors import open_dialog
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.texts import tr


def show_actions(record: RunRecord) -> None:
    """Draw what can be done with one run."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("**{name}**", name=record.name))
        if st.button(tr("Open"), icon=":material/open_in_full:"):
            open_run(record.id)
        # A run that diverged needs another learning rate, for which there is a field where it is opened.
        can_resume = record.can_resume and not record.state.has_diverged
        if can_resume and st.button(tr("Resume"), key="table_resume", icon=":material/replay:"):
            _resume(record.id)
        if not record.bundled:
            star = tr("Take the star away") if record.is_starred else tr("Star")
            if st.button(star, icon=":material/star:"):
                run_store().annotate(record.id, is_starred=not record.is_starred)
                st.rerun()
            if st.button(tr("Rename"), icon=":material/edit:"):
                _rename_dialog(record)
            if st.button(tr("Delete"), icon=":material/delete:", disabled=record.is_active):
                _delete_dialog(record)


def show_damaged_actions(folder: str, reason: Message) -> None:
    """Say why a run's folder cannot be read, and offer to delete it."""
    st.error(tr("The run {folder} cannot be read: {reason}", folder=folder, reason=reason), icon=":material/error:")
    if st.button(tr("Delete"), icon=":material/delete:"):
        _delete_damaged_dialog(folder)


def show_joint_actions(records: Sequence[RunRecord]) -> None:
    """Draw what can be done with several runs."""
    if len(records) < 2:
        st.caption(tr("Only runs that can be read can be compared."))
        return
    first, *others = records
    own = [record for record in records if not record.bundled]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("**{count} runs**", count=len(records)))
        if st.button(tr("Compare"), icon=":material/stacked_line_chart:"):
            open_run(first.id, [record.id for record in others])
        if own and st.button(tr("Delete"), icon=":material/delete:", disabled=any(run.is_active for run in own)):
            _delete_several_dialog(own)


def open_run(run_id: str, compared: Sequence[str] = ()) -> None:
    """Show this run above, with others laid over it: the whole page runs again."""
    st.session_state[COMPARE_KEY] = list(compared)
    remember_run(run_id)
    st.toast(tr("Shown above."), icon=":material/arrow_upward:")
    st.rerun()


def _resume(run_id: str) -> None:
    request(lambda: job_queue().resume(run_id, data_root()))
    open_run(run_id)


def _rename_dialog(record: RunRecord) -> None:
    def draw() -> None:
        # A form, so that Enter saves.
        with st.form("rename", border=False):
            name = st.text_input(tr("Name"), value=record.name, max_chars=NAME_LENGTH)
            note = st.text_area(tr("Note"), value=record.note, max_chars=NOTE_LENGTH, height=100)
            if not st.form_submit_button(tr("Save"), type="primary"):
                return
        try:
            run_store().annotate(record.id, name=name, note=note)
        except LabError as error:
            st.error(tr(error))
        else:
            st.rerun()

    open_dialog(tr("Rename the run"), draw)


def _delete_dialog(record: RunRecord) -> None:
    text = tr(
        "“{name}” ({status}, seed {seed}) and its weights will be gone for good.",
        name=record.name,
        status=STATUS_WORDS[record.state.status],
        seed=record.config.seed,
    )
    _ask_to_delete(record.id, text)


def _delete_several_dialog(records: Sequence[RunRecord]) -> None:
    text = plural(
        "{count} run and its weights will be gone for good: {names}.",
        "{count} runs and their weights will be gone for good: {names}.",
        len(records),
        names=", ".join(record.name for record in records),
    )

    def delete() -> None:
        for record in records:
            _delete(record.id)

    ask_first(tr("Delete the runs?"), tr(text), tr("Delete"), ":material/delete:", delete)


def _delete_damaged_dialog(folder: str) -> None:
    _ask_to_delete(folder, tr("The folder {folder} and all that is in it will be gone for good.", folder=folder))


def _ask_to_delete(run_id: str, text: str) -> None:
    ask_first(tr("Delete the run?"), text, tr("Delete"), ":material/delete:", lambda: _delete(run_id))


def _delete(run_id: str) -> None:
    job_queue().delete(run_id)
    if named(RUN) == run_id:
        choose(RUN, None)
