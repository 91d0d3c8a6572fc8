"""Margins of a Plotly chart that hold its axes' texts from the start.

Plotly can fit margins by itself, and Streamlit's theme has it do so. It then draws a chart again until its texts fit,
and once more for each change that Streamlit makes: a confusion matrix was drawn eleven times (0.4 s on two cores).
Where the margins are large enough it is drawn twice. Plotly still makes those larger that are too small.
"""

from __future__ import annotations

from html import unescape
from math import sqrt
from unicodedata import east_asian_width

from pages.components.charts.graph_objects import go

# Size of the labels' letters where a figure says nothing, by Streamlit's theme, in pixels.
_TICK_SIZE = 12
# Size of a title's letters there, in pixels.
_TITLE_SIZE = 14
# What the theme leaves between the rows' labels and their title, as a multiple of the labels' size.
_ROW_GAP = 2.0
# The same below the columns.
_COLUMN_GAP = 5 / 3
# Height of a line, as a multiple of its letters' size.
_LINE = 1.35
# Mean width of a letter, as a multiple of its size.
_LETTER = 0.46


def fit_margins(figure: go.Figure) -> None:
    """Set the left and the lower margin by the lengths of the labels at the axes and of the sizes of their letters."""
    rows, columns = figure.layout.yaxis, figure.layout.xaxis
    size = columns.tickfont.size or _TICK_SIZE
    title = _LINE * (columns.title.font.size or _TITLE_SIZE)
    height = _LINE * size
    if columns.tickangle:
        # At 45 degrees.
        height = (height + _width(columns.ticktext, size)) / sqrt(2)
    left = title + _ROW_GAP * size + _width(rows.ticktext, size)
    figure.update_layout(margin={"l": round(left), "b": round(height + _COLUMN_GAP * size + title)})


def _width(texts: tuple[str, ...], size: float) -> float:
    """Of the widest of these texts in HTML, in pixels; rather too much than too little."""
    return size * max(sum(map(_letter_width, unescape(text))) for text in texts)


def _letter_width(letter: str) -> float:
    """As a multiple of its size."""
    return 1.0 if east_asian_width(letter) in "WF" else _LETTER
