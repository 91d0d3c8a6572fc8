"""Images at each strength of a disturbance, a row a strength, as HTML."""

from __future__ import annotations

from html import escape

from core.charts.evaluation.stress import StressData
from core.stress.result import KindResult, StressResult
from pages.components.charts.palette import WRONG
from pages.components.pictures.sprites import make_sprite
from pages.components.shell.texts import tr_html
from pages.components.shell.wording import percent

_STYLE = f"""
<style>
.lab-strip {{ display: grid; grid-template-columns: max-content repeat(var(--count), minmax(0, 3rem)); gap: 0.35rem;
  align-items: center; }}
.lab-strip b {{ font-weight: 600; font-size: 0.85rem; padding-right: 0.5rem; font-variant-numeric: tabular-nums; }}
.lab-strip b small {{ display: block; font-size: 0.75rem; font-weight: 400; opacity: 0.7; }}
.lab-strip [role=img] {{ aspect-ratio: 1; border-radius: 0.2rem; background-image: var(--sprite);
  background-size: var(--zoom); image-rendering: pixelated; outline: 2px solid transparent; }}
.lab-strip .wrong {{ outline-color: {WRONG}; }}
</style>
"""


def strip_html(data: StressData, result: StressResult, entry: KindResult, class_names: tuple[str, ...]) -> str:
    """The few images of a result: those that the network predicts wrong have a red frame."""
    n_images = len(result.labels)
    sprite = make_sprite(entry.images.reshape(-1, *entry.images.shape[2:]))
    rows = []
    for row, strength in enumerate(data.strengths):
        accuracy = percent(data.lines[0].accuracy[row], 1)
        rows.append(f"<b>{tr_html(data.kind.say(strength))}<small>{accuracy}</small></b>")
        for column, (label, y_pred) in enumerate(zip(result.labels, entry.y_pred[row], strict=True)):
            names = {"label": class_names[label], "predicted": class_names[y_pred]}
            about = tr_html("labelled {label}, predicted {predicted}", **names)
            wrong = ' class="wrong"' if label != y_pred else ""
            place = f'style="background-position:{sprite.places[row * n_images + column]}"'
            rows.append(f'<div role="img"{wrong} title="{about}" aria-label="{about}" {place}></div>')
    variables = f"--sprite:url({escape(sprite.image)});--zoom:{sprite.zoom};--count:{n_images}"
    return f'{_STYLE}<div class="lab-strip" style="{variables}">{"".join(rows)}</div>'
