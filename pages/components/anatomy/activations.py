"""The output of each layer for one test image."""

from __future__ import annotations

from html import escape

import numpy as np
import streamlit as st

from core.anatomy.inside import Inside, Values, look_inside
from core.anatomy.layers import Anatomy
from core.data.catalog import find_dataset
from core.errors import LabError
from pages.components.anatomy.network_choice import NetworkChoice
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.data.image_choice import ChosenImage, choose_image
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.pictures.layer_pictures import show_layer_pictures
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import certainty

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


def show_activations(network: NetworkChoice, anatomy: Anatomy) -> None:
    """Draw the choice of an image and the output of every layer for it."""
    image = choose_image(network.config.dataset, network.key)
    if image is None:
        return
    try:
        inside = job_queue().compute.call(look_inside, network.config, network.run, image.pixels)
    except (LabError, OSError) as error:
        st.error(tr(error), icon=":material/error:")
        return
    _show_answer(network, image, inside)
    show_layer_pictures(anatomy, inside, find_dataset(network.config.dataset).class_names)
    st.caption(tr("The softmax turns these logits into the probabilities above."))


def _show_answer(network: NetworkChoice, image: ChosenImage, inside: Inside) -> None:
    left, right = st.columns([1, 2.4], gap="large", vertical_alignment="center")
    with left:
        ink = np.full((1, 28, 28, 4), 255, np.uint8)
        ink[..., :3] = image.pixels[None, ..., None]
        text = tr_plain("Test image {number:,}: {label}", number=image.number, label=image.class_name)
        st.html(sprites_html(ink, 196, [text], [text]))
    with right:
        names = find_dataset(network.config.dataset).class_names
        st.html(bars_html(inside.probabilities, names, image.class_name))


def bars_html(probabilities: Values, names: tuple[str, ...], true: str) -> str:
    """A bar for each class; the one with the highest probability is green where it is the true one, else red."""
    best = int(probabilities.argmax())
    rows = []
    for place, (name, share) in enumerate(zip(names, probabilities, strict=True)):
        kind = "" if place != best else "right" if name == true else "wrong"
        rows.append(
            f'<div class="{kind}"><span>{escape(name)}</span>{bar_html(float(share))}'
            f"<span>{escape(certainty(float(share)))}</span></div>"
        )
    return f'{_STYLE}<div class="lab-bars">{"".join(rows)}</div>'
