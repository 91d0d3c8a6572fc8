"""The browser's requests to run a page again, none of which takes away what another has brought."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_requests import (
    ScriptRequests,
    ScriptRequestType,
    _coalesce_widget_states,
)
from streamlit.runtime.state.safe_session_state import SafeSessionState
from streamlit.runtime.state.session_state import SessionState, Value, WStates

from pages.components.shell.uninterrupted import uninterrupted

# How often to look whether the last run's messages have been passed on, in seconds.
_LOOK_SECONDS = 0.01


@contextlib.contextmanager
def careful_reruns() -> Iterator[None]:
    """Have Streamlit run pages again without the losses that the browser's requests can cause."""
    with _clicks_not_overtaken(), _timers_that_only_draw(), _runs_in_turn(), _pages_sent_whole():
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
    waiting: WeakKeyDictionary[AppSession, list[RerunData]] = WeakKeyDictionary()

    def create_in_turn(session: AppSession, request: RerunData) -> None:
        queue = waiting.setdefault(session, [])
        if not request.fragment_id:
            # The page's run will run its fragments, too.
            queue[:] = [earlier for earlier in queue if not earlier.is_auto_rerun]
        queue.append(request)
        go_on(session)

    def go_on(session: AppSession) -> None:
        queue = waiting[session]
        if session._state is AppSessionState.SHUTDOWN_REQUESTED:
            queue.clear()
        while queue:
            if session._scriptrunner is not None and not queue[0].fragment_id:
                # A run of the page needs a runner of its own: a fragment's leaves the place where it has drawn behind.
                session._scriptrunner.request_stop()
                session._scriptrunner = None
            if session._scriptrunner is None:
                create(session, queue.pop(0))
            elif session._scriptrunner.request_rerun(queue[0]):
                queue.pop(0)
            else:
                # It has ended, else it would have taken the request.
                session._event_loop.call_later(_LOOK_SECONDS, go_on, session)
                break

    with _replaced(AppSession, "_create_scriptrunner", create_in_turn):
        yield


@contextlib.contextmanager
def _pages_sent_whole() -> Iterator[None]:
    """Have the browser get all of a page's run, although a fragment runs before everything has been sent.

    Streamlit leaves out what the page's run has drawn of the fragment, since it will be drawn again. When the browser
    hears of the end of the page's run it takes away what that run has not drawn: the fragment. What stands below moves
    up into its place, and the fragment is then drawn over it.
    """
    clear_usually = AppSession._clear_queue

    def clear(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
        if fragment_ids_this_run is None:
            clear_usually(session)
        else:
            # What the fragment draws comes after all that waits, and takes no place of it.
            session._browser_queue._delta_index_map = {}

    with _replaced(AppSession, "_clear_queue", clear):
        yield


@contextlib.contextmanager
def _timers_that_only_draw() -> Iterator[None]:
    """Have timers' requests change neither a widget's value nor the page.

    The browser sends the values of all widgets and the page with each request. When a script has set a widget's value,
    or the visitor has followed a link, a timer may ask before the browser knows it. Streamlit takes the older value for
    a new choice of the visitor's, and stays on the older page. A real choice comes with a request of its own.

    Values that the session has, too, are not left out: Streamlit would tell the browser of a value that it does not
    get, and so undo what the visitor chooses meanwhile.
    """
    request_usually, hear_usually = ScriptRequests._request_rerun_locked, SafeSessionState.on_script_will_rerun
    # The values that a timer's request has brought, of the run that is about to begin.
    brought: WeakKeyDictionary[ScriptRequests, WidgetStates] = WeakKeyDictionary()

    def request(requests: ScriptRequests, asked: RerunData) -> bool:
        if asked.is_auto_rerun:
            # The run that is about to begin or works.
            other = requests._rerun_data
            if other.page_script_hash not in ("", asked.page_script_hash):
                return True
            # Where it is about to begin, both become one, which gets the values given here.
            if requests._state is ScriptRequestType.RERUN:
                asked = replace(asked, widget_states=other.widget_states)
            else:
                brought[requests] = asked.widget_states or WidgetStates()
        return request_usually(requests, asked)

    def hear(state: SafeSessionState, states: WidgetStates | None, **more: Any) -> None:
        context = get_script_run_ctx()
        requests = context.script_requests if context else None
        if requests and states is not None and brought.get(requests) is states:
            with state._lock:
                states = _shared_values(state._state, states)
        hear_usually(state, states, **more)

    with (
        _replaced(ScriptRequests, "_request_rerun_locked", request),
        _replaced(SafeSessionState, "on_script_will_rerun", hear),
    ):
        yield


def _shared_values(state: SessionState, states: WidgetStates) -> WidgetStates:
    """Those of the browser's values that the session has, too."""
    return WidgetStates(widgets=[widget for widget in states.widgets if _held_value(state, widget.id) == widget])


def _held_value(state: SessionState, widget_id: str) -> WidgetState | None:
    """A widget's value in the session, as the browser sends it."""
    metadata, key = state.get_widget_metadata(widget_id), state._key_id_mapper.id_key_mapping.get(widget_id)
    if metadata is None:
        return None
    # A value that the widget no longer offers cannot be sent.
    with contextlib.suppress(KeyError, ValueError):
        value = state._getitem(widget_id, key)
        return WStates({widget_id: Value(value)}, {widget_id: metadata}).get_serialized(widget_id)
    return None


@contextlib.contextmanager
def _clicks_not_overtaken() -> Iterator[None]:
    """Have a click count although the next request comes before the click's own run has called its callback.

    Streamlit stops that run for the next one. The browser tells of a click on a button or a link once only, so nobody
    would hear of it any more. So the next run is told of it.
    """
    request_usually, hear_usually = ScriptRequests._request_rerun_locked, SafeSessionState.on_script_will_rerun
    create_usually = AppSession._create_scriptrunner
    # What a runner has been asked and the widgets' callbacks have not yet heard, the oldest first.
    unheard: WeakKeyDictionary[ScriptRequests, list[RerunData]] = WeakKeyDictionary()
    newest: WeakKeyDictionary[AppSession, ScriptRequests] = WeakKeyDictionary()
    # The page that was shown when a runner was made, until the callbacks have heard of its first request.
    shown: WeakKeyDictionary[ScriptRequests, str] = WeakKeyDictionary()

    def request(requests: ScriptRequests, asked: RerunData) -> bool:
        link = requests._rerun_data
        if asked.fragment_id and requests._state is ScriptRequestType.RERUN and link.page_script_hash:
            # Both become one, on the page given here. A fragment knows of no other page than its own.
            asked = replace(
                asked,
                page_script_hash=link.page_script_hash,
                page_name=link.page_name,
                query_string=link.query_string,
            )
        is_taken = request_usually(requests, asked)
        if is_taken:
            unheard.setdefault(requests, []).append(requests._rerun_data)
        return is_taken

    def hear(state: SafeSessionState, *args: Any, **kwargs: Any) -> None:
        context = get_script_run_ctx()
        requests = context.script_requests if context else None
        if requests is None:
            hear_usually(state, *args, **kwargs)
            return
        with requests._lock:
            is_stopped = requests._state is ScriptRequestType.STOP
            if not is_stopped:
                # What is asked for a later run is not yet heard.
                is_next = requests._state is ScriptRequestType.RERUN
                unheard[requests] = unheard.get(requests, [])[-1:] if is_next else []
                shown.pop(requests, None)
        # A stopped run ends here.
        with contextlib.nullcontext() if is_stopped else uninterrupted():
            hear_usually(state, *args, **kwargs)

    def create(session: AppSession, asked: RerunData) -> None:
        missed, page = [], session._pages_manager.current_page_script_hash
        if earlier := newest.get(session):
            missed, page = unheard.get(earlier, []), shown.get(earlier, page)
        told = missed if missed and asked.is_auto_rerun else [*missed, asked]
        states = functools.reduce(_coalesce_widget_states, [each.widget_states for each in told])
        links = [each for each in missed if each.page_script_hash not in ("", page)]
        if links and asked.page_script_hash == page:
            # The browser did not yet know of the link.
            asked = links[-1]
        create_usually(session, replace(asked, widget_states=states, is_auto_rerun=asked.is_auto_rerun and not missed))
        if session._scriptrunner is not None:
            requests = newest[session] = session._scriptrunner._requests
            with requests._lock:
                if unheard.get(requests):
                    shown[requests] = page

    with (
        _replaced(ScriptRequests, "_request_rerun_locked", request),
        _replaced(SafeSessionState, "on_script_will_rerun", hear),
        _replaced(AppSession, "_create_scriptrunner", create),
    ):
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
