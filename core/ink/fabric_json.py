"""Drawings as the package streamlit-drawable-canvas has them: Fabric.js objects as JSON, one path a stroke."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DrawingError
from core.ink.rendering import Stroke, check_size

# How many numbers follow each command of a path. Fabric.js smooths a stroke by quadratic curves (Q). Their first point,
# the control point, is where the pen was; their second point lies halfway to the next control point.
_NUMBERS = {"M": 2, "L": 2, "Q": 4}

# What an object says in canvas pixels.
_LENGTHS = ("left", "top", "width", "height", "strokeWidth", "path")

# Canvas pixels. The width of a line whose object states none that can be used.
USUAL_BRUSH = 16.0
# Canvas pixels. A wider line is taken for an error.
_WIDEST = 280.0


def strokes_from_objects(objects: Sequence[Mapping[str, Any]]) -> list[Stroke]:
    """The points of the pen in canvas pixels, (n, 2) a stroke, from a drawing's `objects`.

    Raises DrawingError when there are too many strokes or points, or an object is not a stroke.
    """
    paths = [entry.get("path") if isinstance(entry, Mapping) else None for entry in objects]
    check_size(len(paths), sum(len(path) for path in paths if isinstance(path, list)))
    try:
        return [_place(entry, _numbers(path)) for entry, path in zip(objects, paths, strict=True)]
    except (TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise DrawingError("The drawing cannot be read: it holds something other than strokes of the pen.") from None


def brush_widths(objects: Sequence[Mapping[str, Any]]) -> list[float]:
    """The width of each stroke's line in canvas pixels; the usual one where its object states none that can be used."""
    widths = []
    for entry in objects:
        try:
            width = _number(entry, "strokeWidth", USUAL_BRUSH) * abs(_number(entry, "scaleX", 1))
        except (TypeError, ValueError, OverflowError):
            width = USUAL_BRUSH
        widths.append(width if 0 < width <= _WIDEST else USUAL_BRUSH)
    return widths


def objects_from_strokes(
    strokes: Sequence[Sequence[Sequence[float]]], widths: Sequence[float], ink: str
) -> list[dict[str, Any]]:
    """A drawing's objects from the pen's points, x and y in canvas pixels: the inverse of `strokes_from_objects`.

    widths: of each stroke's line, in canvas pixels. ink: the lines' colour, as CSS writes it.
    """
    return [_as_object(points, width, ink) for points, width in zip(strokes, widths, strict=True)]


def scale_objects(objects: Sequence[dict[str, Any]], factor: float) -> list[dict[str, Any]]:
    """A drawing's objects on a canvas that has `factor` times as many pixels along a side.

    What is no number stays as it is; `strokes_from_objects` refuses it.
    """
    return [_scale(entry, factor) if isinstance(entry, Mapping) else entry for entry in objects]


def _scale(entry: Mapping[str, Any], factor: float) -> dict[str, Any]:
    def scaled(value: Any) -> Any:
        if isinstance(value, list):
            return [scaled(each) for each in value]
        return value * factor if isinstance(value, int | float) else value

    return {**entry, **{name: scaled(entry[name]) for name in _LENGTHS if name in entry}}


def _as_object(points: Sequence[Sequence[float]], width: float, ink: str) -> dict[str, Any]:
    # A path is painted only if it has two points, which may be equal.
    start, *rest = [*points, *points] if len(points) == 1 else points
    xs, ys = zip(*points, strict=True)
    return {
        "type": "Path",
        "originX": "center",
        "originY": "center",
        "left": (min(xs) + max(xs)) / 2,
        "top": (min(ys) + max(ys)) / 2,
        "fill": None,
        "stroke": ink,
        "strokeWidth": width,
        "strokeLineCap": "round",
        "strokeLineJoin": "round",
        "path": [["M", *start], *(["L", *point] for point in rest)],
    }


def _numbers(path: Any) -> list[list[float]]:
    """The commands' numbers, all checked. Raises ValueError, TypeError, KeyError."""
    numbers = [[float(number) for number in rest[: _NUMBERS[command]]] for command, *rest in path]
    for (command, *_), values in zip(path, numbers, strict=True):
        if len(values) != _NUMBERS[command] or not all(map(math.isfinite, values)):
            raise ValueError(command)
    return numbers


def _place(entry: Mapping[str, Any], commands: list[list[float]]) -> Stroke:
    """The path's points at the place of its object, which the reader may have moved, scaled, turned or mirrored."""
    points = np.array([values[:2] for values in commands])
    scale = np.array([_number(entry, "scaleX", 1), _number(entry, "scaleY", 1)])
    flip = np.array([-1 if entry.get("flipX") else 1, -1 if entry.get("flipY") else 1])
    angle = math.radians(_number(entry, "angle", 0))
    turn = np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])
    origin = _middle(commands)
    middle = np.array([_number(entry, "left", origin[0]), _number(entry, "top", origin[1])])
    return np.asarray((points - origin) * scale * flip @ turn + middle)


def _middle(commands: list[list[float]]) -> NDArray[np.float64]:
    """The middle of the path's bounding box: the point that an object's `left` and `top` refer to."""
    ends = np.array([values[-2:] for values in commands])
    seen = [ends]
    for start, values in zip(ends, commands[1:], strict=False):
        if len(values) == 4:
            seen.append(_turning_points(start, np.array(values[:2]), np.array(values[2:])))
    points = np.concatenate(seen)
    return np.asarray((points.min(0) + points.max(0)) / 2)


def _turning_points(start: Stroke, handle: Stroke, end: Stroke) -> Stroke:
    """Where a quadratic curve is extreme in x and in y, (2, 2), as Fabric.js computes it.

    Fabric.js treats the curve as a cubic one, both of whose control points are `handle`.
    """
    ratio = np.divide(handle - start, handle - end, out=np.zeros(2), where=handle != end)
    at = (1 - 1 / (1 + np.sqrt(np.maximum(ratio, 0))))[:, None]
    return np.asarray((1 - at) ** 3 * start + 3 * at * (1 - at) * handle + at**3 * end)


def _number(entry: Mapping[str, Any], name: str, default: float) -> float:
    number = float(entry.get(name, default))
    if not math.isfinite(number):
        raise ValueError(name)
    return number
