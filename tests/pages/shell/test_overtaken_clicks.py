"""Clicks that the next request of the browser comes close upon, in Streamlit's own session."""

import asyncio
import threading

import pytest
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from pages.components.shell.reruns import careful_reruns
from tests.pages.shell.visits import END, gate_before_the_callbacks, gate_before_the_script


@pytest.fixture(params=[gate_before_the_script, gate_before_the_callbacks])
def clicks(request, visit, monkeypatch):
    """How often the callback of one click is called when the next request comes before that, and the page's texts."""

    async def click_and_ask_again(visit):
        _, _, button = await visit.open_page()
        gate = threading.Event()
        request.param(visit, monkeypatch, gate)
        visit.ask_page(WidgetState(id=button, trigger_value=True))
        thread = visit.session._scriptrunner._script_thread
        requests = visit.session._scriptrunner._requests
        while request.param is gate_before_the_callbacks and requests._state is ScriptRequestType.RERUN:
            await asyncio.sleep(0)
        visit.ask_page()
        gate.set()
        thread.join()
        texts = await visit.texts()
        return END in texts, visit.session.session_state.filtered_state.get("clicks", 0)

    return lambda: visit(click_and_ask_again)


def test_streamlit_alone_forgets_a_click_when_the_next_request_comes_at_once(clicks):
    # Where this fails, Streamlit has mended it, and `careful_reruns` need not tell the next run of it.
    assert clicks() == (True, 0)


def test_a_click_counts_once_although_the_next_request_comes_at_once(clicks):
    with careful_reruns():
        assert clicks() == (True, 1)


def test_a_click_counts_once_also_when_its_callback_works_while_the_next_request_comes(visit, tmp_path):
    async def click_and_ask_again(visit):
        _, _, button = await visit.open_page()
        (tmp_path / "wait").touch()
        visit.ask_page(WidgetState(id=button, trigger_value=True))
        while "clicks" not in visit.session.session_state.filtered_state:
            await asyncio.sleep(0)
        visit.ask_page()
        (tmp_path / "wait").unlink()
        return END in await visit.texts(), visit.session.session_state["clicks"]

    with careful_reruns():
        assert visit(click_and_ask_again) == (True, 1)


@pytest.mark.parametrize("is_later", [True, False])
def test_a_click_in_a_fragment_counts_although_the_page_runs_anew_before_its_turn(
    visit, tmp_path, monkeypatch, is_later
):
    """is_later: whether the click comes while the page's script works; else before its callbacks are called."""

    async def click_while_the_page_runs(visit):
        _, count, _ = await visit.open_page()
        (tmp_path / "wait").touch()
        gate = threading.Event()
        gate_before_the_callbacks(visit, monkeypatch, gate)
        visit.ask_page()
        while visit.session._scriptrunner._requests._state is not ScriptRequestType.CONTINUE:
            await asyncio.sleep(0)
        if not is_later:
            visit.ask_fragment(WidgetState(id=count, trigger_value=True), by_timer=False)
        gate.set()
        while visit.session.session_state["ticks"] < 2:
            await asyncio.sleep(0)
        if is_later:
            visit.ask_fragment(WidgetState(id=count, trigger_value=True), by_timer=False)
        visit.ask_page()
        (tmp_path / "wait").unlink()
        return END in await visit.texts(), visit.session.session_state["counted"]

    with careful_reruns():
        assert visit(click_while_the_page_runs) == (True, 1)
