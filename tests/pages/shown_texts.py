"""Every text that a page sends to the browser for a reader, whatever element it stands in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from google.protobuf.message import Message as Proto
from streamlit.testing.v1 import AppTest

# Fields of Streamlit's messages that no reader sees as words: names for programs, addresses, scripts, and the value
# that a field holds, which is one of its options or what the reader has typed. A new kind of field counts as shown.
HIDDEN = {
    *("id", "form_id", "key", "tag", "type", "theme", "format", "config", "help_id", "element_id"),
    *("icon", "content_icon", "icon_position", "url", "link", "page", "page_script_hash", "query_string"),
    *("value", "default", "raw_value", "raw_values", "shortcut", "deferred_file_id", "file_uploader_id"),
    *("code_text", "language", "autocomplete"),
    *("component_name", "js_content", "css_content", "js_source_path", "css_source_path"),
}
# Keys under which the options of a chart, a table's columns or a component's data hold words for a reader.
SHOWN_KEYS = {
    *("title", "text", "name", "label", "help", "placeholder", "hovertemplate", "hovertext", "ticktext", "formatter"),
    *("texttemplate", "subtext", "hint"),
}
# Under which there are none: the name of a file, and of a chart's table.
HIDDEN_KEYS = {"toImageButtonOptions", "saveAsImage", "dataset"}
# Data for a script that shows no words.
SILENT_COMPONENTS = {
    *("mnist_lab_address", "mnist_lab_reveal", "mnist_lab_tab_storage", "mnist_lab_map_hover"),
    "streamlit-drawable-canvas.streamlit_drawable_canvas",
}


class Shown(NamedTuple):
    """A text and where it stands, such as "Button.label"."""

    place: str
    text: str


def shown_texts(app: AppTest) -> Iterator[Shown]:
    """All of them, in the page's order."""
    for node in app._tree:
        proto = getattr(node, "proto", None)
        if isinstance(proto, Proto):
            yield from _of_message(proto)
    for table in app.dataframe:
        labelled = json.loads(table.proto.columns or "{}")
        for name, column in table.value.items():
            if "label" not in labelled.get(name, {}):
                yield Shown("Dataframe header", str(name))
            yield from (Shown("Dataframe cell", cell) for cell in column if isinstance(cell, str))


def _of_message(proto: Proto) -> Iterator[Shown]:
    kind = proto.DESCRIPTOR.name
    for field, value in proto.ListFields():
        if field.name in HIDDEN:
            continue
        for entry in value if field.is_repeated else [value]:
            if isinstance(entry, Proto):
                yield from _of_message(entry)
            elif isinstance(entry, str):
                yield from _of_string(f"{kind}.{field.name}", entry, proto)


def _of_string(place: str, text: str, proto: Proto) -> Iterator[Shown]:
    match place:
        case "PlotlyChart.spec" | "EChartsChart.spec" | "Dataframe.columns":
            yield from (Shown(place, words) for words in _of_json(json.loads(text)))
        case "BidiComponent.json":
            if proto.component_name not in SILENT_COMPONENTS:
                yield from (Shown(place, words) for words in _of_json(json.loads(text)))
        case "ArrowNamedDataSet.name" | "TabContainer.id":
            pass
        case _:
            yield Shown(place, text)


def _of_json(value: Any, is_shown: bool = False) -> Iterator[str]:
    if isinstance(value, dict):
        for key, entry in value.items():
            if key == "texts":
                # Words by names of the script's own.
                yield from _of_json(list(entry.values()) if isinstance(entry, dict) else entry, True)
            elif key not in HIDDEN_KEYS:
                yield from _of_json(entry, key in SHOWN_KEYS)
    elif isinstance(value, list):
        for entry in value:
            yield from _of_json(entry, is_shown)
    elif isinstance(value, str) and is_shown:
        yield value
