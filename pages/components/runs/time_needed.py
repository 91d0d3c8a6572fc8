"""How long a run will take on this machine, said before it starts."""

from __future__ import annotations

import streamlit as st

from core.config.run_config import RunConfig
from core.sweep.estimate import speed_of_similar
from core.training.speed import estimate_seconds
from pages.components.runs.step_cost import ask_step_seconds, look_again_seconds
from pages.components.shell.errors import fragment
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about


def show_time_needed(config: RunConfig) -> None:
    """Say how long the run will take: at once by runs like it, then by a few steps of its own, which are timed."""
    is_measured = ask_step_seconds([config]) is not None
    fragment(_draw, run_every=None if is_measured else look_again_seconds())(config, is_measured)


def _draw(config: RunConfig, was_measured: bool) -> None:
    step_seconds = ask_step_seconds([config])
    if step_seconds is not None and not was_measured:
        # A fragment's timer is fixed when the page runs.
        st.rerun()
    if step_seconds:
        seconds: float | None = estimate_seconds(config, *step_seconds)
    else:
        speed = speed_of_similar(run_store().all(), config.arch)
        seconds = speed.seconds(config) if speed else None
    text = tr("Time on this machine: not known yet.")
    st.caption(text if seconds is None else tr("Takes {time} on this machine.", time=about(seconds)))
