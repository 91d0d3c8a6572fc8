"""The store and the manager of sweeps, once for the whole app. Pages without sweeps do not import them."""

from __future__ import annotations

import atexit

import streamlit as st

from core.hosting.sweeps import VisitorSweeps
from core.settings import operator
from core.sweep.manager import SweepManager
from core.sweep.records import SweepStore
from pages.components.shell.services import all_runs, run_store, whole_queue


@st.cache_resource(show_spinner=False, on_release=SweepManager.close)
def _all_sweeps() -> SweepManager:
    """Works through everybody's sweeps in children of the compute process."""
    queue = whole_queue()
    manager = SweepManager(SweepStore(all_runs()), queue.compute)
    # Runs before the job queue closes, so that trials which that ends are not begun again.
    atexit.register(manager.close)
    return manager


def sweep_store() -> SweepStore:
    """The sweeps as this visitor sees them."""
    return SweepStore(run_store())


def sweep_manager() -> VisitorSweeps:
    """Works through sweeps, as far as this visitor may ask it to."""
    return VisitorSweeps(_all_sweeps(), sweep_store(), operator)
