"""What exists once for the whole app: the run store and the job queue. Each visitor sees what is theirs."""

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
from core.hosting.cleaner import Cleaner
from core.hosting.jobs import VisitorJobs, queue_limits
from core.hosting.long_calls import LongCalls
from core.hosting.open_runs import OpenRuns
from core.hosting.watchers import Watchers
from core.operator.settings_file import OperatorSettings
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, operator, runs_root
from pages.components.shell.texts import tr_plain
from pages.components.shell.visitor import current_visitor

Ts = TypeVarTuple("Ts")

# Seconds before the compute process begins to import torch, which slows down whatever is painted meanwhile.
_WARM_UP_DELAY = 1.0
# Warm-ups come one after the other, so that one child of the compute process loads it all.
_warming_up = threading.Lock()


@st.cache_resource(show_spinner=False)
def all_runs() -> RunStore:
    """The runs of everybody, and the bundled ones."""
    store = RunStore(runs_root(), BUNDLED_RUNS)
    # In the background, since it looks at every file.
    run_in_thread(store.remove_leftovers)
    return store


@st.cache_resource(show_spinner=False, on_release=JobQueue.close)
def whole_queue() -> JobQueue:
    """What trains and computes, for everybody. Its own process ends with the app."""
    queue = JobQueue(all_runs(), queue_limits(operator()))
    atexit.register(queue.close)
    return queue


def run_store() -> RunStore:
    """The runs as this visitor sees them."""
    return all_runs().seen_by(current_visitor(), tr_plain)


def job_queue() -> VisitorJobs:
    """What trains and computes, as far as this visitor may ask it to."""
    return VisitorJobs(whole_queue(), run_store(), operator)


def allowed() -> OperatorSettings | None:
    """The operator's limits on this visitor; None for the operator, who has none."""
    return None if current_visitor().is_operator else operator()


def may_upload() -> bool:
    """Whether this visitor may give the app files."""
    limits = allowed()
    return limits is None or limits.uploads


def is_others(record: RunRecord) -> bool:
    """Whether the run is another visitor's, who alone may change it. Those that come with the app are nobody's."""
    return not record.bundled and not current_visitor().may_change(record.owner)


@st.cache_resource(show_spinner=False)
def open_runs() -> OpenRuns:
    """The runs that visitors look at."""
    return OpenRuns()


@st.cache_resource(show_spinner=False)
def long_calls() -> LongCalls:
    """The long computations of the visitors who have limits."""
    return LongCalls()


@st.cache_resource(show_spinner=False)
def watchers() -> Watchers:
    """The visitors who watch runs, for whom pages are drawn anew."""
    return Watchers()


@st.cache_resource(show_spinner=False, on_release=Cleaner.close)
def start_cleaner() -> Cleaner:
    """Have old runs of visitors deleted now and then."""
    cleaner = Cleaner(all_runs(), operator, open_runs().ids)
    cleaner.start()
    return cleaner


@st.cache_resource(show_spinner=False)
def warm_up() -> None:
    """Start the compute process a moment after the first page."""
    start_cleaner()
    timer = threading.Timer(_WARM_UP_DELAY, whole_queue().compute.start)
    timer.daemon = True
    timer.start()


def _full_name(function: FunctionType) -> tuple[str, str]:
    return function.__module__, function.__qualname__


@st.cache_resource(max_entries=100, show_spinner=False, hash_funcs={FunctionType: _full_name})
def warm_up_call(function: Callable[[*Ts], object], *args: *Ts) -> None:
    """Have the compute process do a call once, in the background, so that it has loaded what later ones like it need.

    function, args: as `ComputeClient.call` takes them.
    """
    run_in_thread(_do_in_turn, whole_queue().compute, function, args)


def _do_in_turn(compute: ComputeClient, function: Callable[..., object], args: tuple[Any, ...]) -> None:
    # An error here comes again with the call that a reader waits for, and is shown then.
    with _warming_up, contextlib.suppress(LabError, OSError):
        compute.call(function, *args)
