"""Links that a request of the page before comes close upon, in Streamlit's own session."""

import asyncio
import threading

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from pages.components.shell.reruns import careful_reruns
from tests.pages.shell.visits import gate_before_the_callbacks, gate_before_the_script

FIRST, SECOND = "the first page", "the second page"
TWO_PAGES = f"""
import time
from pathlib import Path

import streamlit as st

def count(name):
    st.session_state[name] = st.session_state.get(name, 0) + 1

def first():
    st.fragment(lambda: st.button("In a fragment", on_click=count, args=("counted",)), run_every=60)()
    st.button("Count", on_click=count, args=("clicks",))
    st.write("{FIRST}")

def second():
    st.fragment(lambda: st.button("In a fragment", on_click=count, args=("counted",)), run_every=60)()
    st.session_state["is_second_begun"] = True
    while Path(__file__).with_name("wait").exists():
        time.sleep(0.01)
    st.write("{SECOND}")

st.navigation([st.Page(first), st.Page(second)]).run()
"""


@pytest.fixture
def script():
    return TWO_PAGES


class Reader:
    """A visitor who reads the first page and follows the link to the second."""

    def __init__(self, visit):
        self.visit, self.session = visit, visit.session

    async def open_first(self):
        self.session.request_rerun(ClientState())
        messages = await self.visit.messages()
        [pages] = [each.navigation.app_pages for each in messages if each.WhichOneof("type") == "navigation"]
        self.first, self.second = [page.page_script_hash for page in pages]
        elements = [message.delta.new_element for message in messages]
        self.in_fragment, self.button = [each.button.id for each in elements if each.WhichOneof("type") == "button"]
        [self.fragment] = self.session._fragment_storage._fragments

    def ask(self, page, clicked=None, **more):
        values = [WidgetState(id=clicked, trigger_value=True)] if clicked else []
        self.session.request_rerun(
            ClientState(page_script_hash=page, widget_states=WidgetStates(widgets=values), **more)
        )

    def ask_by_timer(self):
        self.ask(self.first, fragment_id=self.fragment, is_auto_rerun=True)

    async def begin_second(self, wait_file):
        """Follow the link; the second page is drawn to its end once the file is gone."""
        await self.open_first()
        wait_file.touch()
        self.ask(self.second)
        while "is_second_begun" not in self.session.session_state.filtered_state:
            await asyncio.sleep(0)

    async def seen(self):
        """What is shown, and which page the session takes for the present one."""
        texts = await self.visit.texts()
        pages = {self.first: FIRST, self.second: SECOND}
        return texts, pages[self.session._pages_manager.current_page_script_hash]


def following_the_link(visit, monkeypatch, then, gate_before=gate_before_the_script):
    """What a visitor sees who has followed the link, when something happens before the second page's run gets ahead."""

    async def follow(visit):
        reader, gate = Reader(visit), threading.Event()
        await reader.open_first()
        gate_before(visit, monkeypatch, gate)
        reader.ask(reader.second)
        runner = visit.session._scriptrunner
        while gate_before is gate_before_the_callbacks and runner._requests._state is ScriptRequestType.RERUN:
            await asyncio.sleep(0)
        then(reader)
        gate.set()
        runner._script_thread.join()
        return await reader.seen()

    return visit(follow)


def test_streamlit_alone_forgets_a_link_when_a_timer_asks_at_once(visit, monkeypatch):
    # Where this fails, Streamlit has mended it.
    assert following_the_link(visit, monkeypatch, Reader.ask_by_timer) == ({FIRST}, FIRST)


def test_a_timer_does_not_lead_back_to_the_page_before(visit, monkeypatch):
    with careful_reruns():
        assert following_the_link(visit, monkeypatch, Reader.ask_by_timer) == ({SECOND}, SECOND)


def test_nor_does_it_while_the_second_page_is_drawn(visit, tmp_path):
    async def follow(visit):
        reader = Reader(visit)
        await reader.begin_second(tmp_path / "wait")
        reader.ask_by_timer()
        (tmp_path / "wait").unlink()
        return await reader.seen()

    with careful_reruns():
        assert visit(follow) == ({SECOND}, SECOND)


@pytest.mark.parametrize("gate_before", [gate_before_the_script, gate_before_the_callbacks])
@pytest.mark.parametrize("is_in_fragment", [True, False])
def test_a_click_on_the_page_before_counts_and_does_not_lead_back(visit, monkeypatch, gate_before, is_in_fragment):
    def click(reader):
        if is_in_fragment:
            reader.ask(reader.first, reader.in_fragment, fragment_id=reader.fragment)
        else:
            reader.ask(reader.first, reader.button)
        reader.counter = "counted" if is_in_fragment else "clicks"
        readers.append(reader)

    readers = []
    with careful_reruns():
        texts, _ = following_the_link(visit, monkeypatch, click, gate_before)
    assert texts == {SECOND}
    [reader] = readers
    assert reader.session.session_state[reader.counter] == 1


def test_the_link_back_counts_although_a_click_of_the_second_page_still_waits(visit, tmp_path):
    async def follow_and_return(visit):
        reader = Reader(visit)
        await reader.begin_second(tmp_path / "wait")
        [fragment] = set(visit.session._fragment_storage._fragments) - {reader.fragment}
        reader.ask(reader.second, fragment_id=fragment)
        reader.ask(reader.first)
        (tmp_path / "wait").unlink()
        return await reader.seen()

    with careful_reruns():
        assert visit(follow_and_return) == ({FIRST}, FIRST)
