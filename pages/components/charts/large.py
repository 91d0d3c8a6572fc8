"""Charts with texts and lines large enough for the back of a room. They measure them in pixels of their own."""

from __future__ import annotations

from typing import Any

from pages.components.charts.graph_objects import go

# What ECharts and Plotly take where a chart says nothing, in pixels.
_TEXT_SIZE = 12
_LINE_WIDTH = 2
# What Streamlit's theme leaves between an axis of ECharts and its labels, in pixels.
_LABEL_MARGIN = 8
# What ECharts leaves between an axis and its name, in pixels.
_NAME_GAP = 15


def enlarge_figure(figure: go.Figure, factor: float) -> None:
    """Make the texts of a Plotly figure larger."""
    if factor == 1:
        return
    size = round(_TEXT_SIZE * factor)
    look = {"tickfont_size": size, "title_font_size": size, "automargin": True}
    figure.update_xaxes(**look).update_yaxes(**look)
    figure.update_layout(legend_font_size=size, hoverlabel_font_size=size)
    for trace in figure.select_traces({"mode": "text"}):
        trace.textfont.size = round((trace.textfont.size or _TEXT_SIZE) * factor)


def enlarge_option(option: dict[str, Any], factor: float) -> dict[str, Any]:
    """The same ECharts option with texts, lines and margins `factor` times as large, and all of them stated."""
    size = {"fontSize": round(_TEXT_SIZE * factor)}
    grid = {side: round(width * factor) for side, width in option["grid"].items() if isinstance(width, int)}
    legend = dict(option["legend"])
    for measure in ("itemWidth", "itemHeight", "itemGap"):
        if measure in legend:
            legend[measure] = round(legend[measure] * factor)
    text = {**legend.get("textStyle", {}), **size}
    if "width" in text:
        text["width"] = round(text["width"] * factor)
    return {
        **option,
        "grid": {**option["grid"], **grid},
        "legend": {**legend, "textStyle": text},
        "tooltip": {**option["tooltip"], "textStyle": size},
        "xAxis": _enlarge_axis(option["xAxis"], factor),
        "yAxis": _enlarge_axis(option["yAxis"], factor),
        "series": [_enlarge_series(series, factor) for series in option["series"]],
    }


def _enlarge_axis(axis: dict[str, Any], factor: float) -> dict[str, Any]:
    size = {"fontSize": round(_TEXT_SIZE * factor)}
    gap = {"nameGap": round(axis.get("nameGap", _NAME_GAP) * factor)} if "name" in axis else {}
    label, name = axis.get("axisLabel", {}), dict(axis.get("nameTextStyle", {}))
    if "padding" in name:
        name["padding"] = [round(width * factor) for width in name["padding"]]
    margin = {"margin": round(label.get("margin", _LABEL_MARGIN) * factor)}
    return {**axis, **gap, "axisLabel": {**label, **margin, **size}, "nameTextStyle": {**name, **size}}


def _enlarge_series(series: dict[str, Any], factor: float) -> dict[str, Any]:
    line = dict(series.get("lineStyle", {}))
    line["width"] = line.get("width", _LINE_WIDTH) * factor
    larger = {**series, "lineStyle": line}
    if "symbolSize" in series:
        larger["symbolSize"] = series["symbolSize"] * factor
    if "markLine" in series:
        mark = series["markLine"]
        larger["markLine"] = {**mark, "label": {**mark["label"], "fontSize": round(_TEXT_SIZE * factor)}}
    return larger
