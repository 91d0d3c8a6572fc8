"""The choice of a run that the pages share. The run's id stands in the URL (`?run=…`).

A choice survives a refresh, since it is in the URL, and a change of page, since the session keeps it. A run that is
shown without having been chosen survives a change of page alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from operator import itemgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.data.catalog import find_dataset
from core.errors import RunError
from core.runs.record import STATUS_WORDS, RunRecord
from models.texts import mark
from pages.components.shell.address import choose, follow, settle
from pages.components.shell.errors import callback
from pages.components.shell.presenter import is_presenting
from pages.components.shell.services import open_runs, run_store
from pages.components.shell.texts import escape_markdown, tr, tr_plain

# The parameter in the page's address.
RUN = "run"
# Shown without having been chosen.
_SHOWN = "shown_run_id"
_WIDGET = "run_picker"


def pick_run(
    suits: Callable[[RunRecord], bool] = lambda record: record.can_predict,
    reason: str = mark("“{name}” has no trained network yet."),
    label: str = mark("Run"),
    default: Callable[[Sequence[RunRecord]], RunRecord] = itemgetter(0),
    others: Sequence[RunRecord] = (),
) -> RunRecord | None:
    """Draw a box to choose one of the runs that `suits` accepts; returns the choice, or None when there is none.

    reason: why a run does not suit, with the field {name}.
    label: of the box.
    default: which of the accepted runs is taken where none was chosen, or where the URL or the last page names one that
        is unknown, damaged or does not suit; the page then says so.
    others: runs that are offered besides those that the visitor's lists hold.
    """
    asked = follow(RUN)
    # The trials of a sweep are many and alike; the Sweep page leads to each.
    offered = [record for record in run_store().all(linked=asked) if record.id == asked or not record.is_trial]
    records = {record.id: record for record in (*offered, *others) if suits(record)}
    instead = default(list(records.values())) if records else None
    if asked and asked not in records:
        _say_why_not(asked, reason, instead)
    if instead is None:
        return None
    shown = asked or st.session_state.get(_SHOWN)
    chosen = shown if shown in records else instead.id
    labels = run_labels(list(records.values()), browser_timezone())
    # The URL decides, so that a link and the browser's Back button do; the box follows.
    st.session_state[_WIDGET] = chosen
    st.selectbox(
        tr(label), list(records), format_func=labels.__getitem__, key=_WIDGET, on_change=callback(_take_choice)
    )
    if asked:
        settle(RUN, chosen, instead_of=None if asked in records else asked)
    else:
        # Not in the URL: the browser's Back button would only lead from it to the same page without it.
        st.session_state[_SHOWN] = chosen
    open_runs().note(chosen)
    return records[chosen]


def remember_run(run_id: str) -> None:
    """Make this run the chosen one: in the URL now, and on the pages visited next."""
    choose(RUN, run_id)


def name_run(record: RunRecord) -> None:
    """Draw the run's name and data set as text while presenting, which hides the box to choose it."""
    if is_presenting():
        st.markdown(f"**{escape_markdown(' · '.join(_name_and_dataset(record)))}**")


def rank_for_drawings(record: RunRecord) -> tuple[bool, float]:
    """The higher, the better a network that comes with the app reads digits drawn on a screen.

    The one for handwriting has seen such digits. Others read MNIST better than it, but not these.
    """
    return record.config.arch == "handwriting", record.result.test_accuracy if record.result else 0.0


def run_labels(records: Sequence[RunRecord], timezone: tzinfo | None = None) -> dict[str, str]:
    """A text for each run's id: name, data set, test accuracy; where two are alike also the date, or the id."""
    labels = {record.id: _label(record) for record in records}
    for addition in (lambda record: _date(record, timezone), lambda record: record.id):
        alike = Counter(labels.values())
        for record in records:
            if alike[labels[record.id]] > 1:
                labels[record.id] += f" · {addition(record)}"
    return labels


def _name_and_dataset(record: RunRecord) -> list[str]:
    title = tr_plain(find_dataset(record.config.dataset).title)
    return [record.name] if title in record.name else [record.name, title]


def _label(record: RunRecord) -> str:
    parts = _name_and_dataset(record)
    if record.result:
        parts.append(f"{record.result.test_accuracy:.2%}")
    elif record.is_active:
        parts.append(tr_plain(STATUS_WORDS[record.state.status]))
    return " · ".join(parts)


def _date(record: RunRecord, timezone: tzinfo | None) -> str:
    try:
        return f"{datetime.fromisoformat(record.created).astimezone(timezone):%d %b %H:%M:%S}"
    except ValueError:
        return record.id


def browser_timezone() -> tzinfo | None:
    """The reader's time zone; None for this machine's, where the browser's is unknown to it."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _take_choice() -> None:
    remember_run(st.session_state[_WIDGET])


def _say_why_not(asked: str, reason: str, instead: RunRecord | None) -> None:
    try:
        record = run_store().get(asked)
        problem = tr(mark("The weights of “{name}” are gone.") if record.has_lost_weights else reason, name=record.name)
    except RunError as error:
        problem = tr(error)
    if instead:
        problem = f"{problem} {tr('Here is “{name}” instead.', name=instead.name)}"
    st.warning(problem)
