"""The reader's own digits as a file, to keep them and to bring them back."""

from __future__ import annotations

import streamlit as st

from core.errors import CollectionError
from core.teaching.collection import MAX_DIGITS, MyDigits, merge, write_digits
from core.teaching.collection_file import MAX_MEGABYTES, read_digits
from pages.components.draw.my_digits.session import CLEAR, my_digits, put_digits, say

_UPLOAD, _ROUND, _PROBLEM = "my_digits_upload", "my_digits_upload_round", "my_digits_upload_problem"


def show_file_row(digits: MyDigits) -> None:
    """Draw what concerns all digits together."""
    _show_refusal(digits)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if digits:
            st.download_button(
                "Download",
                lambda: write_digits(digits),
                "my_digits.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        with st.popover("Upload", icon=":material/upload:"):
            _show_upload()
        if digits:
            with st.popover("Remove all", icon=":material/delete:"):
                st.markdown(f"All {len(digits)} will be gone, except where you have downloaded them.")
                st.button("Remove them", key="my_digits_remove_all", on_click=_remove_all)
        st.toggle("Clear the canvas after keeping", True, key=CLEAR, persist_state="session")
    if digits:
        st.caption("They are kept until this page is closed or refreshed. Download them to keep them longer.")


def forget_refusal() -> None:
    """Say no more that a file was not taken."""
    st.session_state.pop(_PROBLEM, None)


def _show_refusal(digits: MyDigits) -> None:
    """Why the last file was not taken, until the digits are others."""
    problem, of = st.session_state.get(_PROBLEM, ("", digits))
    if of is not digits:
        forget_refusal()
    elif problem:
        st.error(problem, icon=":material/error:")


def _remove_all() -> None:
    put_digits(())


def _show_upload() -> None:
    # A new key empties the box, so that a file is not taken twice.
    key = f"{_UPLOAD}_{st.session_state.get(_ROUND, 0)}"
    st.file_uploader(
        "A file that was downloaded here", "json", key=key, max_upload_size=MAX_MEGABYTES, on_change=_take, args=(key,)
    )
    st.caption(f"At most {MAX_DIGITS} digits. Those that are here already are left out.")


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
        st.session_state[_PROBLEM] = f"{file.name} was not taken: {error}", before
        return
    new = len(my_digits()) - len(before)
    known = len(uploaded) - new
    say(f"{new} {'digit' if new == 1 else 'digits'} added{f', {known} left out as known' if known else ''}.")
