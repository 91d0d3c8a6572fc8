"""The browser's requests at awkward moments, in Streamlit's own session."""

import asyncio
import contextlib
import threading

from streamlit.proto.Common_pb2 import StringArray
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequests, ScriptRequestType
from streamlit.runtime.state.safe_session_state import SafeSessionState

from pages.components.shell.reruns import careful_reruns
from tests.pages.shell.visits import END


async def ask_at_the_end(visit):
    visit.run_page()
    visit.ask_fragment(by_timer=True)
    return await visit.texts()


def test_streamlit_alone_loses_the_page(visit):
    # Where this fails, Streamlit has mended it, and `careful_reruns` is no longer needed.
    assert visit(ask_at_the_end) == {"tick 2"}


def test_the_page_is_passed_on_before_the_fragment_runs(visit):
    with careful_reruns():
        assert visit(ask_at_the_end) == {"tick 2", END}


def test_a_timer_that_waits_for_its_turn_is_dropped_for_a_newer_run_of_the_page(visit):
    async def ask_and_run_anew(visit):
        visit.run_page()
        visit.ask_fragment(by_timer=True)
        visit.run_page()
        return await visit.texts()

    with careful_reruns():
        assert visit(ask_and_run_anew) == {"tick 2", END}


def test_a_click_that_waits_for_its_turn_is_older_than_the_next_run_of_the_page(visit):
    async def click_and_choose(visit):
        choice, count, _ = await visit.open_page()
        visit.run_page()
        clicked = WidgetState(id=count, trigger_value=True)
        visit.ask_fragment(WidgetState(id=choice, string_value="none"), clicked, by_timer=False)
        visit.ask_page(WidgetState(id=choice, string_value="by the visitor"))
        texts = await visit.texts()
        return END in texts, visit.session.session_state["choice"], visit.session.session_state["counted"]

    with careful_reruns():
        assert visit(click_and_choose) == (True, "by the visitor", 1)


def test_the_page_is_drawn_in_its_place_although_a_fragment_has_just_been_drawn(visit, monkeypatch):
    reached, gate = threading.Event(), threading.Event()
    finish, create = ScriptRunner._on_script_finished, AppSession._create_scriptrunner

    def finish_after_gate(runner, context, *more, **options):
        if context.fragment_ids_this_run:
            reached.set()
            gate.wait()
        finish(runner, context, *more, **options)

    def create_and_wait(session, request):
        create(session, request)
        if request.fragment_id:
            # The fragment is drawn, and its run has not yet asked what comes next.
            reached.wait()

    def places(messages):
        return [tuple(each.metadata.delta_path) for each in messages if each.delta.new_element.markdown.body == END]

    async def draw_both(visit):
        visit.ask_page()
        usual = places(await visit.messages())
        visit.run_page()
        visit.ask_fragment(by_timer=False)
        visit.ask_page()
        gate.set()
        return usual, places(await visit.messages())

    monkeypatch.setattr(ScriptRunner, "_on_script_finished", finish_after_gate)
    monkeypatch.setattr(AppSession, "_create_scriptrunner", create_and_wait)
    with careful_reruns():
        usual, again = visit(draw_both)
    assert len(usual) == 1
    assert again == usual


def test_nothing_runs_for_a_visitor_who_has_left(visit):
    async def ask_and_leave(visit):
        visit.run_page()
        visit.ask_fragment(by_timer=True)
        visit.session.shutdown()
        return await visit.texts()

    with careful_reruns():
        assert visit(ask_and_leave) == {"tick 1", END}


async def ask_before_the_page_is_sent(visit, wait_file):
    """Whether the browser gets the fragment as the page has drawn it, before it hears of the end of the page's run."""
    await visit.open_page()
    wait_file.touch()
    visit.ask_page()
    while visit.session._scriptrunner._requests._state is not ScriptRequestType.CONTINUE:
        await asyncio.sleep(0)
    visit.ask_fragment(by_timer=True)
    wait_file.unlink()
    messages = await visit.messages()
    [end] = [
        place
        for place, message in enumerate(messages)
        if message.WhichOneof("type") == "script_finished" and message.script_finished == message.FINISHED_SUCCESSFULLY
    ]
    parts = messages[:end], messages[end:]
    return [any(message.delta.new_element.markdown.body.startswith("tick") for message in part) for part in parts]


def test_streamlit_alone_leaves_a_fragment_out_of_the_page(visit, tmp_path):
    # Where this fails, Streamlit has mended it.
    assert visit(lambda visit: ask_before_the_page_is_sent(visit, tmp_path / "wait")) == [False, True]


def test_the_page_is_sent_with_its_fragments_also_where_one_runs_again_before(visit, tmp_path):
    with careful_reruns():
        assert visit(lambda visit: ask_before_the_page_is_sent(visit, tmp_path / "wait")) == [True, True]


async def choose_before_the_browser_knows(visit):
    """A script sets a choice, and a timer asks with the value that the browser has had until then."""
    choice, _, button = await visit.open_page()
    old = WidgetState(id=choice, string_value="none")
    visit.ask_page(old, WidgetState(id=button, trigger_value=True))
    await visit.messages()
    assert visit.session.session_state["choice"] == "by the script"
    visit.ask_fragment(old, by_timer=True)
    await visit.messages()
    return visit.session.session_state["choice"]


def test_streamlit_alone_lets_a_timer_undo_a_choice(visit):
    # Where this fails, Streamlit has mended it, and `careful_reruns` need not leave values out.
    assert visit(choose_before_the_browser_knows) == "none"


def test_a_timer_does_not_undo_what_a_script_has_set(visit):
    with careful_reruns():
        assert visit(choose_before_the_browser_knows) == "by the script"


def test_a_timer_does_not_tell_the_browser_what_it_knows_already(visit):
    """The browser would take it for news, and undo what the visitor chooses meanwhile."""

    def view(messages):
        [found] = [each for each in messages if each.delta.new_element.WhichOneof("type") == "button_group"]
        return found.delta.new_element.button_group

    async def choose_and_wait(visit):
        visit.ask_page()
        pills = view(await visit.messages())
        second = WidgetState(id=pills.id, string_array_value=StringArray(data=["second"]))
        visit.ask_fragment(second, by_timer=False)
        told = [view(await visit.messages())]
        for _ in range(2):
            visit.ask_fragment(second, by_timer=True)
            told.append(view(await visit.messages()))
        first = WidgetState(id=pills.id, string_array_value=StringArray(data=["first"]))
        # One that differs is the session's to say.
        visit.ask_fragment(first, by_timer=True)
        told.append(view(await visit.messages()))
        return [(each.set_value, list(each.raw_values)) for each in told], visit.session.session_state["view"]

    with careful_reruns():
        told, chosen = visit(choose_and_wait)
    assert chosen == "second"
    assert [is_news for is_news, _ in told] == [False, False, False, True]
    assert told[-1][1] == ["second"]


def test_a_choice_that_waits_for_its_turn_is_kept_when_a_timer_asks_too(visit, tmp_path):
    async def choose_while_the_page_runs(visit):
        choice, *_ = await visit.open_page()
        (tmp_path / "wait").touch()
        visit.ask_page()
        while visit.session._scriptrunner._requests._state is not ScriptRequestType.CONTINUE:
            await asyncio.sleep(0)
        new = WidgetState(id=choice, string_value="by the visitor")
        visit.ask_fragment(new, by_timer=False)
        visit.ask_fragment(new, by_timer=True)
        (tmp_path / "wait").unlink()
        return await visit.texts(), visit.session.session_state["choice"]

    with careful_reruns():
        # The page's two runs and one of the fragment.
        assert visit(choose_while_the_page_runs) == ({"tick 3", END}, "by the visitor")


REPLACED = (
    (AppSession, "_create_scriptrunner"),
    (AppSession, "_clear_queue"),
    (ScriptRequests, "_request_rerun_locked"),
    (SafeSessionState, "on_script_will_rerun"),
)


def test_streamlit_is_itself_again_afterwards():
    before = [getattr(*method) for method in REPLACED]
    with contextlib.suppress(ValueError), careful_reruns():
        assert all(getattr(*method) is not usual for method, usual in zip(REPLACED, before, strict=True))
        raise ValueError
    assert [getattr(*method) for method in REPLACED] == before
