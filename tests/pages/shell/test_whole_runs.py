"""A fragment's request that comes just as a page's script has ended, in Streamlit's own session."""

import asyncio
import contextlib
from unittest.mock import MagicMock

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

from pages.components.shell.whole_runs import whole_runs

SCRIPT = """
import streamlit as st

@st.fragment(run_every=60)
def clock():
    st.session_state["ticks"] = st.session_state.get("ticks", 0) + 1
    st.write(f"tick {st.session_state['ticks']}")

clock()
st.write("end of the page")
"""
END = "end of the page"


class Visit:
    """A visitor's session, from which nothing has been passed on yet: the server's event loop is busy."""

    def __init__(self, script):
        self.session = AppSession(
            ScriptData(str(script), False), MemoryUploadedFileManager("/upload"), ScriptCache(), None, {}
        )

    def run_page(self):
        self.session.request_rerun(ClientState())
        self.session._scriptrunner._script_thread.join()

    def ask_fragment(self, by_timer):
        [fragment] = self.session._fragment_storage._fragments
        self.session.request_rerun(ClientState(fragment_id=fragment, is_auto_rerun=by_timer))

    async def texts(self):
        """What the browser gets, once the session is at rest. A newer text takes an older one's place."""
        loop, quiet = asyncio.get_running_loop(), 0
        # A request that waits its turn is a timer of the loop, or in the loop's next round once its time has come.
        while quiet < 2:
            quiet = quiet + 1 if self.session._scriptrunner is None and not loop._scheduled else 0
            await asyncio.sleep(0)
        elements = [message.delta.new_element for message in self.session.flush_browser_queue()]
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
    # Where this fails, Streamlit has mended it, and `whole_runs` is no longer needed.
    assert visit(ask_at_the_end) == {"tick 2"}


def test_the_page_is_passed_on_before_the_fragment_runs(visit):
    with whole_runs():
        assert visit(ask_at_the_end) == {"tick 2", END}


@pytest.mark.parametrize(("by_timer", "tick"), [(True, "tick 2"), (False, "tick 3")])
def test_after_a_newer_run_of_the_page_a_click_still_counts_and_a_timer_does_not(visit, by_timer, tick):
    async def ask_and_run_anew(visit):
        visit.run_page()
        visit.ask_fragment(by_timer)
        visit.run_page()
        return await visit.texts()

    with whole_runs():
        assert visit(ask_and_run_anew) == {tick, END}


def test_nothing_runs_for_a_visitor_who_has_left(visit):
    async def ask_and_leave(visit):
        visit.run_page()
        visit.ask_fragment(by_timer=True)
        visit.session.shutdown()
        return await visit.texts()

    with whole_runs():
        assert visit(ask_and_leave) == {"tick 1", END}


def test_streamlit_is_itself_again_afterwards():
    before = AppSession._create_scriptrunner
    with contextlib.suppress(ValueError), whole_runs():
        assert AppSession._create_scriptrunner is not before
        raise ValueError
    assert AppSession._create_scriptrunner is before
