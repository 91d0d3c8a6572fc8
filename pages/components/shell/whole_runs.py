"""All that a page's script has drawn reaches the browser."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData

# How often to look whether the last run's messages have been passed on, in seconds.
_LOOK_SECONDS = 0.01


@contextlib.contextmanager
def whole_runs() -> Iterator[None]:
    """Have Streamlit pass on all messages of one run of a script before it begins the next.

    A fragment's timer can ask for a run just after the page's script has ended, while its last messages wait to be
    passed on. Streamlit makes a new `ScriptRunner` then, and ignores messages of any other. The end of the page is
    missing until the next click. Streamlit describes this in `AppSession.request_rerun` (its issue 9921), and prevents
    it only where the fragment is gone.
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
            # A timer asks again soon, and what it sent holds older values of the widgets.
            return
        runner = session._scriptrunner
        if runner is None or not runner.request_rerun(request):
            create_in_turn(session, request)

    AppSession._create_scriptrunner = create_in_turn  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        AppSession._create_scriptrunner = create  # type: ignore[method-assign]
