"""Test images with a network's predictions, drawn from a single PNG by CSS."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.data.datasets import Images
from core.evaluation.samples import Samples
from pages.components.charts.palette import CHOSEN, WRONG
from pages.components.pictures.sprites import make_sprite
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import certainty

# Class names up to this many letters leave room for more columns.
_SHORT_NAME = 3

# The numbers of columns all divide 36, so that a page of that many images has no ragged last row.
# image-rendering keeps the 28×28 pixels sharp at any size.
_STYLE = f"""
<style>
.lab-gallery {{ container-type: inline-size; }}
.lab-gallery > div {{ display: grid; grid-template-columns: repeat(var(--columns), 1fr); gap: 0.75rem 0.5rem; }}
.lab-gallery .short {{ --columns: 4; }}
.lab-gallery .long {{ --columns: 3; }}
@container (min-width: 26rem) {{ .lab-gallery .short {{ --columns: 6; }} .lab-gallery .long {{ --columns: 4; }} }}
@container (min-width: 46rem) {{ .lab-gallery .short {{ --columns: 9; }} .lab-gallery .long {{ --columns: 6; }} }}
@container (min-width: 64rem) {{ .lab-gallery .short {{ --columns: 12; }} .lab-gallery .long {{ --columns: 9; }} }}
.lab-gallery figure {{ margin: 0; min-width: 0; cursor: pointer; border-radius: 0.35rem; }}
.lab-gallery figure:is(:hover, :focus-visible) {{ outline: 2px solid {CHOSEN}; outline-offset: 2px; }}
.lab-gallery [role=img] {{ aspect-ratio: 1; border-radius: 0.35rem; background-image: var(--sprite);
  background-size: var(--zoom); image-rendering: pixelated; }}
.lab-gallery figcaption {{ margin-top: 0.25rem; font-size: 0.8rem; line-height: 1.25; text-align: center;
  overflow-wrap: anywhere; }}
.lab-gallery .wrong {{ color: color-mix(in srgb, {WRONG} 75%, currentColor); font-weight: 600; }}
.lab-gallery small {{ display: block; font-size: 0.75rem; opacity: 0.65; }}
</style>
"""


def show_gallery(images: Images, samples: Samples, class_names: tuple[str, ...]) -> None:
    """Draw the images (N, 28, 28) of these N samples, each with its true and its predicted class.

    A click on an image chooses it, where the page listens (see `choice.listen_to_images`).
    """
    st.html(gallery_html(images, samples, class_names))


def gallery_html(images: Images, samples: Samples, class_names: tuple[str, ...]) -> str:
    """The gallery as HTML: one PNG for all images, and a caption of real text under each."""
    names = "short" if max(map(len, class_names)) <= _SHORT_NAME else "long"
    sprite = make_sprite(images)
    variables = f"--sprite:url({sprite.image});--zoom:{sprite.zoom}"
    figures = (_figure(samples, i, place, class_names) for i, place in enumerate(sprite.places))
    return f'{_STYLE}<div class="lab-gallery"><div class="{names}" style="{variables}">{"".join(figures)}</div></div>'


def _figure(samples: Samples, i: int, place: str, class_names: tuple[str, ...]) -> str:
    true, predicted = (class_names[classes[i]] for classes in (samples.y_true, samples.y_pred))
    wrong = ' class="wrong"' if samples.y_true[i] != samples.y_pred[i] else ""
    values = {"number": int(samples.index[i]), "true": true, "predicted": predicted}
    loss = float(samples.loss[i])
    about = tr_html("Test image {number}: true {true}, predicted {predicted}", **values)
    title = tr_html("Test image {number}: true {true}, predicted {predicted}, loss {loss:.2f}", loss=loss, **values)
    return (
        f'<figure data-image="{values["number"]}" tabindex="0" title="{title}">'
        f'<div role="img" aria-label="{about}" style="background-position:{place}"></div>'
        f"<figcaption>{escape(true)} → <span{wrong}>{escape(predicted)}</span>"
        f"<small>{escape(certainty(float(samples.confidence[i])))}</small></figcaption></figure>"
    )
