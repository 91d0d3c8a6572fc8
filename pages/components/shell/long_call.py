"""A computation that takes long, on a page: its start, its progress, and the way to cancel it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, Literal, TypeVar, TypeVarTuple
from weakref import WeakSet

import streamlit as st

from core.errors import LabError, LimitReached
from core.execution.call import Call
from core.execution.children import BACKGROUND, QUICK, Lane
from core.steps import Steps
from core.texts.message import Message
from pages.components.shell.errors import callback, fragment
from pages.components.shell.services import allowed, job_queue, long_calls
from pages.components.shell.texts import tr
from pages.components.shell.visitor import current_visitor

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

# Seconds between two looks at the progress.
_LOOK_SECONDS = 0.5
# Seconds after a browser has gone until its computations are broken off. Streamlit keeps a session as long for its
# return, as after a short loss of the network.
_RETURN_SECONDS = 120.0
# The session's computations, held weakly: each is kept under a name of its own for as long as it is waited for.
_CALLS = "long_calls"


class _Visit:
    """The computations that one browser waits for, as long as it is connected."""

    def __init__(self) -> None:
        # A page's run can add one while the server ends the visit.
        self._lock = threading.Lock()
        # Weak, so that no result is kept here.
        self._calls: WeakSet[Call[Any]] = WeakSet()

    def wait_for(self, call: Call[Any]) -> None:
        """The browser is here and waits for this one."""
        with self._lock:
            self._calls.add(call)
        call.come_back()

    def end(self) -> None:
        """The browser has gone."""
        with self._lock:
            calls = [*self._calls]
        for call in calls:
            call.leave(_RETURN_SECONDS)


@st.cache_resource(scope="session", on_release=_Visit.end, show_spinner=False)
def _visit() -> _Visit:
    """Streamlit releases it when the browser's connection ends."""
    return _Visit()


def take_up_calls() -> None:
    """The visitor is here, on whatever page: no computation that they wait for is broken off."""
    for call in [*st.session_state.get(_CALLS, ())]:
        _visit().wait_for(call)


def await_call(
    key: str,
    start: Message,
    function: Callable[[*Ts], Steps[R]],
    *args: *Ts,
    kind: Literal["primary", "secondary"] = "primary",
    icon: str = ":material/play_arrow:",
    starts_itself: bool = False,
) -> R | None:
    """Draw a button that has the compute process do the call, then its progress and *Cancel*.

    Returns the result once, in the run of the page in which it is there; None in every other one, before and after.
    So the function keeps its result itself where it is needed again (`core.runs.derived`). The call goes on while other
    pages are visited, and is broken off a while after the visitor has gone. A visitor who has limits has one at a time;
    while another one goes on, this one is refused with that one's name and a way to cancel it.

    key: of the widgets; another key for each thing that is computed. start: the button's label.
    function, args: a top-level function of core that yields the share that is done. kind, icon: of the button.
    starts_itself: whether the button is for another attempt alone, after the first was cancelled or failed.
    """
    state, given_up = f"long_call_{key}", f"long_call_{key}_given_up"
    # What starts itself is all that there is to see in its place, so it does not stand back behind other work.
    lane = QUICK if starts_itself else BACKGROUND
    if starts_itself and given_up not in st.session_state:
        _begin(state, start, lane, function, args)
    call: Call[R] | None = st.session_state.get(state)
    if call is not None and call.is_done():
        del st.session_state[state]
        try:
            return call.result()
        except CancelledError:
            st.caption(tr("Cancelled."))
        except (LabError, OSError) as error:
            st.error(tr(error), icon=":material/error:")
        st.session_state[given_up] = True
        call = None
    if call is None:
        st.button(
            tr(start),
            key=f"{key}_start",
            type=kind,
            icon=icon,
            on_click=callback(lambda: _begin(state, start, lane, function, args)),
        )
        if st.session_state.get(_refused(state)):
            _show_refusal(state, key)
        return None
    _visit().wait_for(call)
    # Not in the part that draws itself again by a timer, so that no click falls between two drawings.
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width="stretch"):
            fragment(_show_progress, run_every=_LOOK_SECONDS)(call)
        st.button(tr("Cancel"), key=f"{key}_cancel", icon=":material/close:", on_click=callback(_cancel), args=(state,))
    return None


def _begin(state: str, name: Message, lane: Lane, function: Callable[..., Steps[R]], args: tuple[object, ...]) -> None:
    # Streamlit may call a callback twice for one press.
    if state in st.session_state:
        return

    def begin() -> Call[R]:
        return job_queue().compute.start_long_call(function, *args, lane=lane)

    try:
        call = long_calls().start(current_visitor().owner, name, begin) if allowed() else begin()
    except LimitReached:
        st.session_state[_refused(state)] = True
        return
    st.session_state[state] = call
    st.session_state.setdefault(_CALLS, WeakSet()).add(call)


def _refused(state: str) -> str:
    """Where the session keeps that a call was not begun because of another one."""
    return f"{state}_refused"


def _show_refusal(state: str, key: str) -> None:
    """Say why a call was refused, as long as the reason is there."""
    owner = current_visitor().owner
    try:
        long_calls().check(owner)
    except LimitReached as error:
        st.warning(tr(error), icon=":material/hourglass_top:")
        st.button(
            tr("Cancel the other one"),
            key=f"{key}_cancel_other",
            icon=":material/close:",
            on_click=callback(lambda: long_calls().cancel(owner)),
        )
    else:
        del st.session_state[_refused(state)]


def _cancel(state: str) -> None:
    # Streamlit keeps a button's callback for the rest of a session, so it must not hold the call with its result.
    if call := st.session_state.get(state):
        call.cancel()


def _show_progress(call: Call[R]) -> None:
    if call.is_done():
        st.rerun()
    st.progress(call.share, tr("{share:.0%} done", share=call.share))
