"""The reader's own digits as a row of buttons. The chosen one can be relabelled or removed."""

from __future__ import annotations

import contextlib
import math
from pathlib import Path

import streamlit as st

from core.data.datasets import Images
from core.errors import LabError
from core.inference.networks import predict_proba
from core.runs.record import RunRecord
from core.storage.stamp import Stamp, file_stamp
from core.teaching.collection import MyDigit, MyDigits, as_images, find, relabel, remove
from pages.components.draw.my_digits.session import choose_label, my_digits, put_digits
from pages.components.draw.prediction.ask import is_ready
from pages.components.pictures.data_url import png_url
from pages.components.shell.errors import callback
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr

_CHOSEN = "my_digits_chosen"
_PAGE = "my_digits_page"
_LABEL = "my_digits_other_label"
_PER_PAGE = 60

# A button is a tile: the picture above its caption. By itself, Streamlit shows pictures in labels as small as letters.
_STYLE = """
<style>
.st-key-my_digits_gallery button { height: auto; width: 4rem; padding: 0.35rem 0.2rem; border-radius: 0.6rem; }
.st-key-my_digits_gallery p { font-size: 0.8rem; line-height: 1.2; }
.st-key-my_digits_gallery p img { display: block; width: 3.25rem; height: 3.25rem; max-height: none;
  margin: 0 auto 0.3rem; border-radius: 0.35rem; object-fit: fill; image-rendering: pixelated; }
</style>
"""


def predict_digits(record: RunRecord, digits: MyDigits) -> list[int] | None:
    """The run's prediction for each digit; None after showing why there is none."""
    waiting = contextlib.nullcontext() if is_ready() else st.spinner(tr("Getting ready to predict them…"))
    try:
        with waiting:
            return _predict(record.path, file_stamp(record.weights_file), as_images(digits).images)
    except (LabError, OSError) as error:
        st.warning(tr(error), icon=":material/error:")
        return None


@st.cache_data(max_entries=20, show_spinner=False)
def _predict(run: Path, stamp: Stamp, images: Images) -> list[int]:  # noqa: ARG001 - the stamp is part of the key
    y_pred: list[int] = job_queue().compute.call(predict_proba, run, images).argmax(1).tolist()
    return y_pred


def show_gallery(digits: MyDigits, y_pred: list[int] | None) -> None:
    """Draw the digits, newest first, and below them the controls of the chosen one."""
    page = _choose_page(len(digits))
    shown = range(len(digits))[::-1][(page - 1) * _PER_PAGE : page * _PER_PAGE]
    if st.session_state.get(_CHOSEN) not in shown:
        st.session_state[_CHOSEN] = None
    st.html(_STYLE)
    with st.container(key="my_digits_gallery"):
        chosen = st.pills(
            tr("Choose one to correct it"),
            shown,
            key=_CHOSEN,
            format_func=lambda place: _tile(digits[place], y_pred[place] if y_pred else None),
            label_visibility="collapsed",
        )
    if chosen is None:
        st.caption(tr("Under each: its label → the network's prediction. Choose one to correct or remove it."))
    else:
        _show_correction(digits[chosen])


def _choose_page(count: int) -> int:
    pages = math.ceil(count / _PER_PAGE)
    if st.session_state.get(_PAGE, 1) > pages:
        st.session_state[_PAGE] = pages
    return st.pagination(pages, key=_PAGE) if pages > 1 else 1


def _tile(digit: MyDigit, predicted: int | None) -> str:
    picture = f"![{tr('A {label}', label=digit.label)}]({png_url(digit.picture)})"
    if predicted is None:
        return f"{picture} {digit.label}"
    return f"{picture} {digit.label} → :{'green' if predicted == digit.label else 'red'}[{predicted}]"


def _show_correction(digit: MyDigit) -> None:
    st.session_state[_LABEL] = digit.label
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        choose_label(tr("The chosen one is a"), _LABEL, lambda: _relabel(digit))
        st.button(
            tr("Remove"), icon=":material/delete:", key="my_digits_remove", on_click=callback(_remove), args=(digit,)
        )


# Indices may have changed since the row was drawn, so the digit is found by its picture.
def _relabel(digit: MyDigit) -> None:
    place = find(my_digits(), digit.picture)
    if place is not None:
        put_digits(relabel(my_digits(), place, st.session_state[_LABEL]))


def _remove(digit: MyDigit) -> None:
    st.session_state[_CHOSEN] = None
    place = find(my_digits(), digit.picture)
    if place is not None:
        put_digits(remove(my_digits(), place))
