"""The difference of two confusion matrices, drawn."""

from __future__ import annotations

from core.charts.evaluation.confusion_difference import ConfusionDifferenceData
from pages.components.charts.cells import TintLayer
from pages.components.charts.evaluation.confusion import class_grid
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import NEGATIVE, POSITIVE

# Opacity of the strongest tint: on white and on dark the page's text stays readable on it.
_ALPHA = 0.6
# Of the faintest, so that a single image shows.
_FAINTEST = 0.08
# The colours of the largest difference above and below 0, as CSS has them.
ENDS = (
    f"color-mix(in srgb, {POSITIVE} {_ALPHA:.0%}, transparent)",
    f"color-mix(in srgb, {NEGATIVE} {_ALPHA:.0%}, transparent)",
)


def confusion_difference_chart(data: ConfusionDifferenceData) -> go.Figure:
    """Draw B − A. A click on a cell selects a point whose y is the true class and whose x the predicted one."""
    layers = [
        TintLayer(tints, colour, _ALPHA, _FAINTEST) for tints, colour in ((data.fewer, NEGATIVE), (data.more, POSITIVE))
    ]
    return class_grid(data.class_names, layers, data.texts, data.hovers)
