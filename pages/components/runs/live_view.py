"""The network as it learns, by choice: its curves, its answers to ten images, or the weights of its first layer."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from html import escape
from typing import Literal

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.data.catalog import find_dataset
from core.data.datasets import Images
from core.runs.live import UNKNOWN, LiveView, has_live, read_live, write_own_image
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.forms.pills import choose_pill
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.pictures.signed import signed_pixels
from pages.components.pictures.sprites import make_sprite, scale_html, sprites_html
from pages.components.shell.services import is_others
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import certainty, name_classes

View = Literal["curves", "images", "weights"]
# The title and icon of each.
_VIEWS: dict[View, tuple[str, str]] = {
    "curves": (mark("Curves"), ":material/show_chart:"),
    "images": (mark("Ten images"), ":material/image:"),
    "weights": (mark("Weights"), ":material/grid_view:"),
}
_VIEW_KEY = "run_view"
# The run that was last given a drawing, and the drawing.
_GIVEN_KEY = "given_picture"
# Width of a picture of weights in CSS pixels.
_TILE = 54
# Quantile of the absolute weights that gets the full colour. The few largest weights would make all others pale.
_QUANTILE = 0.998

_STYLE = f"""{BAR_STYLE}
<style>
.lab-answers {{ display: grid; grid-template-columns: repeat(5, minmax(0, 6rem)); gap: 0.7rem 1rem; }}
.lab-answers figure {{ margin: 0; }}
.lab-answers [role=img] {{ aspect-ratio: 1; background: var(--sprite); background-size: var(--zoom);
  image-rendering: pixelated; border-radius: 0.25rem; }}
.lab-answers figcaption {{ font-size: 0.85rem; line-height: 1.3; overflow-wrap: anywhere; }}
.lab-answers b {{ font-size: 1.05rem; }}
.lab-answers .lab-before {{ opacity: 0.75; min-height: 1.3em; font-size: 0.78rem; }}
.lab-answers .lab-right .lab-bar i {{ background: {RIGHT}; }}
.lab-answers .lab-wrong .lab-bar i {{ background: {WRONG}; }}
/* On a phone an answer stays in one line, so that the bars stand in a row. */
@media (max-width: 30rem) {{
  .lab-answers {{ column-gap: 0.4rem; }}
  .lab-answers figcaption {{ font-size: 0.72rem; letter-spacing: -0.02em; }}
  .lab-answers b {{ font-size: 0.9rem; }}
}}
</style>
"""


def choose_view(record: RunRecord) -> View:
    """Draw the choice where the run has or will have more to show than its curves; returns what is chosen."""
    if not has_live(record.path) and (record.is_trial or not record.is_active):
        return "curves"
    return choose_pill(tr("What to watch"), _VIEWS, _VIEW_KEY)


def show_own_picture(record: RunRecord, draw: Callable[[], Images | None]) -> None:
    """Have the run in training answer the reader's own drawing too. draw: gives it, (28, 28), if there is one."""
    if not record.is_active or is_others(record) or not find_dataset(record.config.dataset).has_digits:
        return
    picture = draw()
    given = None if picture is None else (record.id, picture.tobytes())
    if picture is None or st.session_state.get(_GIVEN_KEY) == given:
        return
    # A folder that cannot be written is what the run itself will say.
    with contextlib.suppress(OSError):
        write_own_image(record.path, picture)
    st.session_state[_GIVEN_KEY] = given


def show_answers(record: RunRecord) -> None:
    """Draw the run's answers to its images as they are now."""
    view = _read(record)
    if view is None:
        return
    names = name_classes(find_dataset(record.config.dataset))
    known = view.labels != UNKNOWN
    right = int((view.probabilities.argmax(1) == view.labels)[known].sum())
    st.caption(
        tr(
            "After step {step:,}: {right} of {count} right. It is not trained on these images.",
            step=view.step,
            right=right,
            count=int(known.sum()),
        )
    )
    st.html(_answers_html(view, names))


def show_first_weights(record: RunRecord) -> None:
    """Draw the weights of the run's first layer as they are now."""
    view = _read(record)
    if view is None:
        return
    limit = float(np.quantile(np.abs(view.weights), _QUANTILE))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption(_explain(view), width="stretch")
        st.html(scale_html(limit), width="content")
    labels = [tr_plain("{layer}, unit {number}", layer=view.layer, number=n) for n in range(len(view.weights))]
    st.html(sprites_html(signed_pixels(view.weights, limit), _TILE, labels))


def _read(record: RunRecord) -> LiveView | None:
    view = read_live(record.path)
    if view is None:
        st.caption(tr("Here as soon as the network learns."))
    return view


def _explain(view: LiveView) -> str:
    return tr(
        "{layer} after step {step:,}: {shown} of {count:,} units. Ink on blue raises a unit's value, on orange it "
        "lowers it.",
        layer=view.layer,
        step=view.step,
        shown=len(view.weights),
        count=view.n_units,
    )


def _answers_html(view: LiveView, names: tuple[str, ...]) -> str:
    if not len(view.images):
        return ""
    sprite = make_sprite(view.images)
    figures = (
        _figure(place, int(label), row, [names[answer] for answer in before if answer != UNKNOWN], names)
        for place, label, row, before in zip(
            sprite.places, view.labels, view.probabilities, view.earlier.tolist(), strict=True
        )
    )
    variables = f"--sprite:url({sprite.image});--zoom:{sprite.zoom}"
    return f'{_STYLE}<div class="lab-answers" style="{variables}">{"".join(figures)}</div>'


def _figure(place: str, label: int, row: NDArray[np.float32], before: list[str], names: tuple[str, ...]) -> str:
    answer = int(row.argmax())
    share = float(row[answer])
    if label == UNKNOWN:
        kind, sign, said = "own", "", tr_html("Your drawing")
    else:
        is_right = answer == label
        kind, sign = ("right", " ✓") if is_right else ("wrong", " ✗")
        said = tr_html("A true {name}", name=names[label])
    trail = tr_html("before: {answers}", answers=", ".join(before)) if before else ""
    return (
        f'<figure class="lab-{kind}" title="{said}"><div role="img" aria-label="{said}" '
        f'style="background-position:{place}"></div><figcaption><div class="lab-before">{trail}</div>'
        f"<b>{escape(names[answer])}</b> {escape(certainty(share))}{sign}</figcaption>{bar_html(share)}</figure>"
    )
