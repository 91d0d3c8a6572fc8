"""Forward and backward pass of a network as LaTeX, with its own sizes.

Bold letters name a layer's output: x are the pixels, z comes from a weighted layer, a from an activation, d from
dropout, p from pooling, f from flattening, n from batch normalisation, h from a layer of an unknown kind.
δ is the gradient of the loss with respect to z.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from core.anatomy.layers import (
    ACTIVATIONS,
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
    WEIGHTED,
    Anatomy,
    Layer,
    Shape,
)
from core.texts.message import Message, message

Say = Callable[[Message], str]

_LETTERS = {DENSE: "z", CONV: "z", POOL: "p", DROPOUT: "d", FLATTEN: "f", NORM: "n"} | dict.fromkeys(ACTIVATIONS, "a")
# The mean loss of the images of a batch.
BATCH_LOSS = r"\bar{L}"
_PROBABILITIES = r"\hat{\mathbf{y}}"


@dataclass(frozen=True)
class LayerFormulas:
    """A layer's lines of LaTeX.

    forward: from input to output. backward: from the gradient by the output to the gradient by the input.
    """

    layer: str
    forward: tuple[str, ...]
    backward: tuple[str, ...]


@dataclass(frozen=True)
class _Step:
    """A layer with the symbols of its input and its output.

    number: of the last weighted layer up to here, from 1. say: puts the words within formulas into a language.
    """

    layer: Layer
    say: Say
    source: str
    result: str
    number: int
    is_first: bool

    @property
    def weight(self) -> str:
        return rf"\mathbf{{W}}_{{{self.number}}}"

    @property
    def bias(self) -> str:
        return rf"\mathbf{{b}}_{{{self.number}}}"


def formulas(anatomy: Anatomy, batch_size: int, say: Say = str) -> tuple[LayerFormulas, ...]:
    """The formulas of every layer, first to last; the loss stands with the softmax.

    say: puts the few words within formulas into the reader's language.
    """
    return tuple(_write(step, batch_size) for step in _steps(anatomy, say))


def _steps(anatomy: Anatomy, say: Say) -> list[_Step]:
    source, number, steps = r"\mathbf{X}", 0, []
    used: Counter[str] = Counter()
    first = anatomy.first_weighted()
    for layer in anatomy.layers:
        number += layer.kind in WEIGHTED
        result = _symbol(layer, number)
        used[result] += 1
        primes = "'" * (used[result] - 1)
        step = _Step(layer, say, source, f"{result}{primes}", number, number == 0 or layer is first)
        steps.append(step)
        source = step.result
    return steps


def _symbol(layer: Layer, number: int) -> str:
    if layer.kind == SOFTMAX:
        return _PROBABILITIES
    if number == 0:
        return r"\mathbf{x}"
    return rf"\mathbf{{{_LETTERS.get(layer.kind, 'h')}}}_{{{number}}}"


def _write(step: _Step, batch_size: int) -> LayerFormulas:
    match step.layer.kind:
        case "dense":
            forward, backward = _dense_forward(step), _dense_backward(step)
        case "conv":
            forward, backward = _conv_forward(step), _conv_backward(step)
        case "maxpool":
            forward, backward = _pool(step)
        case "batchnorm":
            forward, backward = _norm(step)
        case "dropout":
            forward, backward = _dropout(step)
        case "flatten":
            forward, backward = _flatten(step)
        case "softmax":
            forward, backward = _loss(step, batch_size)
        case kind if kind in ACTIVATIONS:
            forward, backward = _activation(step)
        case kind:
            name = rf"\operatorname{{{kind.replace('_', '-')}}}"
            forward, backward = [rf"{step.result} = {name}({step.source})", _member(step.result, step)], []
    # Layers before the first weights learn nothing, so no gradient is needed there.
    return LayerFormulas(step.layer.name, tuple(forward), () if step.number == 0 else tuple(backward))


def gradient(symbol: str) -> str:
    """The loss's gradient by the symbol: δ for a weighted layer's output."""
    if symbol.startswith(r"\mathbf{z}"):
        return symbol.replace(r"\mathbf{z}", r"\boldsymbol{\delta}")
    return rf"\dfrac{{\partial L}}{{\partial {symbol}}}"


def space(shape: Shape) -> str:
    """The set of arrays of a shape, such as \\mathbb{R}^{128 \\times 784}."""
    return rf"\mathbb{{R}}^{{{_sizes(shape)}}}"


def _sizes(shape: Shape) -> str:
    return r" \times ".join(map(str, shape))


def _words(step: _Step, text: Message) -> str:
    """Words within a formula."""
    return rf"\text{{{step.say(text)}}}"


def _member(symbol: str, step: _Step) -> str:
    return rf"{symbol} \in {space(step.layer.output_shape)}"


def _dense_forward(step: _Step) -> list[str]:
    bias = f" + {step.bias}" if step.layer.has_bias else ""
    product = (
        rf"{step.source}\, {step.weight}" if step.layer.settings["inputs_first"] else rf"{step.weight}\, {step.source}"
    )
    return [rf"{step.result} = {product}{bias}", *_weight_sizes(step)]


def _weight_sizes(step: _Step) -> list[str]:
    sizes = [rf"{step.weight} \in {space(step.layer.parameters[0].shape)}"]
    if step.layer.has_bias:
        sizes.append(rf"{step.bias} \in {space(step.layer.parameters[1].shape)}")
    return [r",\quad ".join(sizes), _member(step.result, step)]


def _dense_backward(step: _Step) -> list[str]:
    delta, rows = gradient(step.result), step.layer.settings["inputs_first"]
    outer = rf"{step.source}^{{\top}} {delta}" if rows else rf"{delta}\, {step.source}^{{\top}}"
    lines = [_of_parameter(step, step.weight, outer)]
    if step.layer.has_bias:
        lines.append(_of_parameter(step, step.bias, delta, 1))
    if not step.is_first:
        back = rf"{delta}\, {step.weight}^{{\top}}" if rows else rf"{step.weight}^{{\top}} {delta}"
        lines.append(rf"{gradient(step.source)} = {back} \in {space(step.layer.input_shape)}")
    return lines


def _of_parameter(step: _Step, symbol: str, value: str, place: int = 0) -> str:
    return rf"{gradient(symbol)} = {value} \in {space(step.layer.parameters[place].shape)}"


def _conv_forward(step: _Step) -> list[str]:
    channels, (height, width) = step.layer.input_shape[0], step.layer.kernel
    rows, columns = (_index(step.layer, axis) for axis in (0, 1))
    sums = rf"\sum_{{u=0}}^{{{height - 1}}} \sum_{{v=0}}^{{{width - 1}}}"
    k = "1"
    if channels > 1:
        k, sums = "k", rf"\sum_{{k=1}}^{{{channels}}} {sums}"
    bias = f"{step.bias}[c] + " if step.layer.has_bias else ""
    return [
        rf"{step.result}[c,i,j] = {bias}{sums} {step.weight}[c,{k},u,v]\; {step.source}[{k},{rows},{columns}]",
        *_weight_sizes(step),
    ]


def _index(layer: Layer, axis: int) -> str:
    stride, padding = layer.pair("stride")[axis], layer.pair("padding")[axis]
    start = ("i", "j")[axis] if stride == 1 else f"{stride}{'ij'[axis]}"
    return f"{start}+{'uv'[axis]}" + (f"-{padding}" if padding else "")


def _conv_backward(step: _Step) -> list[str]:
    delta, (filters, height, width) = gradient(step.result), step.layer.output_shape
    everywhere = rf"\sum_{{i=0}}^{{{height - 1}}} \sum_{{j=0}}^{{{width - 1}}}"
    rows, columns = (_index(step.layer, axis) for axis in (0, 1))
    lines = [
        rf"{gradient(step.weight)}[c,k,u,v] = {everywhere} {delta}[c,i,j]\; {step.source}[k,{rows},{columns}]",
    ]
    if step.layer.has_bias:
        lines.append(rf"{gradient(step.bias)}[c] = {everywhere} {delta}[c,i,j]")
    if not step.is_first:
        # The sum runs over all pairs (i, u) that fall on row m. This holds for any stride and padding.
        lines.append(
            rf"{gradient(step.source)}[k,m,n] = \sum_{{c=1}}^{{{filters}}} "
            rf"\sum_{{\substack{{{rows}=m \\ {columns}=n}}}} {step.weight}[c,k,u,v]\; {delta}[c,i,j]"
        )
    return lines


def _pool(step: _Step) -> tuple[list[str], list[str]]:
    height, width = step.layer.kernel
    rows, columns = (_index(step.layer, axis) for axis in (0, 1))
    window = rf"\substack{{0 \le u < {height} \\ 0 \le v < {width}}}"
    forward = [
        rf"{step.result}[c,i,j] = \max_{{{window}}} {step.source}[c,{rows},{columns}]",
        _member(step.result, step),
    ]
    at_largest, elsewhere = message("at the largest"), message("elsewhere")
    backward = [
        rf"{gradient(step.source)}[c,{rows},{columns}] = \begin{{cases}} {gradient(step.result)}[c,i,j] & "
        rf"{_words(step, at_largest)} \\[4pt] 0 & {_words(step, elsewhere)} \end{{cases}}"
    ]
    return forward, backward


def _norm(step: _Step) -> tuple[list[str], list[str]]:
    x, y, k, sizes = step.source, step.result, step.number, step.layer.output_shape
    at = "[c,i,j]" if len(sizes) == 3 else "[c]"
    gamma, beta, mean = (rf"\boldsymbol{{\{letter}}}_{{{k}}}" for letter in ("gamma", "beta", "mu"))
    deviation = rf"\boldsymbol{{\sigma}}_{{{k}}}"
    unit, scale = rf"\hat{{{x}}}", rf"\sqrt{{{deviation}[c]^2 + \varepsilon}}"
    forward = [
        rf"{unit}{at} = \dfrac{{{x}{at} - {mean}[c]}}{{{scale}}},\quad {y}{at} = {gamma}[c]\, {unit}{at} + {beta}[c]",
        rf"{mean}, {deviation} \quad {_words(step, message('of the batch in training, of past batches afterwards'))}",
        rf"{gamma}, {beta} \in {space(sizes[:1])},\quad {_member(y, step)}",
    ]
    # Angle brackets are the mean over the same values as a channel's μ.
    grad = gradient(y)
    over_channel = message("sum and mean over the channel's pixels in all images of the batch")
    backward = [
        rf"{gradient(gamma)}[c] = \sum {grad}{at}\; {unit}{at},\quad {gradient(beta)}[c] = \sum {grad}{at}",
        rf"{gradient(x)} = \dfrac{{{gamma}[c]}}{{{scale}}} \left({grad} - \left\langle {grad} \right\rangle "
        rf"- {unit} \left\langle {grad} \odot {unit} \right\rangle\right)",
        rf"\sum,\, \langle\;\rangle \quad {_words(step, over_channel)}",
    ]
    return forward, backward


def _dropout(step: _Step) -> tuple[list[str], list[str]]:
    share = float(str(step.layer.settings["p"]))
    kept = f"{1 - share:g}"
    mask = rf"\mathbf{{m}}_{{{step.number}}}"
    in_training, afterwards = _words(step, message("in training")), _words(step, message("afterwards"))
    forward = [
        rf"{step.result} = \tfrac{{1}}{{{kept}}}\, {mask} \odot {step.source} \quad {in_training}",
        rf"{step.result} = {step.source} \quad {afterwards}",
        rf"{mask} \in \{{0, 1\}}^{{{_sizes(step.layer.output_shape)}}},\quad P(1) = {kept}",
    ]
    backward = [rf"{gradient(step.source)} = \tfrac{{1}}{{{kept}}}\, {mask} \odot {gradient(step.result)}"]
    return forward, backward


def _flatten(step: _Step) -> tuple[list[str], list[str]]:
    forward = [rf"{step.result} = \operatorname{{vec}}({step.source}) \in {space(step.layer.output_shape)}"]
    backward = [
        rf"{gradient(step.source)} = \operatorname{{vec}}^{{-1}}\!\left({gradient(step.result)}\right) "
        rf"\in {space(step.layer.input_shape)}"
    ]
    return forward, backward


def _activation(step: _Step) -> tuple[list[str], list[str]]:
    x, y = step.source, step.result
    slope = rf"\alpha_{{{step.number}}}"
    value, derivative = {
        RELU: (rf"\max({x}, 0)", rf"\mathbf{{1}}[{x} > 0]"),
        PRELU: (
            rf"\max({x}, 0) + {slope} \min({x}, 0)",
            rf"\left(\mathbf{{1}}[{x} > 0] + {slope}\, \mathbf{{1}}[{x} \le 0]\right)",
        ),
        SIGMOID: (rf"\dfrac{{1}}{{1 + e^{{-{x}}}}}", rf"{y} \odot (1 - {y})"),
        TANH: (rf"\tanh({x})", rf"(1 - {y} \odot {y})"),
    }[step.layer.kind]
    backward = [rf"{gradient(x)} = {gradient(y)} \odot {derivative}"]
    if step.layer.kind == PRELU:
        backward.append(rf"{gradient(slope)} = \sum_i {gradient(y)}[i]\, \min({x}[i], 0)")
    return [rf"{y} = {value}", _member(y, step)], backward


def _loss(step: _Step, batch_size: int) -> tuple[list[str], list[str]]:
    classes, scores = step.layer.output_shape[0], step.source
    mean = rf"\tfrac{{1}}{{{batch_size}}} \sum_{{n=1}}^{{{batch_size}}}"
    over_batch = _words(step, message("over a batch"))
    forward = [
        rf"{_PROBABILITIES}[k] = \dfrac{{e^{{{scores}[k]}}}}{{\sum_{{j=1}}^{{{classes}}} e^{{{scores}[j]}}}}",
        rf"L = -\sum_{{k=1}}^{{{classes}}} \mathbf{{y}}[k]\, \ln {_PROBABILITIES}[k]",
        rf"\mathbf{{y}} \in \{{0, 1\}}^{{{classes}}},\quad 1 \; {_words(step, message('at the true class'))}",
        rf"{BATCH_LOSS} = {mean} L_n \quad {over_batch}",
    ]
    backward = [
        rf"{gradient(scores)} = {_PROBABILITIES} - \mathbf{{y}} \in {space(step.layer.output_shape)}",
        rf"\dfrac{{\partial {BATCH_LOSS}}}{{\partial \theta}} = {mean} \dfrac{{\partial L_n}}{{\partial \theta}}"
        rf"\quad {over_batch}",
    ]
    return forward, backward
