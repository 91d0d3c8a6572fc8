"""How long a run will take on this machine, said before it starts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.config.run_config import RunConfig
from core.sweep.estimate import speed_of_similar
from core.training.speed import estimate_seconds
from pages.components.runs.step_cost import show_by_step_seconds
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about


def show_time_needed(config: RunConfig) -> None:
    """Say how long the run will take: at once by runs like it, then by a few steps of its own, which are timed."""
    show_by_step_seconds([config], partial(_say, config))


def _say(config: RunConfig, step_seconds: list[float] | None) -> None:
    if step_seconds:
        seconds: float | None = estimate_seconds(config, *step_seconds)
    else:
        speed = speed_of_similar(run_store().all(), config.arch)
        seconds = speed.seconds(config) if speed else None
    text = tr("Time on this machine: not known yet.")
    st.caption(text if seconds is None else tr("Takes {time} on this machine.", time=about(seconds)))
