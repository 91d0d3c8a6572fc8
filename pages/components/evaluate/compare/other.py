"""The choice of the second run, kept in the address (`?other=…`)."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import RunError
from core.runs.record import RunRecord
from core.texts.message import Message, message
from pages.components.runs.run_picker import browser_timezone, run_labels
from pages.components.shell.address import choose, follow, settle
from pages.components.shell.errors import callback
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr

# The parameter in the page's address.
OTHER = "other"
_WIDGET = "other_picker"


def pick_other(record: RunRecord) -> RunRecord | None:
    """Draw a box to choose a second run beside `record`; returns it, or None when there is none to choose.

    Offered are the other runs that were measured on the same data set. Where the address names another run, the page
    says why it cannot be taken, and takes the first one that can.
    """
    asked = follow(OTHER)
    # The trials of a sweep are many and alike; one is offered where the address asks for it.
    runs = [run for run in run_store().all(linked=asked) if run.id == asked or not run.is_trial]
    offered = {run.id: run for run in runs if why_not(record, run) is None}
    if asked and asked not in offered:
        st.warning(tr(_refusal(record, asked)), icon=":material/search_off:")
    if not offered:
        return None
    chosen = asked if asked in offered else next(iter(offered))
    labels = run_labels(list(offered.values()), browser_timezone())
    st.session_state[_WIDGET] = chosen
    st.selectbox(
        tr("Compared with (B)"),
        list(offered),
        format_func=labels.__getitem__,
        key=_WIDGET,
        on_change=callback(lambda: choose(OTHER, st.session_state[_WIDGET])),
    )
    if asked:
        settle(OTHER, chosen, instead_of=None if asked in offered else asked)
    return offered[chosen]


def why_not(record: RunRecord, other: RunRecord) -> Message | None:
    """Why `record` cannot be compared with the other run; None where it can."""
    if other.id == record.id:
        return message("“{name}” is the first network already.", name=other.name)
    if other.config.dataset != record.config.dataset:
        own, its = (message(find_dataset(run.config.dataset).title) for run in (record, other))
        return message(
            "“{name}” was trained on {dataset}: only a network for {own} can be compared with this one.",
            name=other.name,
            dataset=its,
            own=own,
        )
    if other.result is None:
        return message("“{name}” has not been measured on the test set yet.", name=other.name)
    return None


def _refusal(record: RunRecord, asked: str) -> Message:
    try:
        reason = why_not(record, run_store().get(asked))
    except RunError as error:
        return error.message
    # It can be compared by now: it was measured in between.
    return reason or message("“{name}” has just been measured.", name=asked)
