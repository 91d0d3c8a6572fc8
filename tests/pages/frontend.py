"""What a browser tells the page of clicks that `AppTest` has no words for."""

from __future__ import annotations

import json


def send(app, element, value):
    """Let a widget have another value, as its script in the browser sends it, and run the page with its callbacks."""
    return _send(app, element.proto.id, json.dumps(value))


def click_tab(app, label):
    """Click a tab of the only row of tabs."""
    [row] = [node for node in app._tree if node.type == "tab_container"]
    return _send(app, row.proto.tab_container.id, label)


def _send(app, widget_id, text):
    states = app._tree.get_widget_states()
    states.widgets.add(id=widget_id, string_value=text)
    app._run(states)
    assert not app.exception
    return app


def click_cell(app, cell):
    """Click a cell (row, column) of the only Plotly chart; None for a second click on the one clicked last."""
    points = [] if cell is None else [{"y": cell[0], "x": cell[1]}]
    [chart] = app.get("plotly_chart")
    return send(app, chart, {"selection": {"points": points, "point_indices": [], "box": [], "lasso": []}})


def cell_texts(app):
    """What is written in the cells (row, column) of the only Plotly chart."""
    [chart] = app.get("plotly_chart")
    [texts] = [trace for trace in json.loads(chart.proto.spec)["data"] if trace.get("mode") == "text"]
    return {(y, x): text for y, x, text in zip(texts["y"], texts["x"], texts["text"], strict=True) if text}
