"""A visitor's session of Streamlit's with a page of its own, which is asked by hand."""

import asyncio

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache

SCRIPT = """
import time
from pathlib import Path

import streamlit as st

def count(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1

def choose():
    count("clicks")
    st.session_state["choice"] = "by the script"

@st.fragment(run_every=60)
def clock():
    count("ticks")
    st.write(f"tick {st.session_state['ticks']}")
    st.button("Count", on_click=count, args=("counted",))
    st.pills("View", ["first", "second"], default="first", required=True, key="view", persist_state="session")

with st.container():
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
        """Run the page; returns the ids of its choice, the fragment's button and the page's."""
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
        """The texts that the messages leave on the page: a newer one takes an older one's place."""
        messages = [message for message in await self.messages() if message.delta.new_element.markdown.body]
        return {*{tuple(each.metadata.delta_path): each.delta.new_element.markdown.body for each in messages}.values()}


def gate_before_the_script(_, monkeypatch, gate):
    """Its thread has begun and has not yet asked what there is to do."""
    run = ScriptRunner._run_script_thread
    monkeypatch.setattr(ScriptRunner, "_run_script_thread", lambda runner: (gate.wait(), run(runner)))


def gate_before_the_callbacks(visit, monkeypatch, gate):
    """It knows what there is to do and has not yet begun."""
    cache = visit.session._script_cache
    read = cache.get_bytecode
    monkeypatch.setattr(cache, "get_bytecode", lambda path: (gate.wait(), read(path))[1])
