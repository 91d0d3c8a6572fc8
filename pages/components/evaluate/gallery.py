"""Test images with what a network says of them, drawn as one picture cut up by CSS."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.charts.palette import WRONG
from core.data.datasets import Images
from core.evaluation.answers import Answers
from pages.components.pictures.sprites import make_sprite

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
.lab-gallery figure {{ margin: 0; min-width: 0; }}
.lab-gallery [role=img] {{ aspect-ratio: 1; border-radius: 0.35rem; background-image: var(--sprite);
  background-size: var(--zoom); image-rendering: pixelated; }}
.lab-gallery figcaption {{ margin-top: 0.25rem; font-size: 0.8rem; line-height: 1.25; text-align: center;
  overflow-wrap: anywhere; }}
.lab-gallery .wrong {{ color: {WRONG}; font-weight: 600; }}
.lab-gallery small {{ display: block; font-size: 0.7rem; opacity: 0.65; }}
</style>
"""


def show_gallery(images: Images, answers: Answers, class_names: tuple[str, ...]) -> None:
    """Draw the images (N, 28, 28) that belong to these N answers, each with its true and its predicted class."""
    st.html(gallery_html(images, answers, class_names))


def gallery_html(images: Images, answers: Answers, class_names: tuple[str, ...]) -> str:
    """The gallery as HTML: one PNG for all images, and a caption of real text under each."""
    names = "short" if max(map(len, class_names)) <= _SHORT_NAME else "long"
    sprite = make_sprite(images)
    variables = f"--sprite:url({sprite.image});--zoom:{sprite.zoom}"
    figures = (_figure(answers, i, place, class_names) for i, place in enumerate(sprite.places))
    return f'{_STYLE}<div class="lab-gallery"><div class="{names}" style="{variables}">{"".join(figures)}</div></div>'


def _figure(answers: Answers, i: int, place: str, class_names: tuple[str, ...]) -> str:
    true, predicted = (escape(class_names[classes[i]]) for classes in (answers.true, answers.predicted))
    wrong = ' class="wrong"' if answers.true[i] != answers.predicted[i] else ""
    about = f"Test image {answers.index[i]}: true {true}, predicted {predicted}"
    return (
        f'<figure title="{about}, loss {answers.loss[i]:.2f}">'
        f'<div role="img" aria-label="{about}" style="background-position:{place}"></div>'
        f"<figcaption>{true} → <span{wrong}>{predicted}</span><small>{answers.confidence[i]:.0%}</small></figcaption>"
        "</figure>"
    )
