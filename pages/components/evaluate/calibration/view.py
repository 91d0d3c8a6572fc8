"""Calibration on the test set, and accuracy against coverage."""

from __future__ import annotations

import streamlit as st

from core.runs.record import RunRecord
from pages.components.data.data_gate import require_dataset
from pages.components.evaluate.calibration.abstaining import show_abstaining, show_refused
from pages.components.evaluate.calibration.measured import measure
from pages.components.evaluate.calibration.reliability import show_intervals, show_reliability
from pages.components.shell.errors import fragment, showing_errors


@fragment
def show_calibration(record: RunRecord) -> None:
    """Draw the reliability of a run that has a result, and what it gains where it may abstain."""
    if not require_dataset(record.config.dataset):
        return
    with showing_errors():
        measured = measure(record)
        left, right = st.columns(2, gap="large")
        with left:
            place = show_reliability(record, measured)
        with right:
            found = show_abstaining(measured)
        show_refused(measured, found)
        show_intervals(place, measured)
