"""What a page's charts show, read back from what is sent to the browser."""

from __future__ import annotations

import json

import pyarrow as pa


def curves(chart):
    """The points (x, y) of each series of an ECharts chart to four digits, without gaps, by the series's name."""
    tables = {entry.name: pa.ipc.open_stream(entry.data.data).read_pandas() for entry in chart.proto.datasets}
    spec = json.loads(chart.proto.spec)
    found = {}
    for series in spec["series"]:
        table = tables[spec["dataset"][series.get("datasetIndex", 0)]["source"]["name"]]
        columns = table[[series["encode"]["x"], series["encode"]["y"]]].dropna().round(4)
        found[series["name"]] = [tuple(row) for row in columns.to_numpy().tolist()]
    return found


def figures(app):
    """The Plotly charts, as the browser gets them: `data` and `layout`."""
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
