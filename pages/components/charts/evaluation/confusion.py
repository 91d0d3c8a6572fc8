"""The confusion matrix, drawn."""

from __future__ import annotations

from collections.abc import Sequence

from core.charts.cells import Axis, Hovers, Texts
from core.charts.evaluation.confusion import ConfusionData
from core.charts.evaluation.confusion_sums import MISTAKES_NAME
from core.texts.message import message
from pages.components.charts.cells import TintLayer, cell_chart
from pages.components.charts.graph_objects import go
from pages.components.charts.palette import RIGHT, WRONG

# Opacity of the strongest tint of right answers: on white and on dark the page's text stays readable on it.
_RIGHT_ALPHA = 0.30
# Opacity of the strongest tint of wrong answers, chosen likewise.
_WRONG_ALPHA = 0.75
# Letters of the longest name that fits below its column on a phone.
_SHORT_NAME = 3


def confusion_chart(data: ConfusionData) -> go.Figure:
    """Draw the matrix. A click on a cell selects a point whose y is the true class and whose x the predicted one."""
    layers = [TintLayer(data.right, RIGHT, _RIGHT_ALPHA), TintLayer(data.wrong, WRONG, _WRONG_ALPHA)]
    return class_grid(data.class_names, layers, data.texts, data.hovers)


def class_grid(class_names: tuple[str, ...], layers: Sequence[TintLayer], texts: Texts, hovers: Hovers) -> go.Figure:
    """A grid of true by predicted classes, as `cells.cell_chart` draws it."""
    is_short = max(map(len, class_names)) <= _SHORT_NAME
    # Where names are short there is no room for the word, on a phone least of all.
    names = tuple(
        message("Mistakes") if name == MISTAKES_NAME and not is_short else message(name) for name in class_names
    )
    explains_sign = is_short and MISTAKES_NAME in class_names
    predicted = message("Predicted (✗: mistakes)") if explains_sign else message("Predicted")
    rows, columns = Axis(message("True"), names), Axis(predicted, names)
    figure = cell_chart(rows, columns, layers, texts, hovers)
    figure.layout.xaxis.tickangle = 0 if is_short else -45
    figure.layout.yaxis.scaleanchor = "x"
    figure.layout.yaxis.constraintoward = "top"
    return figure
