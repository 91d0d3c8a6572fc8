"""A form's Start button. Where the data set is missing, one click downloads it and then starts."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.texts.message import Message, message
from pages.components.data.data_gate import Missing, Ways, draw_panel, find_missing, may_download, start_download
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr


class Start:
    """One form's Start button, and what is shown where the result will be while the data set is missing.

    prefix: of the names under which the session remembers what was clicked.
    use_digits: switches the form to the data set that needs no download.
    """

    def __init__(self, prefix: str, use_digits: Callable[[], None]) -> None:
        self._wanted, self._awaited = f"{prefix}start_wanted", f"{prefix}start_awaits"
        self._button = f"{prefix}start"
        self._use_digits = use_digits

    def press(self) -> None:
        """Ask for a start, as the button does. Call it before the button is drawn."""
        st.session_state[self._wanted] = True

    def draw(self, dataset: str | None, disabled: bool = False, help: str | None = None) -> bool:
        """Draw the button; returns whether to start now, with what the form holds in this run of the page.

        dataset: what the form has chosen; None while the form holds a mistake, which disables the button.
        """
        st.button(
            tr("Start"),
            key=self._button,
            type="primary",
            icon=":material/play_arrow:",
            width="stretch",
            disabled=disabled or dataset is None,
            help=help,
            on_click=callback(self.press),
        )
        # A callback alone would be given the form of the page's run before, without what was just typed.
        wanted = bool(st.session_state.pop(self._wanted, False))
        if dataset is None:
            return False
        missing = find_missing(dataset)
        if missing is None:
            return st.session_state.pop(self._awaited, None) == dataset or wanted
        if not may_download():
            st.caption(tr(_describe_delay(missing)))
            return False
        if wanted and not missing.is_downloading:
            start_download(missing)
            missing = find_missing(dataset) or missing
        if wanted:
            st.session_state[self._awaited] = dataset
        elif not missing.is_downloading:
            # It has failed or was cancelled: what is downloaded later, on another page, starts nothing here.
            st.session_state.pop(self._awaited, None)
        st.caption(tr(_describe_delay(missing)))
        return False

    def show_missing(self, dataset: str) -> bool:
        """Whether the data set is missing, after saying so, with the ways to go on."""
        missing = find_missing(dataset)
        if missing is None:
            return False
        digits = tr("Start on the embedded digits")
        draw_panel(missing, Ways(tr("Download and start"), self.press, digits, self._start_on_digits))
        return True

    def _start_on_digits(self) -> None:
        self._use_digits()
        self.press()


def find_delay(dataset: str) -> Message | None:
    """Why a run on this data set cannot start at once; None where the data set is here."""
    missing = find_missing(dataset)
    return _describe_delay(missing) if missing else None


def _describe_delay(missing: Missing) -> Message:
    title = missing.info.title
    if not may_download():
        return message("{title} is not on this server.", title=title)
    if missing.is_downloading:
        return message("Starts as soon as {title} is here.", title=title)
    return message("Downloads {title} first ({size:.1f} MB).", title=title, size=missing.megabytes)
