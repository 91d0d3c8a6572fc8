"""Explanations as HTML: two pictures side by side, the meaning of their colours, and bars of two classes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from pages.components.charts.palette import NEGATIVE, POSITIVE
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.pictures.signed import Pixels
from pages.components.pictures.sprites import make_sprite
from pages.components.shell.wording import certainty

Key = tuple[str, str]

BLUE, ORANGE = POSITIVE, NEGATIVE

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-why {{ display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: center; }}
.lab-why section {{ flex: 0 1 468px; display: grid; grid-template-columns: 1fr 1fr; gap: 20px; }}
.lab-why aside {{ flex: 1 1 16rem; max-width: 30rem; line-height: 1.5; display: grid; gap: 0.9rem; }}
.lab-why aside p {{ margin: 0; }}
.lab-why figure {{ margin: 0; }}
.lab-why img {{ display: block; width: 100%; aspect-ratio: 1; border-radius: 0.6rem; image-rendering: pixelated;
  border: 1px solid color-mix(in srgb, currentColor 22%, transparent); }}
.lab-why img.seen {{ background: #000; }}
.lab-why figcaption {{ margin-top: 0.4rem; font-size: 0.85rem; line-height: 1.35; opacity: 0.7; }}
.lab-key {{ display: flex; flex-wrap: wrap; gap: 0.3rem 1.25rem; }}
.lab-key i {{ display: inline-block; width: 0.85em; height: 0.85em; border-radius: 0.2em; margin-right: 0.45em;
  vertical-align: -0.08em; }}
.lab-rivals {{ display: grid; grid-template-columns: max-content minmax(4rem, 14rem) minmax(8.5rem, max-content);
  gap: 0.4rem 0.9rem;
  align-items: center; font-variant-numeric: tabular-nums; }}
.lab-rivals .read {{ font-weight: 700; }}
</style>
"""


def pair_html(left: tuple[Pixels, str], right: tuple[Pixels, str], *beside: str) -> str:
    """Two pictures with a caption each, and further HTML beside them, or below where there is no room.

    A picture is grey as the network sees it, bytes (28, 28), or RGBA bytes (28, 28, 4).
    """
    figures = "".join(_figure(*picture) for picture in (left, right))
    return f'{_STYLE}<div class="lab-why"><section>{figures}</section><aside>{"".join(beside)}</aside></div>'


def keys_html(keys: Sequence[Key]) -> str:
    """A legend of colours."""
    meanings = "".join(f'<span><i style="background:{colour}"></i>{escape(meaning)}</span>' for colour, meaning in keys)
    return f'<div class="lab-key">{meanings}</div>'


def text_html(text: str) -> str:
    """A paragraph."""
    return f"<p>{escape(text)}</p>"


def rivals_html(rows: Sequence[tuple[str, float, float]], read: str) -> str:
    """A bar for each class of `rows`: its name, its probability before as text, and its probability now.

    read: the predicted class, which is highlighted where it is among them.
    """
    bars = "".join(_bar(name, before, now, name == read) for name, before, now in rows)
    return f'<div class="lab-rivals">{bars}</div>'


def _figure(pixels: Pixels, caption: str) -> str:
    text, kind = escape(caption), "seen" if pixels.ndim == 2 else "marked"
    # Decoding at once avoids an empty frame where one picture takes another's place.
    image = f'<img class="{kind}" src="{make_sprite(pixels[None]).image}" alt="{text}" decoding="sync">'
    return f"<figure>{image}<figcaption>{text}</figcaption></figure>"


def _bar(name: str, before: float, now: float, is_read: bool) -> str:
    kind = ' class="read"' if is_read else ""
    return (
        f"<span{kind}>{escape(name)}</span>{bar_html(now, is_read)}"
        f"<span{kind}>{escape(f'{certainty(before)} → {certainty(now)}')}</span>"
    )
