"""Everyone's handwriting, by class or by pupil."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from core.classroom.classroom import Roll
from core.classroom.handwriting import Handwriting, Shelf, all_handwriting, shelves_by_class, shelves_by_pupil
from core.storage.stamp import Stamp
from core.texts.message import Message, plural
from models.texts import mark
from pages.components.classroom.live import show_live
from pages.components.pictures.sprites import make_sprite
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr, tr_html

# Images on show, at most, shared out evenly among the rows.
_MOST_IMAGES = 600
# In one row, at most.
_MOST_IN_ROW = 60
_ORDERS = {"class": mark("By digit"), "pupil": mark("By pupil")}

_STYLE = """
<style>
.lab-writing { display: grid; grid-template-columns: max-content 1fr; gap: 0.6rem 1rem; align-items: center; }
.lab-writing b { font-size: 1.15rem; text-align: right; max-width: 11rem; overflow-wrap: anywhere; }
.lab-writing.class b { font-size: 2rem; }
.lab-writing > div { display: flex; flex-wrap: wrap; gap: 0.25rem; min-width: 0; }
.lab-writing span { width: 2.6rem; aspect-ratio: 1; border-radius: 0.25rem; background-image: var(--sprite);
  background-size: var(--zoom); image-rendering: pixelated; }
</style>
"""


def show_handwriting() -> None:
    """Draw the view."""
    with st.container(key=form_key("writing")):
        order = st.segmented_control(
            tr("Order"),
            list(_ORDERS),
            default="class",
            required=True,
            format_func=lambda name: tr(_ORDERS[name]),
            key="class_writing",
            label_visibility="collapsed",
            persist_state="session",
        )
    show_live(_draw, order or "class")


def _draw(roll: Roll, order: str) -> None:
    if not roll.hand_ins:
        st.info(
            tr("Nobody has handed in digits yet. Keep some on the Draw page, then hand them in here."),
            icon=":material/draw:",
        )
        return
    st.markdown(tr(describe_hand_ins(roll)))
    stamps = tuple(
        (member.nickname, roll.hand_ins[member.owner].stamp) for member in roll.members if member.owner in roll.hand_ins
    )
    st.html(_html(stamps, order, roll))


def describe_hand_ins(roll: Roll) -> Message:
    """How much was handed in, and by how many."""
    digits = plural("**{count:,} digit**", "**{count:,} digits**", roll.n_digits)
    return plural(
        "{digits} of **{count} pupil**.", "{digits} of **{count} pupils**.", len(roll.hand_ins), digits=digits
    )


@st.cache_data(max_entries=4, show_spinner=False)
def _html(stamps: tuple[tuple[str, Stamp], ...], order: str, _roll: Roll) -> str:  # noqa: ARG001 - part of the key
    writing = all_handwriting(_roll)
    n_rows = 10 if order == "class" else len(_roll.hand_ins)
    shelve = shelves_by_class if order == "class" else shelves_by_pupil
    return writing_html(writing, shelve(writing, min(_MOST_IN_ROW, _MOST_IMAGES // n_rows)), order)


def writing_html(writing: Handwriting, shelves: tuple[Shelf, ...], order: str) -> str:
    """The rows, all of their images cut out of one picture. The mouse on an image says what it is and whose."""
    places = [place for shelf in shelves for place in shelf.places]
    sprite = make_sprite(writing.images.images[np.array(places)])
    spots = dict(zip(places, sprite.places, strict=True))
    tiles = {place: _tile(writing, place, spot) for place, spot in spots.items()}
    rows = "".join(
        f"<b>{escape(shelf.heading)}</b><div>{''.join(tiles[place] for place in shelf.places)}</div>"
        for shelf in shelves
    )
    variables = f"--sprite:url({sprite.image});--zoom:{sprite.zoom}"
    return f'{_STYLE}<div class="lab-writing {order}" style="{variables}">{rows}</div>'


def _tile(writing: Handwriting, place: int, spot: str) -> str:
    label = tr_html("{label} by {name}", label=int(writing.images.labels[place]), name=writing.nicknames[place])
    return f'<span role="img" aria-label="{label}" title="{label}" style="background-position:{spot}"></span>'
