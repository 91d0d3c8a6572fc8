"""All runs in a table, and what can be done with the one that is ticked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.config.fields import FIELDS
from core.data.catalog import find_dataset
from core.errors import LabError
from core.runs.record import NAME_LENGTH, STATUS_WORDS, RunRecord
from core.settings import data_root
from core.texts.message import Message
from models import find_architecture
from pages.components.runs.curves import COMPARE_KEY
from pages.components.runs.run_picker import RUN, remember_run
from pages.components.runs.status import has_old_result, status_text
from pages.components.runs.steering import ask_first, request
from pages.components.shell.address import choose, named
from pages.components.shell.errors import fragment, open_dialog
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import duration

_TABLE_KEY = "runs_table"
_TRIALS_KEY = "show_trials"
_REFRESH_SECONDS = 2.0


def show_runs(is_live: bool) -> None:
    """Draw the table, again and again while a run is active; ticking a row offers what can be done with it."""
    fragment(_draw, run_every=_REFRESH_SECONDS if is_live else None)()


def _draw() -> None:
    records, damaged = run_store().scan()
    trials = [record for record in records if record.is_trial]
    label = tr("Show trials of sweeps ({count:,})", count=len(trials))
    if trials and not st.toggle(label, key=_TRIALS_KEY, persist_state="session"):
        records = [record for record in records if not record.is_trial]
    if not records and not damaged:
        st.caption(tr("No runs yet. Start one above."))
        return
    # What a ticked row stands for: the id of a damaged folder, or a run.
    rows: list[str | RunRecord] = [*damaged, *records]
    columns: Any = _columns()
    event: Any = st.dataframe(
        _table(records, damaged),
        # A ticked row is known by its place, so ticks must not outlive a change of the list.
        key=f"{_TABLE_KEY}_{hash(tuple(row if isinstance(row, str) else row.id for row in rows))}",
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        column_config=columns,
        placeholder="–",
    )
    chosen = [rows[number] for number in event.selection.rows]
    readable = [row for row in chosen if isinstance(row, RunRecord)]
    if not chosen:
        st.caption(tr("Tick a run to open, rename, resume or delete it; tick several to compare them."))
    elif len(chosen) > 1:
        _compare(readable)
    elif readable:
        _actions(readable[0])
    else:
        folder = str(chosen[0])
        _damaged_actions(folder, damaged[folder])


def _table(records: Sequence[RunRecord], damaged: Mapping[str, Message]) -> pd.DataFrame:
    """One row for each damaged folder and for each run, in this order. Every cell is shown as it stands."""
    rows = [_damaged_row(folder, reason) for folder, reason in damaged.items()]
    return pd.DataFrame([*rows, *(_row(record) for record in records)])


def _columns() -> dict[str, Any]:
    """Least widths in pixels, together about what a window of 1280 has; a wider one is shared out among the columns."""
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    accuracy = tr("Accuracy of the kept weights")
    return {
        "Name": text(tr_plain("Name"), width=176),
        "Status": text(tr_plain("Status"), width=84),
        "Problem": text(tr_plain("Problem"), width=200),
        "Data set": text(tr_plain("Data set"), width=106),
        "Network": text(tr_plain("Network"), width=136),
        "Validation": number(tr_plain("Validation"), format="%.2f%%", help=accuracy, width=78),
        "Test": number(tr_plain("Test"), format="%.2f%%", help=accuracy, width=60),
        "Optimizer": text(tr_plain("Optimizer"), width=76),
        "Learning rate": number(tr_plain("Rate"), format="%g", help=tr("Learning rate"), width=56),
        "Batch": number(tr_plain("Batch"), width=52),
        "Epochs": text(tr_plain("Epochs"), width=70),
        "Time": text(tr_plain("Time"), width=82),
        "Started": st.column_config.DatetimeColumn(tr_plain("Started"), format="distance", width=108),
        # One column is more than fits there; this one is looked up least.
        "Seed": number(tr_plain("Seed"), width=48),
    }


def _row(record: RunRecord) -> dict[str, Any]:
    config, result = record.config, record.result
    architecture = find_architecture(config.arch)
    done = record.state.epoch or (result.epochs if result else 0)
    problem = {"Problem": tr_plain("Measured with earlier weights")} if has_old_result(record) else {}
    return {
        "Name": record.name,
        "Status": tr_plain("Built in") if record.bundled else status_text(record.state.status),
        "Data set": tr_plain(find_dataset(config.dataset).title),
        "Network": architecture.label(config.options),
        "Validation": _percent(result.val_accuracy if result else None),
        "Test": _percent(result.test_accuracy if result else None),
        "Optimizer": tr_plain(FIELDS["optimizer"].describe(config.optimizer)),
        "Learning rate": config.lr,
        "Batch": config.batch_size,
        "Epochs": tr_plain("{done} of {all}", done=done, all=config.epochs),
        "Time": duration(result.seconds) if result else None,
        "Started": datetime.fromisoformat(record.created) if record.created else None,
        "Seed": config.seed,
        **problem,
    }


def _damaged_row(folder: str, reason: Message) -> dict[str, Any]:
    return {"Name": folder, "Status": tr_plain("Damaged"), "Problem": tr_plain(reason)}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _actions(record: RunRecord) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("**{name}**", name=record.name))
        if st.button(tr("Open"), icon=":material/open_in_full:"):
            _open(record.id)
        # A run that diverged needs another learning rate, for which there is a field where it is opened.
        can_resume = record.can_resume and not record.state.has_diverged
        if can_resume and st.button(tr("Resume"), key="table_resume", icon=":material/replay:"):
            _resume(record.id)
        if not record.bundled:
            if st.button(tr("Rename"), icon=":material/edit:"):
                _rename_dialog(record)
            if st.button(tr("Delete"), icon=":material/delete:", disabled=record.is_active):
                _delete_dialog(record)


def _damaged_actions(folder: str, reason: Message) -> None:
    st.error(tr("The run {folder} cannot be read: {reason}", folder=folder, reason=reason), icon=":material/error:")
    if st.button(tr("Delete"), icon=":material/delete:"):
        _delete_damaged_dialog(folder)


def _compare(records: Sequence[RunRecord]) -> None:
    if len(records) < 2:
        st.caption(tr("Only runs that can be read can be compared."))
        return
    first, *others = records
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("**{count} runs**", count=len(records)))
        if st.button(tr("Compare"), icon=":material/stacked_line_chart:"):
            _open(first.id, [record.id for record in others])


def _open(run_id: str, compared: Sequence[str] = ()) -> None:
    """Show this run above, with others laid over it: the whole page runs again."""
    st.session_state[COMPARE_KEY] = list(compared)
    remember_run(run_id)
    st.toast(tr("Shown above."), icon=":material/arrow_upward:")
    st.rerun()


def _resume(run_id: str) -> None:
    request(lambda: job_queue().resume(run_id, data_root()))
    _open(run_id)


def _rename_dialog(record: RunRecord) -> None:
    def draw() -> None:
        name = st.text_input(tr("Name"), value=record.name, max_chars=NAME_LENGTH)
        if st.button(tr("Save"), type="primary"):
            try:
                run_store().rename(record.id, name)
                st.rerun()
            except LabError as error:
                st.error(tr(error))

    open_dialog(tr("Rename the run"), draw)


def _delete_dialog(record: RunRecord) -> None:
    text = tr(
        "“{name}” ({status}, seed {seed}) and its weights will be gone for good.",
        name=record.name,
        status=STATUS_WORDS[record.state.status],
        seed=record.config.seed,
    )
    _ask_to_delete(record.id, text)


def _delete_damaged_dialog(folder: str) -> None:
    _ask_to_delete(folder, tr("The folder {folder} and all that is in it will be gone for good.", folder=folder))


def _ask_to_delete(run_id: str, text: str) -> None:
    ask_first(tr("Delete the run?"), text, tr("Delete"), ":material/delete:", lambda: _delete(run_id))


def _delete(run_id: str) -> None:
    job_queue().delete(run_id)
    if named(RUN) == run_id:
        choose(RUN, None)
