"""What exists once for the whole app and all its visitors: the run store and the job queue."""

from __future__ import annotations

import atexit
import contextlib
import threading
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVarTuple

import streamlit as st

from core.errors import LabError
from core.execution.compute_client import ComputeClient
from core.execution.job_queue import JobQueue
from core.execution.threads import run_in_thread
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, runs_root

Ts = TypeVarTuple("Ts")

# Seconds before the compute process begins to import torch, which slows down whatever is painted meanwhile.
_WARM_UP_DELAY = 1.0
# Warm-ups come one after the other, so that one child of the compute process loads it all.
_warming_up = threading.Lock()


@st.cache_resource(show_spinner=False)
def run_store() -> RunStore:
    """All runs: the user's and the bundled ones."""
    store = RunStore(runs_root(), BUNDLED_RUNS)
    # In the background, since it looks at every file.
    run_in_thread(store.remove_leftovers)
    return store


@st.cache_resource(show_spinner=False, on_release=JobQueue.close)
def job_queue() -> JobQueue:
    """What trains and computes. Its own process ends with the app."""
    queue = JobQueue(run_store())
    atexit.register(queue.close)
    return queue


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start the compute process a moment after the first page."""
    timer = threading.Timer(_WARM_UP_DELAY, job_queue().compute.start)
    timer.daemon = True
    timer.start()


def _full_name(function: FunctionType) -> tuple[str, str]:
    return function.__module__, function.__qualname__


@st.cache_resource(max_entries=100, show_spinner=False, hash_funcs={FunctionType: _full_name})
def warm_up_call(function: Callable[[*Ts], object], *args: *Ts) -> None:
    """Have the compute process do a call once, in the background, so that it has loaded what later ones like it need.

    function, args: as `ComputeClient.call` takes them.
    """
    run_in_thread(_do_in_turn, job_queue().compute, function, args)


def _do_in_turn(compute: ComputeClient, function: Callable[..., object], args: tuple[Any, ...]) -> None:
    # An error here comes again with the call that a reader waits for, and is shown then.
    with _warming_up, contextlib.suppress(LabError, OSError):
        compute.call(function, *args)
