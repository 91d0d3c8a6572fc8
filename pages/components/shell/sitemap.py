"""The app's pages, and how a visit to one of them begins."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from core.settings import operator
from models.texts import mark
from pages.components.shell.address import note_visit
from pages.components.shell.texts import tr_plain
from pages.components.shell.visitor import require_admission


class PageInfo(NamedTuple):
    """A page's title, its icon, and what it is for; the texts are in the catalogue."""

    title: str
    icon: str
    summary: str


# By the name of the script in pages/, which is also the page's path; in the order of the navigation.
PAGES = {
    "home": PageInfo(mark("Home"), ":material/home:", ""),
    "train": PageInfo(mark("Train"), ":material/play_circle:", mark("Train a network and watch its loss fall.")),
    "draw": PageInfo(
        mark("Draw"), ":material/draw:", mark("Draw a digit: what is predicted, how sure it is, and why.")
    ),
    "evaluate": PageInfo(
        mark("Evaluate"), ":material/fact_check:", mark("Click a cell of the confusion matrix and see its images.")
    ),
    "sweep": PageInfo(
        mark("Sweep"), ":material/grid_on:", mark("Train a grid of networks and see which settings do best.")
    ),
    "twins": PageInfo(
        mark("Twins"), ":material/compare_arrows:", mark("Backpropagation by hand in NumPy, beside PyTorch.")
    ),
    "anatomy": PageInfo(
        mark("Anatomy"), ":material/schema:", mark("Look inside a network: its layers, weights and activations.")
    ),
}

# Only where the operator has set a class code.
_CLASSROOM = {
    "classroom": PageInfo(
        mark("Classroom"), ":material/groups_3:", mark("What the class has trained and drawn, on one board.")
    )
}

_has_visitor = False


def all_pages() -> list[StreamlitPage]:
    """Every page, in the order of the navigation. Notes that there is a visitor."""
    global _has_visitor
    _has_visitor = True
    return [
        st.Page(f"pages/{name}.py", title=tr_plain(page.title), icon=page.icon, default=name == "home")
        for name, page in offered_pages().items()
    ]


def has_visitor() -> bool:
    """Whether anybody has opened a page since the server's start."""
    return _has_visitor


def offered_pages() -> dict[str, PageInfo]:
    """The pages that there are now, by name, in the order of the navigation."""
    return PAGES | _CLASSROOM if operator().class_code else PAGES


def enter() -> None:
    """Begin a page: stop for a visitor who may not visit, also where the page's script runs without app.py."""
    require_admission()
    note_visit()
