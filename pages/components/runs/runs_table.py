"""All runs in a table, and what can be done with the one that is ticked in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import streamlit as st

from core.config.fields import FIELDS
from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.texts.message import Message, shorten
from pages.components.runs.owners import Nicknames, owner_label, tells_owners
from pages.components.runs.run_actions import open_run, show_actions, show_damaged_actions, show_joint_actions
from pages.components.runs.status import find_problem, status_text
from pages.components.shell.errors import fragment
from pages.components.shell.presenter import sized_key
from pages.components.shell.services import run_store, watchers
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import duration

_TABLE_KEY = "runs_table"
_TRIALS_KEY = "show_trials"
# The cell that was clicked last.
_CELL_KEY = "runs_table_cell"
# Redraws of a run in training for one of this table, whose figures change less often.
_REDRAWS = 5


def show_runs(is_live: bool, nicknames: Nicknames = dict) -> None:
    """Draw the table, again while a run is active. A click on a name opens the run, a tick offers the rest.

    nicknames: of owners; asked for where the table tells the owners.
    """
    fragment(_draw, run_every=_REDRAWS * watchers().seconds() if is_live else None)(nicknames)


def _draw(nicknames: Nicknames) -> None:
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
        _table(records, damaged, nicknames() if tells_owners() else None),
        # A ticked row is known by its place, so ticks must not outlive a change of the list.
        key=sized_key(f"{_TABLE_KEY}_{hash(tuple(row if isinstance(row, str) else row.id for row in rows))}"),
        hide_index=True,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        column_config=columns,
        placeholder="–",
    )
    _follow_name(event.selection.cells, rows)
    chosen = [rows[number] for number in event.selection.rows]
    readable = [row for row in chosen if isinstance(row, RunRecord)]
    if not chosen:
        st.caption(tr("Click a name to open its run; tick runs to compare, rename, resume or delete them."))
    elif len(chosen) > 1:
        show_joint_actions(readable)
    elif readable:
        show_actions(readable[0])
    else:
        folder = str(chosen[0])
        show_damaged_actions(folder, damaged[folder])


def _follow_name(cells: Sequence[tuple[int, str]], rows: Sequence[str | RunRecord]) -> None:
    """Open the run whose name was clicked. The cell stays chosen in the table, so it counts once."""
    cell = cells[0] if cells else None
    if cell == st.session_state.get(_CELL_KEY):
        return
    st.session_state[_CELL_KEY] = cell
    if cell and cell[1] == "Name":
        row = rows[cell[0]]
        if isinstance(row, RunRecord):
            open_run(row.id)


def _table(
    records: Sequence[RunRecord], damaged: Mapping[str, Message], nicknames: Mapping[str, str] | None
) -> pd.DataFrame:
    """One row for each damaged folder and for each run, in this order. Every cell is shown as it stands.

    nicknames: of owners; None where the table does not tell the owners.
    """
    rows = [_damaged_row(folder, reason) for folder, reason in damaged.items()]
    frame = pd.DataFrame([*rows, *(_row(record, nicknames) for record in records)])
    return frame[[name for name in _columns() if name in frame]]


def _columns() -> dict[str, Any]:
    """The columns in their order. A phone has room for the name and the accuracies.

    Least widths in pixels, together about what a window of 1280 has; a wider one is shared out among the columns.
    """
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    accuracy = tr("Accuracy of the kept weights")
    return {
        "Name": text(tr_plain("Name"), width=172),
        "Validation": number(tr_plain("Validation"), format="%.2f%%", help=accuracy, width=78),
        "Test": number(tr_plain("Test"), format="%.2f%%", help=accuracy, width=60),
        "Owner": text(tr_plain("Owner"), width=84),
        "Status": text(tr_plain("Status"), width=84),
        "Problem": text(tr_plain("Problem"), width=200),
        "Data set": text(tr_plain("Data set"), width=124),
        "Network": text(tr_plain("Network"), width=136),
        "Started": st.column_config.DatetimeColumn(tr_plain("Started"), format="distance", width=126),
        "Time": text(tr_plain("Time"), width=82),
        "Epochs": text(tr_plain("Epochs"), width=70),
        "Optimizer": text(tr_plain("Optimizer"), width=74),
        "Learning rate": number(tr_plain("Rate"), format="%g", help=tr("Learning rate"), width=56),
        # The last columns are more than fit there, and are looked up least.
        "Batch": number(tr_plain("Batch"), width=50),
        "Seed": number(tr_plain("Seed"), width=48),
        "Note": text(tr_plain("Note"), width=200),
    }


def _row(record: RunRecord, nicknames: Mapping[str, str] | None) -> dict[str, Any]:
    config, result = record.config, record.result
    done = record.state.epoch or (result.epochs if result else 0)
    problem = find_problem(record)
    return {
        "Name": f"★ {record.name}" if record.is_starred else record.name,
        **({} if nicknames is None else {"Owner": owner_label(record, nicknames)}),
        "Status": tr_plain("Built in") if record.bundled else status_text(record.state.status),
        "Data set": tr_plain(find_dataset(config.dataset).title),
        "Network": tr_plain(config.network_label()),
        "Validation": _percent(result.val_accuracy if result else None),
        "Test": _percent(result.test_accuracy if result else None),
        "Optimizer": tr_plain(FIELDS["optimizer"].describe(config.optimizer)),
        "Learning rate": config.lr,
        "Batch": config.batch_size,
        "Epochs": tr_plain("{done} of {all}", done=done, all=config.epochs),
        "Time": duration(result.seconds) if result else None,
        "Started": _started(record),
        "Seed": config.seed,
        **({"Note": record.note} if record.note else {}),
        **({"Problem": tr_plain(problem)} if problem else {}),
    }


def _started(record: RunRecord) -> datetime:
    # Where the clock has been set back since, the table would say "in two hours".
    return min(datetime.fromisoformat(record.created), datetime.now(UTC))


def _damaged_row(folder: str, reason: Message) -> dict[str, Any]:
    # The file system takes bytes for a name that are no text.
    # What is wrong often begins with the file, whose folder the row names already.
    problem = tr_plain(reason).removeprefix(f"{folder}/")
    return {"Name": shorten(folder), "Status": tr_plain("Damaged"), "Problem": problem}


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share
