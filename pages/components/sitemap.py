"""The app's pages, and how a visit to one of them begins."""

from __future__ import annotations

import streamlit as st
from streamlit.navigation.page import StreamlitPage

# Name of the script in pages/, which is also the page's path: title and icon.
_PAGES = {
    "home": ("Home", ":material/home:"),
    "train": ("Train", ":material/play_circle:"),
    "draw": ("Draw", ":material/draw:"),
    "evaluate": ("Evaluate", ":material/fact_check:"),
    "twins": ("Twins", ":material/compare_arrows:"),
    "sweep": ("Sweep", ":material/grid_on:"),
    "anatomy": ("Anatomy", ":material/schema:"),
}

_app_has_run = False


def all_pages() -> list[StreamlitPage]:
    """Every page, in the order of the navigation. Notes that app.py is what is running."""
    global _app_has_run
    _app_has_run = True
    return [
        st.Page(f"pages/{name}.py", title=title, icon=icon, default=name == "home")
        for name, (title, icon) in _PAGES.items()
    ]


def enter() -> None:
    """To be called first by every page: hands over to app.py where Streamlit has passed it by.

    A server's very first visit, when it goes to a page's own address, runs that page's script alone, since
    Streamlit takes a folder called pages/ for its older kind of multipage app until `st.navigation` is called.
    A script that is not called as its page's path would not even be found then.
    """
    if not _app_has_run:
        st.navigation(all_pages())
        st.rerun()
