"""Fragments' timers, whose requests take nothing away from the page."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType

# How often to look whether the last run's messages have been passed on, in seconds.
_LOOK_SECONDS = 0.01


@contextlib.contextmanager
def harmless_timers() -> Iterator[None]:
    """Have Streamlit run fragments by their timers without the two losses that these cause."""
    with _runs_in_turn(), _timers_without_values():
        yield


@contextlib.contextmanager
def _runs_in_turn() -> Iterator[None]:
    """Have all messages of one run of a script passed on before the next begins.

    A timer can ask for a run just after the page's script has ended, while its last messages wait to be passed on.
    Streamlit makes a new `ScriptRunner` then, and ignores messages of any other. The end of the page is missing until
    the next click. Streamlit describes this in `AppSession.request_rerun` (its issue 9921), and prevents it only where
    the fragment is gone.
    """
    create = AppSession._create_scriptrunner
    newest: WeakKeyDictionary[AppSession, RerunData] = WeakKeyDictionary()

    def create_in_turn(session: AppSession, request: RerunData) -> None:
        newest[session] = request
        if session._scriptrunner is None:
            create(session, request)
        else:
            # It has ended, else it would have taken the request.
            session._event_loop.call_later(_LOOK_SECONDS, go_on, session, request)

    def go_on(session: AppSession, request: RerunData) -> None:
        if session._state is AppSessionState.SHUTDOWN_REQUESTED:
            return
        if request.is_auto_rerun and newest[session] is not request:
            # A timer asks again soon.
            return
        runner = session._scriptrunner
        if runner is None or not runner.request_rerun(request):
            create_in_turn(session, request)

    with _replaced(AppSession, "_create_scriptrunner", create_in_turn):
        yield


@contextlib.contextmanager
def _timers_without_values() -> Iterator[None]:
    """Have timers' requests change no widget's value.

    The browser sends the values of all widgets with each request. When a script has set a widget's value, a timer may
    ask before the browser knows it. Streamlit takes the older value for a new choice of the visitor's. A real choice
    comes with a request of its own.
    """
    request_usually = ScriptRequests._request_rerun_locked

    def request(requests: ScriptRequests, asked: RerunData) -> bool:
        if asked.is_auto_rerun:
            # Where another run is about to begin, both become one, which gets the values given here.
            is_joined = requests._state is ScriptRequestType.RERUN
            values = requests._rerun_data.widget_states if is_joined else WidgetStates()
            asked = replace(asked, widget_states=values)
        return request_usually(requests, asked)

    with _replaced(ScriptRequests, "_request_rerun_locked", request):
        yield


@contextlib.contextmanager
def _replaced(owner: type, name: str, method: Callable[..., Any]) -> Iterator[None]:
    """Another method of this name for all objects of the class."""
    usual = getattr(owner, name)
    setattr(owner, name, method)
    try:
        yield
    finally:
        setattr(owner, name, usual)
