"""What exists once for the whole app, whoever visits it: the run store and the job manager."""

from __future__ import annotations

import atexit
import threading

import streamlit as st

from core.execution.job_queue import JobQueue
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, runs_root

# The computing process imports torch for some seconds; first the page shall be painted.
_WARM_UP_DELAY = 1.0


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """All runs: the user's and the bundled ones."""
    return RunStore(runs_root(), BUNDLED_RUNS)


@st.cache_resource(show_spinner=False, on_release=JobQueue.close)
def job_queue() -> JobQueue:
    """What trains and computes. Its own process ends with the app."""
    manager = JobQueue(run_store())
    atexit.register(manager.close)
    return manager


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start the computing process a moment after the first page."""
    timer = threading.Timer(_WARM_UP_DELAY, job_queue().compute.start)
    timer.daemon = True
    timer.start()
