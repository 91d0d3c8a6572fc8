"""The output of each layer for one image, and how a chosen unit computes it."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from core.anatomy.both_ways import Values
from core.anatomy.inside import Inside, look_inside
from core.anatomy.layers import SOFTMAX, Anatomy
from core.data.catalog import find_dataset
from core.errors import LabError
from pages.components.anatomy.image import Draw, Image, choose_source
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.anatomy.one_unit import show_unit
from pages.components.anatomy.unit_choice import choose_unit
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.pictures.layer_pictures import Opened, show_layer_pictures
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.reveal import reveal
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr
from pages.components.shell.wording import certainty, name_classes

# Key of the container that shows how the chosen unit computes its values.
_DETAIL = "unit_detail"

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-bars {{ display: grid; grid-template-columns: max-content 1fr max-content; gap: 0.28rem 0.75rem;
  align-items: center; font-size: 0.88rem; font-variant-numeric: tabular-nums; max-width: 32rem; }}
.lab-bars .right i {{ background: {RIGHT}; }}
.lab-bars .wrong i {{ background: {WRONG}; }}
.lab-bars > div {{ display: contents; }}
.lab-bars .right, .lab-bars .wrong {{ font-weight: 600; }}
</style>
"""


def show_activations(network: NetworkChoice, anatomy: Anatomy, last_drawing: Draw) -> None:
    """Draw the choice of an image, the output of every layer for it, and how a chosen unit computes its own.

    last_drawing: gives what the reader last drew, (28, 28), if anything.
    """
    image = choose_source(network, last_drawing)
    if image is None:
        return
    try:
        inside = job_queue().compute.call(look_inside, network.config, network.run, image.pixels)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    _show_answer(network, image, inside)
    names = name_classes(find_dataset(network.config.dataset))
    unit = choose_unit(anatomy)

    def show_chosen() -> None:
        assert unit is not None
        with st.container(key=_DETAIL, border=True):
            known = names.index(image.label) if image.label in names else None
            show_unit(network, image.pixels, known, int(inside.probabilities.argmax()), unit)

    # A softmax is one computation for all classes.
    number = unit.number if unit and unit.layer.kind != SOFTMAX else None
    opened = Opened(unit.layer.name if unit else None, number, show_chosen)
    show_layer_pictures(anatomy, inside, names, opened)
    reveal(_DETAIL, f"{opened.layer} {opened.unit}" if unit else None)


def _show_answer(network: NetworkChoice, image: Image, inside: Inside) -> None:
    left, right = st.columns([1, 2.4], gap="large", vertical_alignment="center")
    with left:
        ink = np.full((1, 28, 28, 4), 255, np.uint8)
        ink[..., :3] = image.pixels[None, ..., None]
        st.html(sprites_html(ink, 196, [image.caption], [image.caption]))
    with right:
        names = name_classes(find_dataset(network.config.dataset))
        st.html(bars_html(inside.probabilities, names, image.label))


def bars_html(probabilities: Values, names: tuple[str, ...], true: str | None) -> str:
    """A bar for each class; the one with the highest probability is green where it is the true one, else red.

    true: None where nobody knows. The bar is then grey as the others.
    """
    best = int(probabilities.argmax())
    rows = []
    for place, (name, share) in enumerate(zip(names, probabilities, strict=True)):
        kind = "" if place != best or true is None else "right" if name == true else "wrong"
        rows.append(
            f'<div class="{kind}"><span>{escape(name)}</span>{bar_html(float(share))}'
            f"<span>{escape(certainty(float(share)))}</span></div>"
        )
    return f'{_STYLE}<div class="lab-bars">{"".join(rows)}</div>'
