"""Measuring a run's network on its test set, on request."""

from __future__ import annotations

import streamlit as st

from core.evaluation.measure import evaluate_run
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import message
from pages.components.data.data_gate import require_dataset
from pages.components.shell.long_call import await_call
from pages.components.shell.services import is_others
from pages.components.shell.texts import tr


def offer_measuring(record: RunRecord) -> None:
    """A button that measures the run's present weights and draws the page anew. Missing data is offered first."""
    if not require_dataset(record.config.dataset):
        return
    if is_others(record):
        st.caption(tr("Only its owner can have it measured."))
        return
    key, label = f"measure_{record.id}", message("Measure on the test set")
    if await_call(key, label, evaluate_run, record.path, data_root(), icon=":material/fact_check:"):
        st.rerun()
