"""Files that are made when they are downloaded, in a thread of their own."""

from concurrent.futures import ThreadPoolExecutor

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.testing.v1 import AppTest

from pages.components.shell.later import later


def page():
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from pages.components.shell.later import later

    st.session_state["session"] = get_script_run_ctx().session_id
    st.session_state["made"] = later(lambda: get_script_run_ctx().session_id)


def test_what_is_made_later_is_made_for_the_visitor_of_the_page():
    app = AppTest.from_function(page, default_timeout=30).run()
    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(app.session_state["made"]).result() == app.session_state["session"]
        # The thread forgets the visitor, also after an error.
        assert threads.submit(get_script_run_ctx, suppress_warning=True).result() is None
        assert isinstance(threads.submit(later(lambda: 1 / 0)).exception(), ZeroDivisionError)
        assert threads.submit(get_script_run_ctx, suppress_warning=True).result() is None
