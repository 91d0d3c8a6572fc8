"""The script of every visit: who visits, the navigation, the page, and what comes after it."""

from __future__ import annotations

import streamlit as st

from core.logs import show_logs
from pages.components.shell.errors import showing_errors
from pages.components.shell.frame import frame_style
from pages.components.shell.presenter import note_shown, show_presenter_switch
from pages.components.shell.sitemap import all_pages
from pages.components.shell.visitor import require_admission


def show_page() -> None:
    """Draw the page that the visitor has opened."""
    show_logs()
    st.set_page_config(page_title="MNIST Lab", layout="wide")

    # First, so that nothing moves once it is drawn.
    st.html(frame_style())

    require_admission()
    show_presenter_switch()
    page = st.navigation(all_pages(), position="top")
    # A title of its own for each page: where the browser translates a page, one that is changed would keep the words of
    # the page before. Not as HTML, whose part of Streamlit's front end comes a tenth of a second later.
    with st.container(key=f"title_{page.url_path or 'home'}"):
        st.title(page.title if page.url_path else "MNIST Lab", anchor=False)
    with showing_errors():
        page.run()

    # What costs a fresh server most comes after the page: a look at all runs, the first emoji, which is the one kind of
    # icon that neither comes from the network nor loads NumPy, and the compute process, which imports torch.
    from pages.components.runs.in_training import show_in_training
    from pages.components.shell.footer import show_footer
    from pages.components.shell.language_choice import show_language_choice
    from pages.components.shell.long_call import take_up_calls
    from pages.components.shell.services import warm_up

    with showing_errors():
        show_in_training(page.url_path)
        show_footer()
        show_language_choice()
        take_up_calls()
    st.set_page_config(page_icon="🔢")
    warm_up()
    # At the very end: until then, Streamlit may break this run off for another one, which takes the same press again.
    note_shown()
