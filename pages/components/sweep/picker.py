"""The choice of a sweep to look at. Its id stands in the address (`?sweep=…`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from core.errors import LabError
from core.sweep.records import Sweep
from pages.components.runs.run_picker import browser_timezone
from pages.components.shell.address import choose, follow, settle
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr, tr_plain
from pages.components.sweep.services import sweep_manager, sweep_store

_SWEEP, _WIDGET = "sweep", "sweep_picker"


def pick_sweep() -> Sweep | None:
    """Draw a box to choose a sweep, where there are several; None when there is none.

    The choice is the sweep in the address, else the one chosen last, else one that is running, else the newest. Says so
    when the address names one that cannot be shown.
    """
    sweeps = sweep_store().all()
    asked = follow(_SWEEP)
    chosen = _find(asked, sweeps) or _likely(sweeps)
    if chosen is None:
        return None
    settle(_SWEEP, chosen.id, instead_of=asked if asked != chosen.id else None)
    if len(sweeps) > 1:
        # The address decides, so that a link and the browser's Back button do; the box follows.
        st.session_state[_WIDGET] = chosen.id
        labels = {sweep.id: _label(sweep) for sweep in sweeps}
        st.selectbox(
            tr("Sweeps so far"),
            list(labels),
            format_func=labels.__getitem__,
            key=_WIDGET,
            on_change=callback(lambda: remember_sweep(st.session_state[_WIDGET])),
        )
    return chosen


def remember_sweep(sweep_id: str) -> None:
    """Make this sweep the one that is shown."""
    choose(_SWEEP, sweep_id)


def forget_sweep() -> None:
    """Let another sweep be shown, after this one is gone."""
    choose(_SWEEP, None)


def _find(asked: str | None, sweeps: Sequence[Sweep]) -> Sweep | None:
    if asked is None:
        return None
    try:
        return sweep_store().get(asked)
    except LabError as error:
        problem = tr("{error} Here is another one.", error=error.message) if sweeps else tr(error)
        st.warning(problem, icon=":material/search_off:")
        return None


def _likely(sweeps: Sequence[Sweep]) -> Sweep | None:
    running = (sweep for sweep in sweeps if sweep_manager().is_running(sweep))
    return next(running, next(iter(sweeps), None))


def _label(sweep: Sweep) -> str:
    created = datetime.fromisoformat(sweep.created).astimezone(browser_timezone())
    return tr_plain("{name} · {created:%d %b %H:%M:%S}", name=sweep.name, created=created)
