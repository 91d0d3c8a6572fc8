"""What a click does while another click's work is being done, in Streamlit's own script runner."""

import pytest
from streamlit.testing.v1 import AppTest


def page():
    import streamlit as st
    from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

    from pages.components.shell.errors import callback
    from pages.components.shell.uninterrupted import uninterrupted

    state = st.session_state
    state["runs"] = state.get("runs", 0) + 1

    def work():
        """Another click arrives while this is done."""
        state["first"] = state.get("first", 0) + 1
        get_script_run_ctx().script_requests.request_rerun(RerunData())
        state["second"] = state.get("second", 0) + 1

    def nested():
        with uninterrupted():
            pass
        work()

    def fail():
        work()
        raise ValueError

    st.button("Bare", on_click=work)
    st.button("Callback", on_click=callback(work))
    st.button("Nested", on_click=callback(nested))
    st.button("Fails", on_click=callback(fail))
    if st.button("Script"):
        with uninterrupted():
            work()
        # The click that has arrived has its turn here.
        state["third"] = "reached"
    st.write("drawn")


def done(label):
    app = AppTest.from_function(page, default_timeout=30).run()
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception
    assert [text.value for text in app.markdown] == ["drawn"]
    return {name: app.session_state[name] for name in ("first", "second", "third", "runs") if name in app.session_state}


def test_streamlit_alone_breaks_a_callback_off():
    # Where this fails, Streamlit has mended it, and `uninterrupted` is no longer needed.
    assert "second" not in done("Bare")


@pytest.mark.parametrize("label", ["Callback", "Nested"])
def test_a_callback_comes_to_its_end(label):
    # The run after the callback gives way to the other click's.
    assert done(label) == {"first": 1, "second": 1, "runs": 2}


def test_a_callback_that_fails_lets_the_next_click_through(defects):
    assert done("Fails") == {"first": 1, "second": 1, "runs": 2}
    assert len(defects) == 1
    defects.clear()


def test_a_script_s_work_comes_to_its_end_and_the_next_click_has_its_turn_then():
    assert done("Script") == {"first": 1, "second": 1, "runs": 3}
