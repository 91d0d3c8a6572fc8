"""An editor of the 28×28 pixels, for the keyboard as well as for mouse and finger. Script: web/pixel_editor.js."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from core.ink.rendering import SIDE as PIXELS
from core.ink.rendering import Picture
from pages.components.shell.component import Component
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr_plain

_KEY = "pixel_editor"
# The picture as hexadecimal digits. It survives a change of page.
_PICTURE = "pixels"
# The picture that the editor was last told to show, with a number.
_START = "pixels_start"

_HTML = """
<div class="editor" tabindex="0" role="application">
<canvas></canvas><span aria-live="polite"></span></div>
"""
_STYLE = """
.editor { position: relative; width: 100%; aspect-ratio: 1; border-radius: 0.6rem; overflow: hidden;
  box-shadow: 0 0 0 1px color-mix(in srgb, currentColor 22%, transparent); outline: none; }
.editor:focus-visible { box-shadow: 0 0 0 3px var(--st-primary-color); }
canvas { display: block; width: 100%; height: 100%; touch-action: none; cursor: crosshair; }
span { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""
_COMPONENT = Component(
    "mnist_lab_pixel_editor", Path(__file__).parent / "web" / "pixel_editor.js", html=_HTML, style=_STYLE
)


def edit_pixels(is_soft: bool) -> Picture:
    """The editor; returns the picture. is_soft: whether its pen is as wide as MNIST's lines, or a single pixel."""
    if _KEY not in st.session_state:
        show_pixels(edited_pixels())
    data = {"start": st.session_state[_START], "soft": is_soft, "texts": _texts()}
    _COMPONENT(key=_KEY, data=data, on_picture_change=callback(_take))
    return edited_pixels()


def edited_pixels() -> Picture:
    """The picture as it is now, uint8 (28, 28); black at first."""
    digits = st.session_state.setdefault(_PICTURE, "00" * PIXELS * PIXELS)
    return np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(PIXELS, PIXELS)


def show_pixels(picture: Picture) -> None:
    """Make this the picture, uint8 (28, 28)."""
    st.session_state[_PICTURE] = picture.tobytes().hex()
    rev = st.session_state.get(_START, {}).get("rev", 0) + 1
    st.session_state[_START] = {"rev": rev, "pixels": st.session_state[_PICTURE]}


def _take() -> None:
    sent: dict[str, Any] = st.session_state[_KEY]["picture"]
    # A message that was sent before another picture was put in its place is ignored.
    if sent["rev"] == st.session_state[_START]["rev"]:
        st.session_state[_PICTURE] = sent["pixels"]


def _texts() -> dict[str, str]:
    """What the script shows or says; it fills in row, column, shade and percent."""
    return {
        "role": tr_plain("pixel editor"),
        "label": tr_plain(
            "Picture of 28 by 28 pixels. Arrows move, space paints or rubs out, shift with an arrow paints."
        ),
        "place": tr_plain("Row {row}, column {column}: {shade}"),
        "paper": tr_plain("paper"),
        "ink": tr_plain("ink"),
        "shade": tr_plain("{percent} per cent ink"),
    }
