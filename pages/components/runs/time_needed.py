"""How long a run will take on this machine, said before it starts."""

from __future__ import annotations

from concurrent.futures import Future

import streamlit as st

from core.config.run_config import RunConfig
from core.execution.threads import run_in_thread
from core.sweep.estimate import speed_of_similar
from core.training.speed import cost_key, estimate_seconds, measure_step_seconds
from pages.components.shell.errors import fragment
from pages.components.shell.services import all_runs, job_queue, run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about

# How often to look whether the measurement is done, in seconds.
_REFRESH_SECONDS = 0.5
# The same while a run is active, which can take an hour and has to end first.
_WAIT_SECONDS = 5.0


def show_time_needed(config: RunConfig) -> None:
    """Say how long the run will take: at once by runs like it, then by a few steps of its own, which are timed."""
    is_measured = _ask(config) is not None
    seconds = _WAIT_SECONDS if is_training() else _REFRESH_SECONDS
    fragment(_draw, run_every=None if is_measured else seconds)(config, is_measured)


def _draw(config: RunConfig, was_measured: bool) -> None:
    step_seconds = _ask(config)
    if step_seconds is not None and not was_measured:
        # A fragment's timer is fixed when the page runs.
        st.rerun()
    if step_seconds:
        seconds: float | None = estimate_seconds(config, step_seconds)
    else:
        speed = speed_of_similar(run_store().all(), config.arch)
        seconds = speed.seconds(config) if speed else None
    text = tr("Time on this machine: not known yet.")
    st.caption(text if seconds is None else tr("Takes {time} on this machine.", time=about(seconds)))


@st.cache_resource(show_spinner=False)
def _measurements() -> dict[RunConfig, Future[float]]:
    return {}


def _ask(config: RunConfig) -> float | None:
    """Seconds of a step; 0 where it could not be measured, None as long as it has not been."""
    known, key = _measurements(), cost_key(config)
    compute = job_queue().compute
    if key not in known:
        # Beside a run both would be slowed, and the time would be wrong.
        if not compute.is_ready.is_set() or is_training():
            return None
        known[key] = run_in_thread(compute.call_in_new_child, measure_step_seconds, key)
    measured = known[key]
    if not measured.done():
        return None
    return 0.0 if measured.exception() else measured.result()


def is_training() -> bool:
    """Whether anybody's run is active."""
    return any(record.is_active for record in all_runs().all())
