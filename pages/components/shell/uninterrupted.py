"""Work that the visitor's next click must not cut in two."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from streamlit.runtime.scriptrunner import get_script_run_ctx


@contextlib.contextmanager
def uninterrupted() -> Iterator[None]:
    """Let what is inside come to its end before Streamlit turns to the visitor's next click.

    Streamlit breaks off a script at its next access to the session or the page once another click has arrived. A
    callback is broken off in the same way and never called again, so that half of what it does is lost (Streamlit's
    issue 10578). Streamlit has no setting against it. Do not call `st.rerun` inside: it waits, too.
    """
    context = get_script_run_ctx(suppress_warning=True)
    requests = context.script_requests if context else None
    if requests is None or "on_scriptrunner_yield" in vars(requests):
        yield
        return
    # Streamlit asks this method whether another click has arrived.
    requests.on_scriptrunner_yield = lambda: None  # type: ignore[method-assign]
    try:
        yield
    finally:
        del requests.on_scriptrunner_yield
