"""What exists once for the whole app of sweeps; apart, since the other pages shall not have to import it."""

from __future__ import annotations

import atexit

import streamlit as st

from core.sweep.manager import SweepManager
from core.sweep.records import SweepStore
from pages.components.shell.services import job_queue, run_store


@st.cache_resource(show_spinner=False)
def sweep_store() -> SweepStore:
    """All sweeps over the runs of `run_store`."""
    return SweepStore(run_store())


@st.cache_resource(show_spinner=False, on_release=SweepManager.close)
def sweep_manager() -> SweepManager:
    """What works through sweeps, by children of the job manager's host."""
    manager = SweepManager(sweep_store(), job_queue().compute)
    # Runs before the job manager's own closing, so that trials which end by that are not begun again.
    atexit.register(manager.close)
    return manager
