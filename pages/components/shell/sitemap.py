"""The app's pages, and how a visit to one of them begins."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from pages.components.shell.address import note_visit


class PageInfo(NamedTuple):
    """How a page is called, its icon, and what it is for."""

    title: str
    icon: str
    summary: str


# By the name of the script in pages/, which is also the page's path; in the order of the navigation.
PAGES = {
    "home": PageInfo("Home", ":material/home:", ""),
    "train": PageInfo("Train", ":material/play_circle:", "Choose a network and watch its loss fall as it learns."),
    "draw": PageInfo("Draw", ":material/draw:", "Draw a digit and see what a network reads, and how sure it is."),
    "evaluate": PageInfo("Evaluate", ":material/fact_check:", "Click the confusion matrix and look at the mistakes."),
    "sweep": PageInfo("Sweep", ":material/grid_on:", "Train a grid of networks and see which settings do best."),
    "twins": PageInfo("Twins", ":material/compare_arrows:", "Backpropagation by hand in NumPy, beside PyTorch."),
    "anatomy": PageInfo("Anatomy", ":material/schema:", "Look inside: layers, weights and what each of them answers."),
}

_app_has_run = False


def all_pages() -> list[StreamlitPage]:
    """Every page, in the order of the navigation. Notes that app.py is what is running."""
    global _app_has_run
    _app_has_run = True
    return [
        st.Page(f"pages/{name}.py", title=page.title, icon=page.icon, default=name == "home")
        for name, page in PAGES.items()
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
    note_visit()
