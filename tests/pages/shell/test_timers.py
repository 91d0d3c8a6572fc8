"""Requests of a fragment's timer at awkward moments, in Streamlit's own session."""

import asyncio
import contextlib
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType

from pages.components.shell.timers import harmless_timers

SCRIPT = """
import time
from pathlib import Path

import streamlit as st

def choose():
    st.session_state["choice"] = "by the script"

@st.fragment(run_every=60)
def clock():
    st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    st.write(f"tick {st.session_state['ticks']}")

clock()
st.radio("Choice", ["by the visitor", "by the script", "none"], key="choice", index=2)
st.button("Choose", on_click=choose)
while Path(__file__).with_name("wait").exists():
    time.sleep(0.01)
st.write("end of the page")
"""
END = "end of the page"


class Visit:
    """A visitor's session, from which nothing has been passed on yet: the server's event loop is busy."""

    def __init__(self, script):
        self.session = AppSession(
            ScriptData(str(script), False), MemoryUploadedFileManager("/upload"), ScriptCache(), None, {}
        )

    def ask_page(self, *values):
        self.session.request_rerun(ClientState(widget_states=WidgetStates(widgets=values)))

    def run_page(self):
        self.ask_page()
        self.session._scriptrunner._script_thread.join()

    def ask_fragment(self, *values, by_timer):
        [fragment] = self.session._fragment_storage._fragments
        states = WidgetStates(widgets=values)
        self.session.request_rerun(ClientState(widget_states=states, fragment_id=fragment, is_auto_rerun=by_timer))

    async def open_page(self):
        """Run the page; returns the ids of its choice and its button."""
        self.ask_page()
        messages = await self.messages()
        elements = [message.delta.new_element for message in messages]
        return [
            getattr(element, kind).id
            for kind in ("radio", "button")
            for element in elements
            if element.WhichOneof("type") == kind
        ]

    async def messages(self):
        """What the browser gets, once the session is at rest."""
        loop, quiet = asyncio.get_running_loop(), 0
        # A request that waits its turn is a timer of the loop, or in the loop's next round once its time has come.
        while quiet < 2:
            quiet = quiet + 1 if self.session._scriptrunner is None and not loop._scheduled else 0
            await asyncio.sleep(0)
        return self.session.flush_browser_queue()

    async def texts(self):
        """The texts of the messages. A newer one takes an older one's place."""
        elements = [message.delta.new_element for message in await self.messages()]
        return {element.markdown.body for element in elements if element.markdown.body}


@pytest.fixture
def visit(tmp_path, monkeypatch):
    """Runs a coroutine that is given a visit of the page."""
    monkeypatch.setattr(Runtime, "_instance", MagicMock())
    script = tmp_path / "page.py"
    script.write_text(SCRIPT)

    async def made(use):
        one = Visit(script)
        try:
            return await use(one)
        finally:
            one.session.shutdown()

    return lambda use: asyncio.run(made(use))


async def ask_at_the_end(visit):
    visit.run_page()
    visit.ask_fragment(by_timer=True)
    return await visit.texts()


def test_streamlit_alone_loses_the_page(visit):
    # Where this fails, Streamlit has mended it, and `harmless_timers` is no longer needed.
    assert visit(ask_at_the_end) == {"tick 2"}


def test_the_page_is_passed_on_before_the_fragment_runs(visit):
    with harmless_timers():
        assert visit(ask_at_the_end) == {"tick 2", END}


@pytest.mark.parametrize(("by_timer", "tick"), [(True, "tick 2"), (False, "tick 3")])
def test_after_a_newer_run_of_the_page_a_click_still_counts_and_a_timer_does_not(visit, by_timer, tick):
    async def ask_and_run_anew(visit):
        visit.run_page()
        visit.ask_fragment(by_timer=by_timer)
        visit.run_page()
        return await visit.texts()

    with harmless_timers():
        assert visit(ask_and_run_anew) == {tick, END}


def test_nothing_runs_for_a_visitor_who_has_left(visit):
    async def ask_and_leave(visit):
        visit.run_page()
        visit.ask_fragment(by_timer=True)
        visit.session.shutdown()
        return await visit.texts()

    with harmless_timers():
        assert visit(ask_and_leave) == {"tick 1", END}


async def choose_before_the_browser_knows(visit):
    """A script sets a choice, and a timer asks with the value that the browser has had until then."""
    choice, button = await visit.open_page()
    old = WidgetState(id=choice, string_value="none")
    visit.ask_page(old, WidgetState(id=button, trigger_value=True))
    await visit.messages()
    assert visit.session.session_state["choice"] == "by the script"
    visit.ask_fragment(old, by_timer=True)
    await visit.messages()
    return visit.session.session_state["choice"]


def test_streamlit_alone_lets_a_timer_undo_a_choice(visit):
    # Where this fails, Streamlit has mended it, and `harmless_timers` need not leave values out.
    assert visit(choose_before_the_browser_knows) == "none"


def test_a_timer_does_not_undo_what_a_script_has_set(visit):
    with harmless_timers():
        assert visit(choose_before_the_browser_knows) == "by the script"


def test_a_choice_that_waits_for_its_turn_is_kept_when_a_timer_asks_too(visit, tmp_path):
    async def choose_while_the_page_runs(visit):
        choice, _ = await visit.open_page()
        (tmp_path / "wait").touch()
        visit.ask_page()
        while visit.session._scriptrunner._requests._state is not ScriptRequestType.CONTINUE:
            await asyncio.sleep(0)
        new = WidgetState(id=choice, string_value="by the visitor")
        visit.ask_fragment(new, by_timer=False)
        visit.ask_fragment(new, by_timer=True)
        (tmp_path / "wait").unlink()
        return await visit.texts(), visit.session.session_state["choice"]

    with harmless_timers():
        # The page's two runs and one of the fragment.
        assert visit(choose_while_the_page_runs) == ({"tick 3", END}, "by the visitor")


def test_streamlit_is_itself_again_afterwards():
    before = AppSession._create_scriptrunner, ScriptRequests._request_rerun_locked
    with contextlib.suppress(ValueError), harmless_timers():
        assert AppSession._create_scriptrunner is not before[0]
        assert ScriptRequests._request_rerun_locked is not before[1]
        raise ValueError
    assert (AppSession._create_scriptrunner, ScriptRequests._request_rerun_locked) == before
