"""What a training step costs on this machine, timed in the compute process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future

import streamlit as st

from core.config.run_config import RunConfig
from core.execution.threads import run_in_thread
from core.training.speed import cost_key, measure_each
from pages.components.shell.errors import fragment
from pages.components.shell.services import all_runs, job_queue

# How often to look whether the measurement is done, in seconds.
_REFRESH_SECONDS = 0.5
# The same while a run is active, which can take an hour and has to end first.
_WAIT_SECONDS = 5.0
# Measurements that are kept. Visitors choose freely what is measured, and the server may run for months.
_MOST_KEPT = 200


def show_by_step_seconds(configs: Sequence[RunConfig], draw: Callable[[list[float] | None], None]) -> None:
    """Draw what depends on the seconds of a step of each, and once more when they are known.

    draw: given as `_ask` returns them.
    """
    is_measured = _ask(configs) is not None
    seconds = _WAIT_SECONDS if is_training() else _REFRESH_SECONDS
    fragment(_draw, run_every=None if is_measured else seconds)(configs, draw, is_measured)


def _draw(configs: Sequence[RunConfig], draw: Callable[[list[float] | None], None], was_measured: bool) -> None:
    step_seconds = _ask(configs)
    if step_seconds is not None and not was_measured:
        # A fragment's timer is fixed when the page runs.
        st.rerun()
    draw(step_seconds)


@st.cache_resource(show_spinner=False)
def _measurements() -> dict[tuple[RunConfig, ...], Future[list[float]]]:
    return {}


def _ask(configs: Sequence[RunConfig]) -> list[float] | None:
    """Seconds of a step of each; none where it could not be measured, None as long as it has not been."""
    known, keys = _measurements(), tuple(map(cost_key, configs))
    compute = job_queue().compute
    measured = known.get(keys)
    if measured is None:
        # Beside a run both would be slowed, and the time would be wrong.
        if not compute.is_ready.is_set() or is_training():
            return None
        measured = known[keys] = run_in_thread(compute.call_in_new_child, measure_each, keys)
        for oldest in [*known][:-_MOST_KEPT]:
            known.pop(oldest, None)
    if not measured.done():
        return None
    return [] if measured.exception() else measured.result()


def is_training() -> bool:
    """Whether anybody's run is active."""
    return any(record.is_active for record in all_runs().all())
