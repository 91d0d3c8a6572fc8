"""How long a run will take on this machine, said before it starts."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.config.run_config import RunConfig
from core.sweep.estimate import seconds_of_run
from pages.components.runs.step_cost import show_by_step_seconds
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about


def show_time_needed(config: RunConfig) -> None:
    """Say how long the run will take: at once by runs like it, then by a few steps of its own, which are timed.

    Where the visitor has made such runs on this machine, these say it from the start.
    """
    show_by_step_seconds([config], partial(_say, config))


def _say(config: RunConfig, step_seconds: list[float] | None) -> None:
    seconds = seconds_of_run(config, run_store().all(), step_seconds)
    text = tr("Time on this machine: not known yet.")
    st.caption(text if seconds is None else tr("Takes {time} on this machine.", time=about(seconds)))
