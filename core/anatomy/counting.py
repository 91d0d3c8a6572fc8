"""A layer described: its kind, what it does, and the arithmetic behind its shape and its parameter count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.anatomy.layers import (
    CONV,
    DENSE,
    DROPOUT,
    FLATTEN,
    NORM,
    POOL,
    PRELU,
    RELU,
    SIGMOID,
    SOFTMAX,
    TANH,
    Anatomy,
    Layer,
    Shape,
)
from core.texts.message import NO_MESSAGE, Message, message

_SENTENCES = {
    DENSE: message("Every output is a weighted sum of all inputs."),
    NORM: message("Shifts and scales every channel to a mean and a spread that are learned."),
    FLATTEN: message("All numbers in one row."),
    RELU: message("Negative numbers become 0."),
    PRELU: message("Negative numbers are multiplied by a slope that is learned."),
    SIGMOID: message("Squeezes every number between 0 and 1."),
    TANH: message("Squeezes every number between −1 and 1."),
    SOFTMAX: message("Turns logits into probabilities that add up to 1."),
}
_TITLES = {
    DENSE: message("Fully connected"),
    NORM: message("Batch normalisation"),
    FLATTEN: message("Flatten"),
    RELU: message("ReLU"),
    PRELU: message("PReLU"),
    SIGMOID: message("Sigmoid"),
    TANH: message("Tanh"),
    SOFTMAX: message("Softmax"),
    DROPOUT: message("Dropout"),
}


@dataclass(frozen=True)
class LayerRow:
    """A row of the table of layers.

    shape_reason, count_reason: the arithmetic that gives the shape and the parameter count, such as "28 − 3 + 1 = 26".
        Empty where there is none.
    """

    name: str
    title: Message
    sentence: Message
    shape: str
    shape_reason: str
    count: int
    count_reason: str


def table(anatomy: Anatomy) -> tuple[LayerRow, ...]:
    """A row for each layer."""
    return tuple(
        LayerRow(
            layer.name,
            title(layer),
            sentence(layer),
            shape_text(layer.output_shape),
            explain_shape(layer, anatomy.layers[:place]),
            layer.n_parameters,
            explain_count(layer),
        )
        for place, layer in enumerate(anatomy.layers)
    )


def title(layer: Layer) -> Message:
    """The kind of layer, such as "Convolution 3×3"."""
    if layer.kind in (CONV, POOL):
        height, width = layer.kernel
        sizes = {"height": height, "width": width}
        if layer.kind == CONV:
            return message("Convolution {height}×{width}", **sizes)
        return message("Max-pooling {height}×{width}", **sizes)
    return _TITLES.get(layer.kind, message("{kind}", kind=layer.kind))


def sentence(layer: Layer) -> Message:
    """What the layer does; empty for an unknown kind."""
    match layer.kind:
        case "conv":
            height, width = layer.kernel
            return message(
                "{filters} filters, each looking at {height}×{width} pixels at a time.",
                filters=layer.output_shape[0],
                height=height,
                width=width,
            )
        case "maxpool":
            height, width = layer.kernel
            return message("Keeps the largest of every {height}×{width} numbers.", height=height, width=width)
        case "dropout":
            return message("In training, {share:.0%} of the numbers are set to 0 at random.", share=layer.settings["p"])
        case kind:
            return _SENTENCES.get(kind, NO_MESSAGE)


def shape_text(shape: Shape) -> str:
    """Such as "32 × 26 × 26"."""
    return " × ".join(f"{size:,}" for size in shape)


def explain_shape(layer: Layer, before: Sequence[Layer] = ()) -> str:
    """How the output's shape follows from the input's; `before` are the layers that lead to it."""
    if layer.kind in (CONV, POOL):
        heights, widths = (_explain_side(layer, axis) for axis in (0, 1))
        return heights if heights == widths else f"{heights}; {widths}"
    if layer.kind == FLATTEN:
        sides = _sides([*before, layer])
        factors = [size for size in layer.input_shape if size != 1] or [1]
        product = f"{' · '.join(map(str, factors))} = {layer.output_shape[0]:,}"
        return f"{' → '.join(map(str, sides))}; {product}" if len(sides) > 1 else product
    return ""


def _explain_side(layer: Layer, axis: int) -> str:
    size, kernel = layer.input_shape[1 + axis], layer.kernel[axis]
    stride, padding = layer.pair("stride")[axis], layer.pair("padding")[axis]
    result = layer.output_shape[1 + axis]
    padded = f"{size} + 2 · {padding}" if padding else f"{size}"
    if stride == 1:
        return f"{padded} − {kernel} + 1 = {result}"
    if stride == kernel and not padding:
        return f"{size} / {kernel} = {result}" if size % kernel == 0 else f"⌊{size} / {kernel}⌋ = {result}"
    return f"⌊({padded} − {kernel}) / {stride}⌋ + 1 = {result}"


def _sides(layers: Sequence[Layer]) -> list[int]:
    """How the pictures' height shrinks on the way, without repetitions."""
    heights = [layer.input_shape[1] for layer in layers if len(layer.input_shape) == 3]
    return [height for place, height in enumerate(heights) if place == 0 or height != heights[place - 1]]


def explain_count(layer: Layer) -> str:
    """How many parameters the layer has and why; empty without any."""
    if not layer.parameters:
        return ""
    total = f"{layer.n_parameters:,}"
    if layer.kind == CONV:
        outputs, channels, height, width = layer.parameters[0].shape
        return _explain_weighted(f"{height}·{width}·{channels}", outputs, layer.has_bias, total)
    if layer.kind == DENSE:
        return _explain_weighted(f"{layer.input_shape[-1]:,}", layer.output_shape[-1], layer.has_bias, total)
    sizes = " + ".join("·".join(map(str, parameter.shape)) for parameter in layer.parameters)
    return sizes if sizes == total else f"{sizes} = {total}"


def _explain_weighted(inputs: str, outputs: int, has_bias: bool, total: str) -> str:
    return f"({inputs} + 1) · {outputs:,} = {total}" if has_bias else f"{inputs} · {outputs:,} = {total}"
