"""When a widget's callback counts."""

from streamlit.testing.v1 import AppTest


def _page():
    import streamlit as st

    from pages.components.forms.field import when_changed

    def count():
        st.session_state.calls = st.session_state.get("calls", 0) + 1

    st.session_state.setdefault("letter", "a")
    call = when_changed("letter", count)
    st.selectbox("Letter", ["a", "b"], key="letter", on_change=call)
    # What Streamlit does when a click interrupts the run that draws a widget: it calls back without a change.
    st.button("Nothing chosen", on_click=call)
    if st.button("Forget"):
        del st.session_state["letter_shown"]


def test_a_callback_is_called_for_another_value_and_for_nothing_else():
    app = AppTest.from_function(_page).run()
    app.button[0].click().run()
    assert not app.exception
    assert "calls" not in app.session_state
    app.selectbox[0].set_value("b").run()
    assert app.session_state.calls == 1


def test_a_callback_of_a_widget_that_is_gone_does_nothing():
    app = AppTest.from_function(_page).run()
    app.button[1].click().run()
    app.selectbox[0].set_value("b").run()
    assert not app.exception
    assert "calls" not in app.session_state
