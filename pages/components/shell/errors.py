"""What a page shows where something goes wrong: one way for everything, expected or not."""

from __future__ import annotations

import contextlib
import functools
import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import streamlit as st
from streamlit.errors import FragmentHandledException

from core.errors import ExplanationError, LabError
from core.logs import log_defect
from pages.components.shell.texts import tr

F = TypeVar("F", bound=Callable[..., Any])

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def showing_errors() -> Iterator[None]:
    """Show an error in place of what raised it.

    A defect is logged with its traceback, and the page quotes the number under which the log has it. A rerun and a
    stop of the script are no errors and pass.
    """
    try:
        yield
    except ExplanationError as error:
        st.info(tr(error), icon=":material/info:")
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
    except FragmentHandledException:
        # Streamlit has shown it already.
        raise
    except Exception as error:
        st.error(tr(log_defect(_log, error)), icon=":material/bug_report:")


def fragment(function: F, run_every: float | None = None) -> F:
    """As `st.fragment`, with its errors shown by `showing_errors`. A fragment runs again without the page around it.

    run_every: seconds after which it runs again by itself.
    """
    return st.fragment(_safe(function), run_every=run_every)


def open_dialog(title: str, draw: Callable[[], None]) -> None:
    """Open a dialog, as `st.dialog` does, with its errors shown by `showing_errors`."""
    st.dialog(title)(_safe(draw))()


def _safe(function: F) -> F:
    # Streamlit knows a fragment by its function's module and name, which `wraps` keeps.
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        with showing_errors():
            return function(*args, **kwargs)

    return cast(F, call)
