"""The store and the manager of sweeps, once for the whole app. Pages without sweeps do not import them."""

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
    """Works through sweeps in children of the compute process."""
    manager = SweepManager(sweep_store(), job_queue().compute)
    # Runs before the job queue closes, so that trials which that ends are not begun again.
    atexit.register(manager.close)
    return manager
