"""A drawing on the canvas as the subject."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.errors import DrawingError
from core.ink.digit_split import Group, arrange
from core.ink.fabric_json import brush_widths, strokes_from_objects
from core.ink.joined import Pieces, as_one_digit
from core.ink.rendering import Canvas, Picture, Stroke, picture_from_strokes
from core.ink.slashed_zero import slash_of_zero
from core.runs.record import RunRecord
from pages.components.draw.canvas.canvas import VIEW, draw_canvas, drawing
from pages.components.draw.prediction.number import as_one, find_digits
from pages.components.draw.steps.choice import chosen_steps
from pages.components.draw.subject import Subject
from pages.components.shell.address import choose
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

_STYLE = """
<style>
.st-key-draw_picture { position: relative; }
div:has(> .st-key-draw_by_keys) { position: absolute; top: 0.5rem; left: 0.5rem; z-index: 30; width: auto; }
.st-key-draw_by_keys:not(:focus-within) { clip-path: inset(50%); }
div:has(> .st-key-draw_by_keys:not(:focus-within)) { pointer-events: none; }
</style>
"""


def choose_drawing(_: RunRecord) -> Subject | None:
    """The canvas with its buttons; returns the drawing, None while there is none or after saying what is wrong.

    For several digits it is the one that the reader has chosen, with all as its parts; each line is a number.
    """
    _offer_keys()
    objects = draw_canvas()
    try:
        pieces, widths = _pieces(strokes_from_objects(objects)), brush_widths(objects)
        strokes, brushes = pieces.strokes, [widths[source] for source in pieces.sources]
        lines = [[_without_slash(group, strokes) for group in line] for line in arrange(pieces.groups, strokes)]
        digits = [_subject(strokes, brushes, group, line) for line, groups in enumerate(lines) for group in groups]
    except DrawingError as error:
        st.error(tr(error), icon=":material/error:")
        return None
    if len(set(pieces.sources)) < len(strokes):
        st.caption(
            tr("Digits joined by the pen are cut apart. They are read more surely with the pen lifted between them.")
        )
    if sum(len(digit.strokes) for digit in digits) < len(strokes):
        st.caption(tr("A stroke through a zero is left out: MNIST’s zeros have none."))
    return as_one(digits) if len(digits) > 1 else next(iter(digits), None)


def last_picture() -> Picture | None:
    """The drawing as a network gets it, whatever the page; of a number its first digit. None where nothing is drawn."""
    try:
        strokes = strokes_from_objects(drawing())
        pieces = find_digits(strokes)
        first = _without_slash(pieces.groups[0], pieces.strokes) if pieces.groups else ()
        stages = picture_from_strokes([pieces.strokes[number] for number in first])
    except DrawingError:
        return None
    return stages.picture if stages else None


def _offer_keys() -> None:
    """Lead whoever uses the keyboard to the pixel editor; shown only while the Tab key has come to it."""
    st.html(_STYLE)
    with st.container(key="draw_by_keys"):
        label = tr("The canvas needs a pointer. Paint pixels with the keys")
        st.button(label, icon=":material/keyboard:", on_click=callback(choose), args=("source", "pixels"))


def _pieces(strokes: Sequence[Stroke]) -> Pieces:
    """The digits of a drawing.

    All strokes are one digit where the whole canvas is shrunk, and where there are too many strokes or digits.
    """
    if chosen_steps().cut_out:
        try:
            return find_digits(strokes)
        except DrawingError as error:
            st.caption(tr("{reason} All of it is taken for one digit.", reason=error.message))
    return as_one_digit(strokes)


def _without_slash(group: Group, strokes: Sequence[Stroke]) -> Group:
    """The strokes of a digit, without the one through a slashed zero. They are all kept where the whole canvas is."""
    slash = slash_of_zero([strokes[number] for number in group]) if chosen_steps().cut_out else None
    return group if slash is None else tuple(number for place, number in enumerate(group) if place != slash)


def _subject(strokes: Sequence[Stroke], brushes: Sequence[float], group: Group, line: int) -> Subject:
    left, top, side, _ = VIEW
    strokes = [strokes[number] for number in group]
    canvas = Canvas(left, top, side, [brushes[number] for number in group])
    stages = picture_from_strokes(strokes, steps=chosen_steps(), canvas=canvas)
    assert stages is not None, "every group has a stroke"
    return Subject(stages.picture, strokes, stages, canvas=canvas, line=line, number=line)
