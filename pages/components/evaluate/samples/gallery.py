"""Images with a network's predictions, drawn from a single PNG by CSS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

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
.lab-gallery figure {{ margin: 0; min-width: 0; border-radius: 0.35rem; }}
body[data-hears-images] .lab-gallery figure[data-image] {{ cursor: pointer; }}
.lab-gallery figure[data-image]:is(:hover, :focus-visible) {{ outline: 2px solid {CHOSEN}; outline-offset: 2px; }}
.lab-gallery [role=img] {{ aspect-ratio: 1; border-radius: 0.35rem; background-image: var(--sprite);
  background-size: var(--zoom); image-rendering: pixelated; }}
.lab-gallery figcaption {{ margin-top: 0.25rem; font-size: 0.8rem; line-height: 1.25; text-align: center;
  overflow-wrap: anywhere; }}
.lab-gallery .wrong {{ color: color-mix(in srgb, {WRONG} 75%, currentColor); font-weight: 600; }}
.lab-gallery small {{ display: block; font-size: 0.75rem; opacity: 0.65; }}
</style>
"""


def gallery_html(images: Images, samples: Samples, class_names: tuple[str, ...]) -> str:
    """The images (N, 28, 28) of these N samples as HTML, each with its true and its predicted class."""
    return tiles_html(images, sample_tiles(samples, class_names), class_names)


@dataclass(frozen=True)
class Tile:
    """What stands with an image, all of it HTML.

    label: what a screen reader says. title: what the mouse shows. caption: under the image.
    test_image: the image's index in the test set, which a click chooses; None where a click does nothing.
    """

    label: str
    title: str
    caption: str
    test_image: int | None = None


def prediction_caption(true: str, predicted: str, below: str) -> str:
    """The caption of an image of the class `true`, as HTML; another prediction stands out. below: small, plain text."""
    wrong = ' class="wrong"' if true != predicted else ""
    return f"{escape(true)} → <span{wrong}>{escape(predicted)}</span><small>{escape(below)}</small>"


def tiles_html(images: Images, tiles: Sequence[Tile], class_names: tuple[str, ...]) -> str:
    """A gallery of images (N, 28, 28) as HTML. class_names: those that stand in captions; long ones need room."""
    names = "short" if max(map(len, class_names)) <= _SHORT_NAME else "long"
    sprite = make_sprite(images)
    variables = f"--sprite:url({sprite.image});--zoom:{sprite.zoom}"
    figures = map(_figure, tiles, sprite.places)
    return f'{_STYLE}<div class="lab-gallery"><div class="{names}" style="{variables}">{"".join(figures)}</div></div>'


def sample_tiles(samples: Samples, class_names: tuple[str, ...], notes: Sequence[str] | None = None) -> list[Tile]:
    """What stands with each of these samples of test images.

    notes: what stands under each, plain text; the probability of the prediction where they are None.
    """
    notes = notes or [certainty(float(confidence)) for confidence in samples.confidence]
    return [_tile(samples, i, class_names, note) for i, note in enumerate(notes)]


def _tile(samples: Samples, i: int, class_names: tuple[str, ...], note: str) -> Tile:
    true, predicted = (class_names[classes[i]] for classes in (samples.y_true, samples.y_pred))
    values = {"number": int(samples.index[i]), "true": true, "predicted": predicted}
    loss = float(samples.loss[i])
    return Tile(
        tr_html("Test image {number}: true {true}, predicted {predicted}", **values),
        tr_html("Test image {number}: true {true}, predicted {predicted}, loss {loss:.2f}", loss=loss, **values),
        prediction_caption(true, predicted, note),
        values["number"],
    )


def _figure(tile: Tile, place: str) -> str:
    choice = "" if tile.test_image is None else f' data-image="{tile.test_image}" tabindex="0"'
    return (
        f'<figure{choice} title="{tile.title}">'
        f'<div role="img" aria-label="{tile.label}" style="background-position:{place}"></div>'
        f"<figcaption>{tile.caption}</figcaption></figure>"
    )
