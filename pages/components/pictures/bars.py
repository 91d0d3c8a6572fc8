"""A bar for a probability, as HTML."""

from __future__ import annotations

from pages.components.charts.palette import CHOSEN

# The style of `bar_html`.
BAR_STYLE = f"""
<style>
.lab-bar {{ position: relative; height: 0.7rem; border-radius: 0.35rem;
  background: color-mix(in srgb, currentColor 9%, transparent); }}
.lab-bar i {{ display: block; height: 100%; border-radius: 0.35rem;
  background: color-mix(in srgb, currentColor 38%, transparent); }}
.lab-bar.strong i {{ background: {CHOSEN}; }}
.lab-bar u {{ position: absolute; top: -0.3rem; bottom: -0.3rem; width: 2px; background: currentColor; }}
</style>
"""


def bar_html(share: float, is_strong: bool = False, tick: float | None = None) -> str:
    """A bar filled from the left by this share; in the app's colour if `is_strong`, with a tick at that share."""
    kind = "lab-bar strong" if is_strong else "lab-bar"
    mark = "" if tick is None else f'<u style="left:{tick:.2%}"></u>'
    return f'<div class="{kind}"><i style="width:{share:.1%}"></i>{mark}</div>'
