"""Download and upload of the reader's own digits."""

from __future__ import annotations

import streamlit as st

from core.errors import CollectionError
from core.teaching.collection import MAX_DIGITS, MyDigits, merge, write_digits
from core.teaching.collection_file import MAX_MEGABYTES, read_digits
from core.texts.message import NO_MESSAGE, message, plural
from pages.components.draw.my_digits.session import CLEAR, my_digits, put_digits, say
from pages.components.shell.errors import callback
from pages.components.shell.services import may_upload
from pages.components.shell.texts import tr

_UPLOAD, _ROUND, _PROBLEM = "my_digits_upload", "my_digits_upload_round", "my_digits_upload_problem"


def show_file_row(digits: MyDigits) -> None:
    """Draw the row of what can be done with all digits together."""
    _show_refusal(digits)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if digits:
            st.download_button(
                tr("Download digits"),
                lambda: write_digits(digits),
                "my_digits.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        if may_upload():
            with st.popover(tr("Upload digits"), icon=":material/upload:"):
                _show_upload()
        if digits:
            with st.popover(tr("Remove all"), icon=":material/delete:"):
                st.markdown(tr("All {count} will be gone, except where you have downloaded them.", count=len(digits)))
                st.button(tr("Remove them"), key="my_digits_remove_all", on_click=callback(_remove_all))
        st.toggle(tr("Clear the canvas after keeping"), True, key=CLEAR, persist_state="session")
    if digits:
        st.caption(tr("They are kept until this tab is closed. Download them to keep them longer."))


def forget_refusal() -> None:
    """Remove the notice that a file was refused."""
    st.session_state.pop(_PROBLEM, None)


def _show_refusal(digits: MyDigits) -> None:
    """Why the last file was refused, until the digits change."""
    problem, of = st.session_state.get(_PROBLEM, (NO_MESSAGE, digits))
    if of is not digits:
        forget_refusal()
    elif problem:
        st.error(tr(problem), icon=":material/error:")


def _remove_all() -> None:
    put_digits(())


def _show_upload() -> None:
    # A new key empties the uploader, so that a file is not read twice.
    key = f"{_UPLOAD}_{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        tr("A file that was downloaded here"),
        "json",
        key=key,
        max_upload_size=MAX_MEGABYTES,
        on_change=callback(_take),
        args=(key,),
    )
    st.caption(tr("At most {count} digits. Those that are here already are left out.", count=MAX_DIGITS))


def _take(key: str) -> None:
    file = st.session_state[key]
    if file is None:
        return
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    forget_refusal()
    before = my_digits()
    try:
        uploaded = read_digits(file.getvalue())
        put_digits(merge(before, uploaded))
    except CollectionError as error:
        problem = message("{file} was not read: {reason}", file=file.name, reason=error.message)
        st.session_state[_PROBLEM] = problem, before
        return
    new = len(my_digits()) - len(before)
    known = len(uploaded) - new
    if known:
        say(
            plural(
                "{count} digit added, {known} left out as known.",
                "{count} digits added, {known} left out as known.",
                new,
                known=known,
            )
        )
    else:
        say(plural("{count} digit added.", "{count} digits added.", new))
