"""Where the session keeps a form's fields."""

from streamlit.testing.v1 import AppTest


def _page():
    import streamlit as st

    from core.config.run_config import RunConfig
    from pages.components.forms.config_fields import ConfigFields

    form = ConfigFields("form_")
    st.session_state.seen = []
    for epochs in (1, 2, 3):
        form.fill(RunConfig(epochs=epochs))
        st.session_state.seen.append([name for name in st.session_state if name.endswith("_epochs")])
    form.draw_main()
    st.session_state.typed = form.values()


def test_the_fields_of_the_filling_before_stay_for_a_run_that_was_interrupted():
    app = AppTest.from_function(_page).run()
    assert not app.exception
    assert [sorted(names) for names in app.session_state.seen] == [
        ["form_1_epochs"],
        ["form_1_epochs", "form_2_epochs"],
        ["form_2_epochs", "form_3_epochs"],
    ]
    assert app.session_state.typed["epochs"] == 3
