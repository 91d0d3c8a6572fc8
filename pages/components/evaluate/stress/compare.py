"""Further runs in the chart of the stress test."""

from __future__ import annotations

import streamlit as st

from core.runs.record import RunRecord
from core.settings import data_root
from core.stress.measure import stress_test
from core.stress.result import StressResult, load_stress
from core.texts.message import message
from pages.components.runs.curves import legend_names
from pages.components.runs.run_picker import run_labels
from pages.components.shell.long_call import await_call
from pages.components.shell.presenter import form_key
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr, tr_plain

# Runs laid over the shown one, at most.
_MOST = 5


def choose_compared(record: RunRecord) -> list[RunRecord]:
    """Draw the choice of other runs of the same data set; returns the chosen ones."""
    others = [other for other in run_store().all() if _suits(other, record)]
    if not others:
        return []
    names, key = run_labels(others), f"stress_compared_{record.config.dataset}"
    # What was chosen for another run may be gone, or be this one.
    st.session_state[key] = [run_id for run_id in st.session_state.get(key, []) if run_id in names]
    with st.container(key=form_key("stress_compared")):
        chosen = st.multiselect(
            tr("Compare with"),
            list(names),
            key=key,
            format_func=names.__getitem__,
            max_selections=_MOST,
            persist_state="session",
            placeholder=tr_plain("Choose runs"),
        )
    return [other for other in others if other.id in chosen]


def gather_results(record: RunRecord, own: StressResult, compared: list[RunRecord]) -> dict[str, StressResult]:
    """The results by the names of their runs, this run's first. A run without one gets a button for it."""
    names = legend_names([record, *compared])
    results = {names[record.id]: own}
    for other in compared:
        result = load_stress(other) or await_call(
            f"stress_{other.id}",
            message("Test “{name}” too", name=other.name),
            stress_test,
            other,
            data_root(),
            kind="secondary",
            icon=":material/thunderstorm:",
        )
        if result:
            results[names[other.id]] = result
    return results


def _suits(other: RunRecord, record: RunRecord) -> bool:
    same = other.config.dataset == record.config.dataset
    return same and other.id != record.id and other.can_predict and not other.is_trial
