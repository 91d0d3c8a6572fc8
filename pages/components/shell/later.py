"""What a page has made later, such as a file that is made when it is downloaded."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.scriptrunner_utils.script_run_context import SCRIPT_RUN_CONTEXT_ATTR_NAME  # type: ignore[attr-defined] # not exported

R = TypeVar("R")


def later(function: Callable[[], R]) -> Callable[[], R]:
    """The function, to be called by Streamlit in a thread of its own, with this page's visitor and language."""
    context = get_script_run_ctx()

    def call() -> R:
        thread = threading.current_thread()
        setattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME, context)
        try:
            return function()
        finally:
            # The thread may serve another visitor next.
            delattr(thread, SCRIPT_RUN_CONTEXT_ATTR_NAME)

    return call
