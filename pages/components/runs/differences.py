"""A table of what differs between the compared runs, to read and to download."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from core.runs.differences import Difference, compare_runs, differences_csv
from core.runs.record import RunRecord
from pages.components.runs.curves import legend_names
from pages.components.shell.presenter import sized_place
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import duration, percent

_LABEL = "label"


def show_differences(records: Sequence[RunRecord]) -> None:
    """Draw the table, folded. Nothing for a single run."""
    if len(records) < 2:
        return
    with st.expander(tr("What differs"), icon=":material/difference:"):
        differences = compare_runs(records)
        if not differences:
            st.caption(tr("These runs have the same settings and the same results."))
            return
        names = legend_names(records)
        columns: Any = {
            _LABEL: st.column_config.TextColumn("", pinned=True),
            **{record.id: st.column_config.TextColumn(names[record.id]) for record in records},
        }
        with sized_place():
            st.dataframe(_table(records, differences), hide_index=True, column_config=columns, placeholder="–")
        st.download_button(
            tr("Download as CSV"),
            lambda: differences_csv(records, differences),
            "runs.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _table(records: Sequence[RunRecord], differences: Sequence[Difference]) -> pd.DataFrame:
    """A row for each difference, its name in the first column and then one column for each run."""
    rows = [
        {_LABEL: tr_plain(row.label), **{record.id: _cell(row, n) for n, record in enumerate(records)}}
        for row in differences
    ]
    return pd.DataFrame(rows)


def _cell(row: Difference, number: int) -> str | None:
    value = row.values[number]
    if value is None:
        return None
    match row.kind:
        case "setting":
            text = row.texts[number]
            return tr_plain(text) if text else None
        case "share":
            return percent(value)
        case "seconds":
            return duration(value)
        case "loss":
            return f"{value:.4f}"
        case "count":
            return f"{value:,}"
