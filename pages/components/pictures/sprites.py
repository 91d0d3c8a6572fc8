"""Many small pictures drawn as one image cut up by CSS, with real captions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from pages.components.charts.palette import CHOSEN, NEGATIVE, POSITIVE
from pages.components.pictures.data_url import png_url
from pages.components.pictures.signed import Colours, Pixels

_COLUMNS = 16
# Pixels of the root's font size, unless what is shown is larger for a room.
_ROOT_SIZE = 16

# Grey outlines show where a picture ends that is as light as the page.
_STYLE = """
<style>
.lab-sprites { display: flex; flex-wrap: wrap; gap: 0.6rem 0.4rem; margin-bottom: 0.25rem; }
.lab-sprites figure { margin: 0; width: var(--tile); max-width: 100%; }
.lab-sprites [role=img] { aspect-ratio: var(--shape); background: var(--sprite); background-size: var(--zoom);
  image-rendering: pixelated; outline: 1px solid color-mix(in srgb, currentColor 14%, transparent); }
.lab-sprites figcaption { margin-top: 0.2rem; font-size: 0.75rem; line-height: 1.25;
  white-space: pre-line; text-align: center; opacity: 0.7;
  overflow-wrap: anywhere; }
.lab-sprites[data-layer] [role=img] { cursor: pointer; position: relative; }
.lab-sprites[data-layer] [role=img]:hover { outline-color: currentColor; }
.lab-sprites .chosen [role=img], .lab-sprites .chosen-cell { outline: 3px solid COLOUR; outline-offset: 1px; }
.lab-sprites .chosen-cell { position: absolute; border-radius: 1px; }
</style>
""".replace("COLOUR", CHOSEN)


@dataclass(frozen=True)
class Sprite:
    """Pictures in one PNG. image: its address, with the data in it. zoom: its size for a box that shows one picture.

    places: where the box has to look for each, all in the words of CSS.
    """

    image: str
    zoom: str
    places: tuple[str, ...]


def make_sprite(pictures: Pixels) -> Sprite:
    """Put pictures, bytes (N, height, width) in grey or (N, height, width, 4) in RGBA, beside each other; N ≥ 1."""
    count = len(pictures)
    columns = min(_COLUMNS, count)
    rows = math.ceil(count / columns)
    places = (divmod(number, columns) for number in range(count))
    return Sprite(
        png_url(_sheet(pictures, rows, columns)),
        f"{columns * 100}% {rows * 100}%",
        tuple(f"{_share(column, columns)} {_share(row, rows)}" for row, column in places),
    )


@dataclass(frozen=True)
class Units:
    """Whose pictures can be clicked: units of a layer, one picture each, or all of them as cells of one picture.

    chosen: the unit that is outlined, if any. cells: how many cells there are, 0 for pictures. columns: cells in a row.
    """

    layer: str
    chosen: int | None = None
    cells: int = 0
    columns: int = 0


def sprites_html(
    pictures: Pixels,
    tile: float,
    labels: Sequence[str],
    captions: Sequence[str] = (),
    units: Units | None = None,
) -> str:
    """Pictures, RGBA bytes (N, height, width, 4), as HTML.

    tile: width of each on the page, in CSS pixels where texts have their usual size.
    labels: what a screen reader says and the mouse shows. captions: a text under each, if any.
    units: where a click on a picture is to choose something.
    """
    sprite, (count, height, width) = make_sprite(pictures), pictures.shape[:3]
    variables = (
        f"--sprite:url({sprite.image});--zoom:{sprite.zoom};--tile:{tile / _ROOT_SIZE:g}rem;--shape:{width}/{height}"
    )
    figures = "".join(
        f'<figure title="{escape(label)}"{_mark(units, number)}><div role="img" aria-label="{escape(label)}" '
        f'style="background-position:{place}">{_cell(units)}</div>{_caption(caption)}</figure>'
        for number, (place, label, caption) in enumerate(
            zip(sprite.places, labels, captions or [""] * count, strict=True)
        )
    )
    return f'{_STYLE}<div class="lab-sprites" style="{variables}"{_about(units)}>{figures}</div>'


def scale_html(limit: float, colours: Colours = (POSITIVE, NEGATIVE)) -> str:
    """What the colours of signed numbers mean: a bar from −limit to limit."""
    positive, negative = colours
    return (
        '<div style="display:flex;align-items:center;gap:0.5rem;font-size:0.78rem;opacity:0.85">'
        f"<span>−{limit:.3g}</span>"
        f'<div style="width:7rem;height:0.55rem;border-radius:0.3rem;background:linear-gradient(90deg,{negative},'
        f'transparent,{positive})"></div><span>{limit:.3g}</span></div>'
    )


def _about(units: Units | None) -> str:
    """What `unit_clicks.js` has to know."""
    if units is None:
        return ""
    cells = f' data-columns="{units.columns}" data-units="{units.cells}"' if units.cells else ""
    return f' data-layer="{escape(units.layer)}"{cells}'


def _mark(units: Units | None, number: int) -> str:
    return ' class="chosen"' if units and not units.cells and units.chosen == number else ""


def _cell(units: Units | None) -> str:
    """The outline of the chosen cell."""
    if units is None or not units.cells or units.chosen is None:
        return ""
    row, column = divmod(units.chosen, units.columns)
    width, height = 100 / units.columns, 100 / math.ceil(units.cells / units.columns)
    box = f"left:{column * width:.3f}%;top:{row * height:.3f}%;width:{width:.3f}%;height:{height:.3f}%"
    return f'<i class="chosen-cell" style="{box}"></i>'


def _caption(text: str) -> str:
    return f"<figcaption>{escape(text)}</figcaption>" if text else ""


def _share(place: int, count: int) -> str:
    return f"{100 * place / max(count - 1, 1):.4f}%"


def _sheet(pictures: Pixels, rows: int, columns: int) -> Pixels:
    _, height, width, *channels = pictures.shape
    sheet = np.zeros((rows * columns, height, width, *channels), np.uint8)
    sheet[: len(pictures)] = pictures
    tiles = sheet.reshape(rows, columns, height, width, *channels).swapaxes(1, 2)
    return tiles.reshape(rows * height, columns * width, *channels)
