"""All runs in a table, and what can be done with the one that is chosen in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.data.catalog import find_dataset
from core.errors import LabError
from core.runs.record import NAME_LENGTH, RunRecord
from core.settings import data_root
from models import find_architecture
from models.texts import mark
from pages.components.runs.live_run import COMPARE_KEY, status_text
from pages.components.runs.run_picker import remember_run
from pages.components.runs.steering import request
from pages.components.shell.errors import dialog, fragment
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.wording import choice, duration, plain

_TABLE_KEY = "runs_table"
_TRIALS_KEY = "show_trials"
_REFRESH_SECONDS = 2.0


def show_runs(is_live: bool) -> None:
    """Draw the table, again and again while a run is active; choosing a row offers what can be done with it."""
    fragment(_draw, run_every=_REFRESH_SECONDS if is_live else None)()


def _draw() -> None:
    records = run_store().all()
    for folder, reason in run_store().damaged().items():
        st.caption(f":material/warning: The run {folder} cannot be read: {reason}")
    trials = [record for record in records if record.is_trial]
    if trials and not st.toggle(f"Show trials of sweeps ({len(trials)})", key=_TRIALS_KEY, persist_state="session"):
        records = [record for record in records if not record.is_trial]
    if not records:
        st.caption("No runs yet. Start one above.")
        return
    event: Any = st.dataframe(
        pd.DataFrame([_row(record) for record in records]),
        # A ticked row is known by its place, so ticks must not outlive a change of the list.
        key=f"{_TABLE_KEY}_{hash(tuple(record.id for record in records))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=_COLUMNS,
        placeholder="–",
    )
    chosen = [records[number] for number in event.selection.rows if number < len(records)]
    if not chosen:
        st.caption("Tick a run to open, rename, resume or delete it; tick several to compare them.")
    elif len(chosen) == 1:
        _actions(chosen[0])
    else:
        _compare(chosen)


# Least widths in pixels, together about what a window of 1280 has; a wider one is shared out among the columns.
_COLUMNS = {
    "Name": st.column_config.TextColumn(width=176),
    "Status": st.column_config.TextColumn(width=84),
    "Data set": st.column_config.TextColumn(width=106),
    "Network": st.column_config.TextColumn(width=136),
    "Validation": st.column_config.NumberColumn(format="%.2f%%", help="Accuracy of the kept weights", width=78),
    "Test": st.column_config.NumberColumn(format="%.2f%%", help="Accuracy of the kept weights", width=60),
    "Optimizer": st.column_config.TextColumn(width=76),
    "Learning rate": st.column_config.NumberColumn("Rate", format="%g", help="Learning rate", width=56),
    "Batch": st.column_config.NumberColumn(width=52),
    "Epochs": st.column_config.TextColumn(width=70),
    "Time": st.column_config.TextColumn(width=82),
    "Started": st.column_config.DatetimeColumn(format="distance", width=108),
    # One column is more than fits there; this one is looked up least.
    "Seed": st.column_config.NumberColumn(width=48),
}


def _row(record: RunRecord) -> dict[str, Any]:
    config, result = record.config, record.result
    architecture = find_architecture(config.arch)
    return {
        "Name": record.name,
        "Status": "Built in" if record.bundled else status_text(record.state.status),
        "Data set": find_dataset(config.dataset).title,
        "Network": architecture.label(config.options),
        "Validation": _percent(result.val_accuracy if result else None),
        "Test": _percent(result.test_accuracy if result else None),
        "Optimizer": choice(config.optimizer),
        "Learning rate": config.lr,
        "Batch": config.batch_size,
        "Epochs": f"{record.state.epoch or (result.epochs if result else 0)} of {config.epochs}",
        "Time": duration(result.seconds) if result else None,
        "Started": datetime.fromisoformat(record.created) if record.created else None,
        "Seed": config.seed,
    }


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _actions(record: RunRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(record.name)}**")
        if st.button("Open", icon=":material/open_in_full:"):
            _open(record.id)
        if record.can_resume and st.button("Resume", key="table_resume", icon=":material/replay:"):
            _resume(record.id)
        if not record.bundled:
            if st.button("Rename", icon=":material/edit:"):
                _rename_dialog(record)
            if st.button("Delete", icon=":material/delete:", disabled=record.is_active):
                _delete_dialog(record)


def _compare(records: list[RunRecord]) -> None:
    first, *others = records
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(records)} runs**")
        if st.button("Compare", icon=":material/stacked_line_chart:"):
            _open(first.id, [record.id for record in others])


def _open(run_id: str, compared: Sequence[str] = ()) -> None:
    """Show this run above, with others laid over it: the whole page runs again."""
    st.session_state[COMPARE_KEY] = list(compared)
    remember_run(run_id)
    st.toast("Shown above.", icon=":material/arrow_upward:")
    st.rerun()


def _resume(run_id: str) -> None:
    request(lambda: job_queue().resume(run_id, data_root()))
    _open(run_id)


@dialog(mark("Rename the run"))
def _rename_dialog(record: RunRecord) -> None:
    name = st.text_input("Name", value=record.name, max_chars=NAME_LENGTH)
    if st.button("Save", type="primary"):
        try:
            run_store().rename(record.id, name)
            st.rerun()
        except LabError as error:
            st.error(str(error))


@dialog(mark("Delete the run?"))
def _delete_dialog(record: RunRecord) -> None:
    state = status_text(record.state.status).lower()
    st.write(f"“{plain(record.name)}” ({state}, seed {record.config.seed}) and its weights will be gone for good.")
    with st.container(horizontal=True):
        if st.button("Delete", icon=":material/delete:"):
            try:
                job_queue().delete(record.id)
                if st.query_params.get("run") == record.id:
                    del st.query_params["run"]
                st.rerun()
            except LabError as error:
                st.error(str(error))
        if st.button("Keep it", type="primary"):
            st.rerun()
