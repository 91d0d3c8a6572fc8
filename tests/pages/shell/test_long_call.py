"""A computation that takes long, on a page of its own."""

import gc
import threading
from weakref import ref

import pytest
import streamlit as st
from streamlit.runtime.caching import clear_session_resource_cache
from streamlit.testing.v1 import AppTest

from core import settings
from core.errors import RunError
from core.execution.children import BACKGROUND, QUICK
from core.execution.compute_client import ComputeClient
from core.owners.visitor import OPERATOR, new_key, visitor_with
from pages.components.shell.long_call import _Visit
from tests.pages.calls import MadeCall
from tests.pages.drawing import find, texts


def page():
    import streamlit as st

    from core.texts.message import message
    from pages.components.shell.long_call import await_call
    from tests.pages.shell.test_long_call import compute

    result = await_call("square", message("Square it"), compute, 7)
    if result is not None:
        st.session_state["results"] = [*st.session_state.get("results", []), result]


def page_that_starts_itself():
    from core.texts.message import message
    from pages.components.shell.long_call import await_call
    from tests.pages.shell.test_long_call import compute

    await_call("square", message("Square it"), compute, 7, starts_itself=True)


def page_with_a_press_that_is_told_twice():
    from core.execution.children import BACKGROUND
    from core.texts.message import message
    from pages.components.shell.long_call import _begin, await_call
    from tests.pages.shell.test_long_call import compute

    for _ in range(2):
        _begin("long_call_square", message("Square it"), BACKGROUND, compute, (7,))
    await_call("square", message("Square it"), compute, 7)


def pages():
    import streamlit as st

    from core.texts.message import message
    from pages.components.shell.long_call import await_call, take_up_calls
    from tests.pages.shell.test_long_call import compute

    if "is_elsewhere" not in st.session_state:
        await_call("square", message("Square it"), compute, 7)
    take_up_calls()


def compute(number):
    yield 0.5
    return number * number


@pytest.fixture
def started(monkeypatch):
    """The calls that the page has started, with the functions, arguments and lanes."""
    calls = []

    def start_long_call(_, function, *args, lane):
        calls.append((MadeCall(), function.__name__, args, lane))
        return calls[-1][0]

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    st.cache_resource.clear()
    yield calls
    st.cache_resource.clear()


@pytest.fixture
def app(started):
    assert not started
    return AppTest.from_function(page, default_timeout=30).run()


def progress(app):
    [bar] = app.get("progress")
    return bar.proto.value, bar.proto.text


def test_nothing_is_computed_before_the_button_is_pressed(app, started):
    assert not started
    assert not app.get("progress")
    find(app.button, "Square it").click().run()
    assert [call[1:] for call in started] == [("compute", (7,), BACKGROUND)]


def test_the_share_that_is_done_is_shown_with_a_way_to_cancel(app, started):
    find(app.button, "Square it").click().run()
    call = started[0][0]
    assert progress(app) == (0, "0% done")
    call.done.value = 0.25
    app.run()
    assert progress(app) == (25, "25% done")
    assert [button.label for button in app.button] == ["Cancel"]


def test_the_result_is_given_once_and_the_button_is_back(app, started):
    find(app.button, "Square it").click().run()
    started[0][0].end(49)
    app.run()
    app.run()
    assert app.session_state["results"] == [49]
    find(app.button, "Square it").click().run()
    assert len(started) == 2


def test_a_cancelled_computation_can_be_started_again(app, started):
    find(app.button, "Square it").click().run()
    find(app.button, "Cancel").click().run()
    assert started[0][0].cancelled
    assert [caption.value for caption in app.caption] == ["Cancelled."]
    assert "results" not in app.session_state
    find(app.button, "Square it").click().run()
    assert progress(app) == (0, "0% done")


@pytest.mark.parametrize("error", [RunError("{name!r} is busy.", name="Mine"), OSError("No space left on device")])
def test_an_error_is_said_and_the_computation_can_be_started_again(app, started, error):
    find(app.button, "Square it").click().run()
    started[0][0].end(error)
    app.run()
    assert [shown.value for shown in app.error] == [str(error)]
    assert find(app.button, "Square it")
    assert not app.exception


def test_a_press_that_streamlit_tells_twice_starts_one_computation(started):
    app = AppTest.from_function(page_with_a_press_that_is_told_twice, default_timeout=30).run()
    assert len(started) == 1
    assert progress(app) == (0, "0% done")


def test_a_computation_that_starts_itself_needs_no_press(started):
    app = AppTest.from_function(page_that_starts_itself, default_timeout=30).run()
    app.run()
    # The page has nothing else to show, so this is not done behind other work.
    assert [call[1:] for call in started] == [("compute", (7,), QUICK)]
    assert [button.label for button in app.button] == ["Cancel"]


@pytest.mark.parametrize("is_cancelled", [True, False])
def test_once_given_up_it_waits_for_a_press(started, is_cancelled):
    app = AppTest.from_function(page_that_starts_itself, default_timeout=30).run()
    if is_cancelled:
        find(app.button, "Cancel").click().run()
    else:
        started[0][0].end(RunError("It broke."))
    app.run()
    app.run()
    assert len(started) == 1
    find(app.button, "Square it").click().run()
    assert len(started) == 2
    assert progress(app) == (0, "0% done")


def disconnect():
    """What Streamlit does when a browser's connection ends, to the session of `AppTest`."""
    clear_session_resource_cache("test session id")


def test_a_browser_that_has_gone_leaves_its_computation_which_its_return_takes_up(app, started):
    find(app.button, "Square it").click().run()
    call = started[0][0]
    assert call.left_for is None
    disconnect()
    assert call.left_for == 120.0
    app.run()
    assert call.left_for is None
    disconnect()
    # As its end would be told to a visitor who comes back too late.
    call.cancel()
    app.run()
    assert [caption.value for caption in app.caption] == ["Cancelled."]


def test_another_browser_s_end_leaves_a_computation_alone(app, started):
    find(app.button, "Square it").click().run()
    clear_session_resource_cache("another session")
    assert started[0][0].left_for is None


def test_the_result_of_a_computation_is_not_kept_for_the_rest_of_the_visit(app, started):
    find(app.button, "Square it").click().run()
    started[0][0].end(49)
    app.run()
    call = ref(started[0][0])
    started.clear()
    gc.collect()
    assert call() is None


def test_a_browser_that_comes_back_on_another_page_takes_it_up_too(started):
    app = AppTest.from_function(pages, default_timeout=30).run()
    find(app.button, "Square it").click().run()
    disconnect()
    assert started[0][0].left_for == 120.0
    app.session_state["is_elsewhere"] = True
    app.run()
    assert started[0][0].left_for is None
    # From there it is left again when the browser goes.
    disconnect()
    assert started[0][0].left_for == 120.0


@pytest.fixture
def tab(started, monkeypatch):
    """Opens a page in a further tab of a visitor's, of an app that is open to others."""
    assert not started
    monkeypatch.setenv(settings.OPEN_VARIABLE, "1")

    def open_page(function, who):
        app = AppTest.from_function(function, default_timeout=30)
        app.session_state["visitor_who"] = who
        return app.run()

    return open_page


ADA = visitor_with(new_key())


def test_a_visitor_has_one_computation_at_a_time_in_all_tabs(tab, started):
    find(tab(page, ADA).button, "Square it").click().run()
    second = tab(page, ADA)
    assert not second.warning
    find(second.button, "Square it").click().run()
    assert len(started) == 1
    assert "“Square it” is still in progress" in texts(second.warning)
    # It is said for as long as it is so.
    assert second.run().warning
    started[0][0].end(49)
    assert not second.run().warning
    find(second.button, "Square it").click().run()
    assert len(started) == 2


def test_another_visitor_and_the_operator_have_their_own(tab, started):
    find(tab(page, ADA).button, "Square it").click().run()
    for who in (visitor_with(new_key()), OPERATOR, OPERATOR):
        app = tab(page, who)
        find(app.button, "Square it").click().run()
        assert not app.warning
    assert len(started) == 4


@pytest.mark.parametrize("function", [page, page_that_starts_itself])
def test_the_other_computation_can_be_cancelled_where_it_is_in_the_way(tab, started, function):
    find(tab(page, ADA).button, "Square it").click().run()
    app = tab(function, ADA)
    if function is page:
        find(app.button, "Square it").click().run()
    find(app.button, "Cancel the other one").click().run()
    assert started[0][0].cancelled
    assert not app.warning
    if function is page:
        find(app.button, "Square it").click().run()
    assert len(started) == 2
    assert progress(app) == (0, "0% done")


def test_a_computation_that_begins_while_its_visit_ends_breaks_nothing():
    visit, calls = _Visit(), [MadeCall() for _ in range(200)]
    begun = threading.Event()

    def begin():
        for call in calls:
            visit.wait_for(call)
            begun.set()

    thread = threading.Thread(target=begin)
    thread.start()
    begun.wait()
    while thread.is_alive():
        visit.end()
    visit.end()
    assert {call.left_for for call in calls} == {120.0}
