"""How many networks a sweep trains, and for about how long, said before it starts."""

from __future__ import annotations

import streamlit as st

from core.execution.executors import Workers
from core.sweep.estimate import cells_to_time, seconds_left, seconds_of_all, speed_of_similar
from core.sweep.records import Trial
from core.sweep.search_space import SearchSpace
from core.texts.message import plural
from pages.components.runs.step_cost import show_by_step_seconds
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr
from pages.components.shell.wording import about


def show_size(space: SearchSpace, workers: Workers) -> None:
    """Say it: the time at once by runs like these, then by a few steps of these networks, which are timed."""
    configs = space.runs()
    networks = plural("**{count} network**", "**{count} networks**", len(configs))
    if workers.on_cluster:
        st.caption(tr("{networks} on the Dask cluster.", networks=networks))
        return
    timed = cells_to_time(configs)

    def say(step_seconds: list[float] | None) -> None:
        if step_seconds:
            seconds: float | None = seconds_of_all(configs, dict(zip(timed, step_seconds, strict=True)))
        else:
            trials = [Trial(number, config) for number, config in enumerate(configs)]
            seconds = seconds_left(trials, speed_of_similar(run_store().all(), space.base.arch))
        if seconds is None:
            st.caption(tr("{networks}. How long that takes is known once the first is done.", networks=networks))
        else:
            time = about(seconds / min(workers.processes, len(configs)))
            st.caption(tr("{networks}, {time}.", networks=networks, time=time))

    show_by_step_seconds(timed, say)
