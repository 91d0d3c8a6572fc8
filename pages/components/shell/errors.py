"""What a page shows where something goes wrong: one way for everything, expected or not."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.errors import ExplanationError, LabError, UnexpectedError
from core.logs import log_defect
from pages.components.shell.texts import tr
from pages.components.shell.uninterrupted import uninterrupted

F = TypeVar("F", bound=Callable[..., Any])

_log = logging.getLogger(__name__)

# What a widget's callback has raised, as the reader is told of it, until it is shown.
_CALLBACK_ERROR = "callback_error"


@contextlib.contextmanager
def showing_errors() -> Iterator[None]:
    """Show an error in place of what raised it.

    A defect is logged with its traceback, and the page quotes the number under which the log has it. A rerun and a
    stop of the script are no errors and pass. What a widget's callback raised just before is shown, too.
    """
    _show_callback_error()
    try:
        yield
    except ExplanationError as error:
        st.info(tr(error), icon=":material/info:")
    except FragmentHandledException:
        # Streamlit has shown it already.
        raise
    except Exception as error:
        told = _told(error)
        st.error(tr(told), icon=_icon(told))


def fragment(function: F, run_every: float | None = None) -> F:
    """As `st.fragment`, with its errors shown by `showing_errors`. A fragment runs again without the page around it.

    run_every: seconds after which it runs again by itself.
    """
    return st.fragment(_safe(function), run_every=run_every)


def open_dialog(title: str, draw: Callable[[], None]) -> None:
    """Open a dialog, as `st.dialog` does, with its errors shown by `showing_errors`."""
    st.dialog(title)(_safe(draw))()


def callback(function: F) -> F:
    """As the widget's callback, which no later click breaks off; the script or fragment after it shows its errors.

    Streamlit alone would show the error in place of the page, and log it without a number. See also `uninterrupted`.
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> None:
        with uninterrupted():
            try:
                function(*args, **kwargs)
            except Exception as error:
                st.session_state[_CALLBACK_ERROR] = _told(error)

    return cast(F, call)


def _show_callback_error() -> None:
    if error := st.session_state.pop(_CALLBACK_ERROR, None):
        # Not in the page: a part that draws itself again by a timer would take it away before it is read.
        st.toast(tr(error), icon=_icon(error), duration="infinite")


def _told(error: Exception) -> LabError | OSError:
    """The error as the reader is told of it. A defect is logged, and told by its number."""
    return error if isinstance(error, (LabError, OSError)) else log_defect(_log, error)


def _icon(error: LabError | OSError) -> str:
    return ":material/bug_report:" if isinstance(error, UnexpectedError) else ":material/error:"


def _safe(function: F) -> F:
    # Streamlit knows a fragment by its function's module and name, which `wraps` keeps.
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with showing_errors():
            return function(*args, **kwargs)

    return cast(F, call)
