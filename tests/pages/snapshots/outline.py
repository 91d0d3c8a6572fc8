"""A page as text: every element in its place, with all that is sent to the browser for it.

Long lists of numbers and pictures are summed up by a few figures, which tell apart what a reader could tell apart.
"""

from __future__ import annotations

import base64
import io
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
from google.protobuf.message import Message as Proto
from PIL import Image
from streamlit.testing.v1 import AppTest

# Names that Streamlit makes for its own use, and what it says of every element.
_HIDDEN = {
    *("id", "form_id", "element_id", "proto_hash", "source_file_hash", "file_uploader_id", "page_script_hash"),
    *("allow_empty", "wrap", "element_type", "js_source_path", "css_source_path", "isolate_styles"),
    # Plotly's own, which its versions change.
    "template",
}
# What is told nevertheless, since it is not the same of all elements of its kind.
_TOLD = {"ButtonGroup.wrap"}
# Fields of what surrounds an element's own message.
_FRAME = {"width_config", "height_config"}
# Fields that hold JSON.
_JSON = {"spec", "columns", "json", "config"}
# Scripts and style sheets stand in files of their own, and browser tests try them.
_CODE = {"js_content", "css_content", "js", "css"}
# Longer lines are broken: into the fields of an element, or before a tag of HTML.
_MOST_CHARACTERS = 220
# Longer lists are summed up.
_MOST_ENTRIES = 12
_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
_DATA_URL = re.compile(r"data:image/([a-z+]+);base64,([A-Za-z0-9+/=]+)")
# Such texts are 32-bit floats for a script.
_FLOATS = re.compile(r"(?:[A-Za-z0-9+/]{4}){20,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
# Digests, which rounding changes; a sweep's id, which is made anew each time; and the names of Streamlit's own scripts,
# which its versions change.
_MADE_NAME = re.compile(r"\b[0-9a-f]{16,}\b|\b\d{8}-\d{6}-[\w-]+|(?<=\.)[\w-]{8}(?=\.js)")
_DIGITS = re.compile(r"[\d.]+")
_OPENING_TAG = re.compile(r"(?=<[a-z])")


def parse_with_frames(parse: Callable[[list[Any]], Any], messages: list[Any]) -> Any:
    """What AppTest makes of the messages to the browser, with what was sent for each node, which it drops.

    parse: Streamlit's `parse_tree_from_messages`.
    """
    root = parse(messages)
    for message in messages:
        kind = message.delta.WhichOneof("type") if message.HasField("delta") else ""
        if kind in ("new_element", "add_block"):
            node = root
            for place in message.metadata.delta_path:
                node = node.children[place]
            node.sent = getattr(message.delta, kind)
    return root


def outline(app: AppTest, parts: Collection[str] = ()) -> str:
    """The page, an element a line and its fields below it.

    parts: the keys of the containers that are told, and kinds of elements such as "dialog"; all where there is none.
    """
    nodes = _find(app._tree, parts) if parts else [app._tree]
    return "\n".join(line for node in nodes for line in _of_node(node, 0)) + "\n"


def outline_of_html(text: str) -> str:
    """A page of HTML, a tag a line."""
    return "\n".join(_of_text("page", text)) + "\n"


def _find(node: Any, parts: Collection[str]) -> Iterator[Any]:
    if getattr(node, "key", None) in parts or getattr(node, "type", "") in parts:
        yield node
    else:
        for _, child in sorted(getattr(node, "children", {}).items()):
            yield from _find(child, parts)


def _of_node(node: Any, depth: int) -> Iterator[str]:
    proto = getattr(node, "proto", None)
    if isinstance(proto, Proto):
        name, lines = str(getattr(node, "type", proto.DESCRIPTOR.name)), [*_of_message(proto), *_of_frame(node)]
        joined = f"{name}: " + "; ".join(lines)
        whole = [joined] if _is_short(joined) else [name, *(f"  .{line}" for line in lines)]
        yield from ("  " * depth + line for line in whole)
    for _, child in sorted(getattr(node, "children", {}).items()):
        yield from _of_node(child, depth + isinstance(proto, Proto))


def _of_frame(node: Any) -> Iterator[str]:
    """The width and height of an element whose own message does not tell them."""
    sent = getattr(node, "sent", node.proto)
    if sent is not node.proto:
        yield from _of_fields((field, value) for field, value in sent.ListFields() if field.name in _FRAME)


def _of_message(proto: Proto) -> Iterator[str]:
    yield from _of_fields(proto.ListFields())


def _of_fields(fields: Iterable[tuple[Any, Any]]) -> Iterator[str]:
    for field, value in fields:
        if field.name in _HIDDEN | _CODE and field.full_name not in _TOLD:
            continue
        entries = [*value] if field.is_repeated else [value]
        if entries and isinstance(entries[0], Proto):
            for place, entry in enumerate(entries):
                name = f"{field.name}[{place}]" if field.is_repeated else field.name
                yield from (f"{name}.{line}" for line in _of_message(entry))
        elif isinstance(value, bytes):
            yield from _of_value(field.name, _from_arrow(value))
        elif field.name in _JSON and isinstance(value, str) and value:
            yield from _of_value(field.name, json.loads(value))
        else:
            yield from _of_value(field.name, entries if field.is_repeated else value)


def _from_arrow(table: bytes) -> Any:
    """The columns of a table, by name."""
    try:
        return pa.ipc.open_stream(table).read_all().to_pydict()
    except pa.ArrowInvalid:
        return f"{len(table)} bytes"


def _of_value(name: str, value: Any) -> Iterator[str]:
    """Lines "name = value"; what is in a dictionary or list has its place in the name."""
    if isinstance(value, dict) and set(value) == {"dtype", "bdata"} | ({"shape"} & set(value)):
        array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        yield from _of_value(name, array.tolist())
        yield from _of_value(f"{name}.shape", value.get("shape", ""))
    elif isinstance(value, dict):
        for key, entry in value.items():
            if key not in _HIDDEN:
                yield from _of_value(f"{name}.{_MADE_NAME.sub('…', str(key))}", entry)
    elif isinstance(value, list) and _are_numbers(value):
        yield f"{name} = {_of_numbers(value)}"
    elif isinstance(value, list):
        yield f"{name}: {len(value)} entries"
        for place, entry in enumerate(_ends(value)):
            yield from _of_value(f"{name}[{place}]", entry)
    elif isinstance(value, str) and _FLOATS.fullmatch(value):
        yield from _of_value(name, np.frombuffer(base64.b64decode(value), np.float32).tolist())
    elif isinstance(value, str):
        yield from _of_text(name, value)
    else:
        yield f"{name} = {_of_number(value)}"


def _are_numbers(entries: list[Any]) -> bool:
    kinds = (int, float, type(None))
    return bool(entries) and all(isinstance(entry, kinds) and not isinstance(entry, bool) for entry in entries)


def _of_numbers(values: list[float | None]) -> str:
    if len(values) <= _MOST_ENTRIES:
        return "[" + ", ".join(map(_of_number, values)) + "]"
    array = np.array([np.nan if value is None else value for value in values], float)
    known = array[np.isfinite(array)]
    # Where the values lie, weighted by their places: tells a list from its mirror image.
    weighted = float(np.dot(known, np.linspace(0, 1, len(known))) / max(len(known), 1))
    figures = {"least": known.min(initial=0), "most": known.max(initial=0), "mean": known.mean(), "by place": weighted}
    return f"{len(array)} numbers, {len(known)} finite; " + _of_figures(figures)


def _of_figures(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {_of_number(float(value))}" for name, value in figures.items())


def _of_number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _of_text(name: str, text: str) -> Iterator[str]:
    text = _DATA_URL.sub(lambda found: _of_picture(found[1], base64.b64decode(found[2])), _STYLE.sub(_of_style, text))
    lines = _MADE_NAME.sub("…", text).split("\n")
    if not _is_short(text):
        lines = [part for line in lines for part in _OPENING_TAG.split(line)]
    first, *others = [line for line in lines if line.strip()] or [""]
    yield f"{name} = {first}"
    for _, alike in groupby(others, lambda line: line.partition(" ")[0]):
        yield from (f"    {line}" for line in _ends(list(alike)))


def _of_style(style: re.Match[str]) -> str:
    """A checksum: style sheets are long, and a commit that changes one shows how."""
    return f"<style {zlib.crc32(style[1].encode()):08x}>"


def _is_short(line: str) -> bool:
    # Without the digits, whose number depends on rounding.
    return len(_DIGITS.sub("", line)) <= _MOST_CHARACTERS


def _ends(entries: list[Any]) -> list[Any]:
    """All of a short list, and the first and last of a long one."""
    half = _MOST_ENTRIES // 2
    return entries if len(entries) <= _MOST_ENTRIES else [*entries[:half], *entries[-half:]]


def _of_picture(kind: str, file: bytes) -> str:
    """Its size, how bright it is, and where; of a drawing its text."""
    if kind == "svg+xml":
        return file.decode()
    pixels = np.asarray(Image.open(io.BytesIO(file)).convert("RGB"), float).mean(2)
    height, width = pixels.shape
    figures = {
        "mean": pixels.mean(),
        "by row": (pixels.mean(1) * np.linspace(0, 1, height)).mean(),
        "by column": (pixels.mean(0) * np.linspace(0, 1, width)).mean(),
    }
    return f"<picture {width}×{height}, " + _of_figures(figures) + ">"
