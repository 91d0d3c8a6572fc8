"""The steps from a drawing to the network's picture, as one picture a step."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.ink.rendering import INK_SIDE, MIDDLE, SIDE, Picture, PreprocessSteps, picture_from_strokes
from pages.components.charts.palette import CHOSEN
from pages.components.draw.canvas.canvas import VIEW
from pages.components.draw.subject import Subject
from pages.components.pictures.data_url import png_url
from pages.components.pictures.picture_html import PICTURE_STYLE, box_outline, figure, polylines, svg_url
from pages.components.shell.texts import tr_html

_STYLE = f"""
{PICTURE_STYLE}
<style>
.lab-stage .lab-picture > div {{ position: relative; }}
.lab-stage .lab-picture figcaption {{ min-height: 4.1em; }}
.lab-stage .cross::before, .lab-stage .cross::after {{ content: ""; position: absolute; background: {CHOSEN};
  opacity: 0.7; }}
.lab-stage .cross::before {{ left: 0; right: 0; height: 1px; top: {MIDDLE / SIDE:.2%}; }}
.lab-stage .cross::after {{ top: 0; bottom: 0; width: 1px; left: {MIDDLE / SIDE:.2%}; }}
</style>
"""


@dataclass(frozen=True)
class Stage:
    """A step's picture.

    source: the picture's address. text: its caption, as HTML.
    switch: the field of `PreprocessSteps` that switches the step off; empty where there is none.
    kind: a CSS class for the box around the picture.
    """

    source: str
    text: str
    switch: str = ""
    kind: str = ""


def stages(subject: Subject, steps: PreprocessSteps) -> list[Stage]:
    """The way from ink to picture by these steps. A subject without stages has none."""
    if subject.stages is None:
        return _clothes(subject) if subject.origin else []
    even = [Stage(subject.even, tr_html("In even light, as far as it may be ink"))] if subject.even else []
    return [_ink(subject, steps), *even, *_scaled(subject, steps), _picture(subject, steps)]


def stage_html(number: int, stage: Stage) -> str:
    """A step's picture with what is said of it."""
    return f'{_STYLE}<div class="lab-stage">{figure(stage.source, f"{number}. {stage.text}", stage.kind)}</div>'


def _clothes(subject: Subject) -> list[Stage]:
    return [
        Stage(subject.origin, tr_html("What was given, and the box around it")),
        Stage(subject.even, tr_html("Grey, light on black, in even light")),
        Stage(
            png_url(subject.picture),
            tr_html("The box shrunk to {side}×{side} pixels: what the network sees", side=SIDE),
        ),
    ]


def _ink(subject: Subject, steps: PreprocessSteps) -> Stage:
    match bool(subject.strokes), steps.cut_out:
        case True, True:
            text = tr_html("Your strokes, and the box around the ink")
        case True, False:
            text = tr_html("Your strokes, with all the paper around")
        case False, True:
            text = tr_html("What was given, and the box around the ink")
        case _:
            text = tr_html("What was given, with all the paper around")
    return Stage(subject.origin or _strokes_image(subject, steps), text, "cut_out")


def _scaled(subject: Subject, steps: PreprocessSteps) -> list[Stage]:
    assert subject.stages is not None
    side = INK_SIDE if steps.cut_out else SIDE
    thin, text = _thin(subject, steps), tr_html("Scaled to {side}×{side} pixels", side=side)
    if thin is None:
        return [Stage(png_url(subject.stages.scaled), text)]
    if not steps.thicken:
        lines = tr_html("Lines left as wide as they are")
    elif subject.strokes:
        lines = tr_html("Drawn anew with lines as thick as MNIST’s")
    else:
        lines = tr_html("Lines made about as thick as MNIST’s")
    return [Stage(png_url(thin), text), Stage(png_url(subject.stages.scaled), lines, "thicken")]


def _thin(subject: Subject, steps: PreprocessSteps) -> Picture | None:
    if subject.canvas is None:
        return subject.thin
    stages = picture_from_strokes(subject.strokes, steps=replace(steps, thicken=False), canvas=subject.canvas)
    return stages.scaled if stages else None


def _picture(subject: Subject, steps: PreprocessSteps) -> Stage:
    if steps.centre:
        text = tr_html("The ink balances in the middle of {side}×{side} pixels: what the network sees", side=SIDE)
    else:
        text = tr_html("Laid as it is into {side}×{side} pixels: what the network sees", side=SIDE)
    return Stage(png_url(subject.picture), text, "centre", "cross" if steps.centre else "")


def _strokes_image(subject: Subject, steps: PreprocessSteps) -> str:
    assert subject.stages is not None
    left, top, width, height = VIEW
    whole = (left + 2, top + 2, left + width - 2, top + height - 2)
    others = "".join(_lines(digit) for place, digit in enumerate(subject.digits) if place != subject.place)
    box = box_outline(subject.stages.box if steps.cut_out else whole)
    return svg_url(f'<g opacity="0.35">{others}</g>{_lines(subject)}{box}', VIEW)


def _lines(subject: Subject) -> str:
    return polylines(subject.strokes, subject.brushes)
