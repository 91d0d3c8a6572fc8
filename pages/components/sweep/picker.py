"""The choice of a sweep to look at. Its id stands in the URL (`?sweep=…`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.errors import LabError
from core.sweep.records import Sweep
from pages.components.runs.run_picker import browser_timezone
from pages.components.sweep.services import sweep_manager, sweep_store

_QUERY = "sweep"
_LAST, _WIDGET = "last_sweep_id", "sweep_picker"


def pick_sweep() -> Sweep | None:
    """Draw a box to choose a sweep, where there are several; None when there is none.

    The one in the URL, else the one last looked at, else one that is running, else the newest. Says so when the URL
    names one that cannot be shown.
    """
    sweeps = sweep_store().all()
    chosen = _asked(sweeps) or _likely(sweeps)
    if chosen is None:
        return None
    remember_sweep(chosen.id)
    if len(sweeps) > 1:
        # The URL decides, so that a link and the browser's Back button do; the box follows.
        st.session_state[_WIDGET] = chosen.id
        labels = {sweep.id: _label(sweep) for sweep in sweeps}
        st.selectbox(
            "Sweeps so far",
            list(labels),
            format_func=labels.__getitem__,
            key=_WIDGET,
            on_change=lambda: remember_sweep(st.session_state[_WIDGET]),
        )
    return chosen


def remember_sweep(sweep_id: str) -> None:
    """Make this sweep the one that is shown."""
    st.session_state[_LAST] = sweep_id
    if st.query_params.get(_QUERY) != sweep_id:
        st.query_params[_QUERY] = sweep_id


def forget_sweep() -> None:
    """Let another sweep be shown, after this one is gone."""
    st.session_state.pop(_LAST, None)
    st.query_params.pop(_QUERY, None)


def _asked(sweeps: Sequence[Sweep]) -> Sweep | None:
    asked = st.query_params.get(_QUERY)
    if asked is None:
        return next((sweep for sweep in sweeps if sweep.id == st.session_state.get(_LAST)), None)
    try:
        return sweep_store().get(asked)
    except LabError as error:
        instead = " Here is another one." if sweeps else ""
        st.warning(f"{error}{instead}", icon=":material/search_off:")
        return None


def _likely(sweeps: Sequence[Sweep]) -> Sweep | None:
    running = (sweep for sweep in sweeps if sweep_manager().is_running(sweep))
    return next(running, next(iter(sweeps), None))


def _label(sweep: Sweep) -> str:
    return f"{sweep.name} · {datetime.fromisoformat(sweep.created).astimezone(browser_timezone()):%d %b %H:%M:%S}"
