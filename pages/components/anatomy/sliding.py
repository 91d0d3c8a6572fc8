"""How a map is made, position by position: a window that slides over pictures, in the browser. Scripts: web/slide_*.js.

All numbers come from the compute process, in one message for a map, so that sliding asks no server.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.anatomy.backward import ConvGradient, Origin, PointGradient, PoolGradient, sgd_step
from core.anatomy.following import Following
from core.anatomy.one_unit import UnitPass
from core.anatomy.parameters import Rule
from core.anatomy.products import ConvProducts, Pointwise, PoolWindows
from pages.components.anatomy.sliding_texts import sliding_texts
from pages.components.charts.palette import CHOSEN
from pages.components.pictures.signed import Colours, signed_colours
from pages.components.shell.component import Component

_WEB = Path(__file__).parent / "web"
_COMPONENT = Component(
    "mnist_lab_sliding",
    *(_WEB / part for part in ("slide_draw.js", "slide_forward.js", "slide_backward.js", "slide.js")),
    html='<div class="slide"></div>',
    style=(_WEB / "slide.css").read_text(encoding="utf-8"),
)


def show_sliding(found: UnitPass, lr: float | None) -> None:
    """Draw the computation of a map. lr: of one step of SGD, for the backward pass; None for the forward pass."""
    data = slide_data(found, lr, signed_colours())
    _COMPONENT(key="sliding", data=data)


def slide_data(found: UnitPass, lr: float | None, colours: Colours) -> dict[str, Any]:
    """What the script draws. Arrays are their float32 values in base64, row by row."""
    made, back = found.products, found.gradient
    about = {"unit": f"{found.layer.name}/{found.unit}", "colours": [*colours, CHOSEN], "texts": sliding_texts(found)}
    match made, back:
        case ConvProducts(), ConvGradient():
            parts = _conv(made) if lr is None else _conv_gradient(made, back, lr)
        case PoolWindows(), PoolGradient():
            parts = _pool(made) | ({} if lr is None else _gradients(back))
        case Pointwise(), PointGradient():
            parts = _point(made) | ({} if lr is None else _gradients(back))
        case _:
            raise TypeError(f"{found.layer.name} has no maps.")
    start = _strongest(made.values if lr is None else back.gradients)
    return {**about, **parts, "pass": "forward" if lr is None else "backward", "start": start}


def _conv(made: ConvProducts) -> dict[str, Any]:
    return _kernel(made) | {
        "sums": _pack(made.sums),
        "values": _pack(made.values),
        "following": [_following(step) for step in made.following],
    }


def _conv_gradient(made: ConvProducts, back: ConvGradient, lr: float) -> dict[str, Any]:
    return _kernel(made) | {
        "lr": lr,
        "gradients": _pack(back.gradients),
        "weight_gradients": _pack(back.weights),
        "new_kernel": _pack(sgd_step(made.kernel, back.weights, lr)),
        "bias_gradient": back.bias,
        "new_bias": None if made.bias is None or back.bias is None else made.bias - lr * back.bias,
        "share": _pack(back.share),
        "handed": _pack(back.handed),
        "origin": back.origin and _origin(back.origin),
    }


def _kernel(made: ConvProducts) -> dict[str, Any]:
    return {
        "kind": "conv",
        "channels": len(made.inputs),
        "input_size": made.inputs.shape[1:],
        "size": made.values.shape,
        "window": made.kernel.shape[1:],
        "stride": made.stride,
        "padding": made.padding,
        "inputs": _pack(made.inputs),
        "kernel": _pack(made.kernel),
        "bias": made.bias,
    }


def _pool(made: PoolWindows) -> dict[str, Any]:
    return {
        "kind": "maxpool",
        "channels": 1,
        "input_size": made.inputs.shape,
        "size": made.values.shape,
        "window": made.kernel,
        "stride": made.stride,
        "padding": made.padding,
        "inputs": _pack(made.inputs),
        "values": _pack(made.values),
        "winners": made.winners.ravel().tolist(),
    }


def _point(made: Pointwise) -> dict[str, Any]:
    return {
        "kind": "point",
        "rule": _rule(made.rule),
        "channels": 1,
        "input_size": made.inputs.shape,
        "size": made.values.shape,
        "window": (1, 1),
        "stride": (1, 1),
        "padding": (0, 0),
        "inputs": _pack(made.inputs),
        "values": _pack(made.values),
    }


def _gradients(back: PoolGradient | PointGradient) -> dict[str, Any]:
    slopes = {"slopes": _pack(back.slopes)} if isinstance(back, PointGradient) else {}
    return {"gradients": _pack(back.gradients), "handed": _pack(back.handed), **slopes}


def _following(step: Following) -> dict[str, Any]:
    return {"layer": step.layer, "rule": _rule(step.rule), "values": _pack(step.values), "slopes": _pack(step.slopes)}


def _origin(origin: Origin) -> dict[str, Any]:
    return {"layer": origin.layer, "gradients": _pack(origin.gradients), "slopes": _pack(origin.slopes)}


def _rule(rule: Rule) -> dict[str, Any]:
    norm = rule.norm
    return {
        "kind": rule.kind,
        "slope": rule.slope,
        "norm": norm and {"mean": norm.mean, "deviation": norm.deviation, "weight": norm.weight, "bias": norm.bias},
    }


def _pack(values: NDArray[np.floating]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode()


def _strongest(values: NDArray[np.floating]) -> list[int]:
    """Row and column of the value furthest from 0: where there is most to see."""
    return [int(place) for place in np.unravel_index(int(np.abs(values).argmax()), values.shape)]
