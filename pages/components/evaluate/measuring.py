"""Measuring a run's network on its test set, on request."""

from __future__ import annotations

import streamlit as st

from core.errors import LabError
from core.evaluation.measure import evaluate_run
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr


def offer_measuring(record: RunRecord) -> None:
    """A button that measures the run's present weights and draws the page anew. Missing data is offered first."""
    if not require_dataset(record.config.dataset):
        return
    if st.button(tr("Measure on the test set"), type="primary", icon=":material/fact_check:"):
        try:
            with st.spinner(tr("Measuring…"), show_time=True):
                job_queue().compute.call_in_new_child(evaluate_run, record.path, data_root())
        except (LabError, OSError) as error:
            st.error(tr(error), icon=":material/error:")
        else:
            st.rerun()
