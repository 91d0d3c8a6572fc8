"""Presenter mode: what is on a page is large and without forms, to be read from the back of a room."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import streamlit as st

from pages.components.shell.errors import callback
from pages.components.shell.text_size import ask_text_size
from pages.components.shell.texts import tr

_ON = "is_presenting"
# Whether it was on when the page was last drawn to its end.
_SHOWN = "presenting_shown"
# By which app.py finds the switch a place in the header.
_KEY = "presenter"
_FORM = "form_"
# Size of the browser's text in pixels: as it is usually, and while presenting until the browser has told it.
_USUAL_SIZE, _FIRST_SIZE = 16.0, 24.0
# What the browser has told last, and whether the page was presented then.
_TOLD = "presenter_text_size"

# Streamlit puts each container into a wrapper.
_WRAPPER = "[data-testid=stLayoutWrapper]"
_HIDDEN = (
    f"{_WRAPPER}:has(> [class*=st-key-{_FORM}])",
    # A column with nothing else.
    f".stColumn:has(> .stVerticalBlock > {_WRAPPER}:only-child > [class*=st-key-{_FORM}])",
    # The navigation says which page it is.
    f"{_WRAPPER}:has(> [class*=st-key-title_])",
)
_STYLE = f"""
<style>
/* Streamlit measures text and space in this. As a share of the window, so that all projectors show as much. */
html {{ font-size: max(16px, 1.75vw) !important; }}
{", ".join(_HIDDEN)} {{ display: none !important; }}
.stMainBlockContainer {{ padding-top: 3.25rem !important; }}
/* The canvas is as high as the window allows with its buttons and the choice of what is looked at closer below it, and
   the prediction is beside it. */
.st-key-draw_area {{ --room: calc(100dvh - 15.2rem) !important; --side: min(46%, var(--room)) !important;
  grid-template-columns: var(--side) minmax(0, 1fr) !important; }}
.st-key-draw_area > :last-child {{ grid-column: 1 / -1 !important; }}
.st-key-look [data-testid=stWidgetLabel] {{ display: none !important; }}
/* In the header, whose links are larger now, there is no room left for it. */
.st-key-in_training {{ top: 3.75rem !important; right: 1rem !important; left: auto !important; }}
.lab-prediction header b {{ font-size: 6rem !important; }}
</style>
"""


def is_presenting() -> bool:
    """Whether this visitor has switched presenter mode on."""
    return bool(st.session_state.get(_ON, False))


def enlargement() -> float:
    """How many times as large as usual text is, for what is measured in pixels: as many times as the page's text."""
    return (_told_size() or _FIRST_SIZE) / _USUAL_SIZE if is_presenting() else 1.0


def form_key(name: str) -> str:
    """The key of a container that presenter mode hides. What it holds keeps its state."""
    return f"{_FORM}{name}"


def sized_key(name: str) -> str:
    """The key of a table with ticks: another one when the size of the text has changed.

    A table measures text when it is made. When the switch has just been pressed that may still have its old size, so
    tables are made anew once the browser has told the new one.
    """
    if not _is_settled():
        return f"{name}_unsettled"
    return f"{name}_{enlargement():g}" if is_presenting() else name


def sized_place() -> AbstractContextManager[object]:
    """A place for a table without ticks: another one when presenting begins and ends, for the reason of `sized_key`.

    What stands at another depth of the page is made anew there, since a key alone does nothing for such a table.
    """
    if not _is_settled():
        return st.container()
    return st.container().container() if is_presenting() else nullcontext()


def show_presenter_switch() -> None:
    """Draw the switch, and make the page large while it is on."""
    presenting = is_presenting()
    if presenting:
        st.html(_STYLE)
    with st.container(key=_KEY):
        st.button(
            tr("End") if presenting else tr("Present"),
            key="presenter_switch",
            icon=":material/close_fullscreen:" if presenting else ":material/present_to_all:",
            type="tertiary",
            shortcut="P",
            help=tr("Back to the forms. The key P switches it.")
            if presenting
            else tr("Large and without forms, for a room. The key P switches it."),
            on_click=callback(_switch),
        )
        if presenting or _told() != (_USUAL_SIZE, False):
            ask_text_size(_told_size() or 0.0, _take_text_size)


def note_shown() -> None:
    """Note what the visitor sees now, at the end of a run of the page."""
    st.session_state[_SHOWN] = is_presenting()


def _told() -> tuple[float, bool]:
    told: tuple[float, bool] = st.session_state.get(_TOLD, (_USUAL_SIZE, False))
    return told


def _told_size() -> float | None:
    """The size that the browser has told since the switch was pressed last; None where it has told none."""
    size, was_presenting = _told()
    return size if was_presenting == is_presenting() else None


def _is_settled() -> bool:
    """Whether the text is known to have the size that belongs to the switch; a late answer may tell the one before."""
    size = _told_size()
    return size is not None and (size != _USUAL_SIZE) == is_presenting()


def _take_text_size(size: float) -> None:
    st.session_state[_TOLD] = (size, is_presenting())


def _switch() -> None:
    # Streamlit may call this twice for one press, when the run of the page that follows is interrupted.
    st.session_state[_ON] = not st.session_state.get(_SHOWN, False)
    # Text has another size now, also where the browser has told none since the switch was pressed before.
    st.session_state[_TOLD] = (_told()[0], not is_presenting())
