"""Forward and backward pass of a network as LaTeX, with its own sizes.

Bold letters name a layer's output: x are the pixels, z comes from a weighted layer, a from an activation, d from
dropout, p from pooling, f from flattening, n from batch normalisation, h from a layer of an unknown kind.
δ is the gradient of the loss with respect to z.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from core.anatomy.formula_symbols import (
    Say,
    Step,
    gradient,
    member,
    of_parameter,
    sizes,
    space,
    weight_sizes,
    words,
)
from core.anatomy.image_formulas import conv_backward, conv_forward, norm, pool
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
)
from core.texts.message import message

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


def formulas(anatomy: Anatomy, batch_size: int, say: Say = str) -> tuple[LayerFormulas, ...]:
    """The formulas of every layer, first to last; the loss stands with the softmax.

    say: puts the few words within formulas into the reader's language.
    """
    return tuple(_write(step, batch_size) for step in _steps(anatomy, say))


def _steps(anatomy: Anatomy, say: Say) -> list[Step]:
    source, number, steps = r"\mathbf{X}", 0, []
    used: Counter[str] = Counter()
    first = anatomy.first_weighted()
    for layer in anatomy.layers:
        number += layer.kind in WEIGHTED
        result = _symbol(layer, number)
        used[result] += 1
        primes = "'" * (used[result] - 1)
        step = Step(layer, say, source, f"{result}{primes}", number, number == 0 or layer is first)
        steps.append(step)
        source = step.result
    return steps


def _symbol(layer: Layer, number: int) -> str:
    if layer.kind == SOFTMAX:
        return _PROBABILITIES
    if number == 0:
        return r"\mathbf{x}"
    return rf"\mathbf{{{_LETTERS.get(layer.kind, 'h')}}}_{{{number}}}"


def _write(step: Step, batch_size: int) -> LayerFormulas:
    match step.layer.kind:
        case "dense":
            forward, backward = _dense_forward(step), _dense_backward(step)
        case "conv":
            forward, backward = conv_forward(step), conv_backward(step)
        case "maxpool":
            forward, backward = pool(step)
        case "batchnorm":
            forward, backward = norm(step)
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
            forward, backward = [rf"{step.result} = {name}({step.source})", member(step.result, step)], []
    # Layers before the first weights learn nothing, so no gradient is needed there.
    return LayerFormulas(step.layer.name, tuple(forward), () if step.number == 0 else tuple(backward))


def _dense_forward(step: Step) -> list[str]:
    bias = f" + {step.bias}" if step.layer.has_bias else ""
    product = (
        rf"{step.source}\, {step.weight}" if step.layer.settings["inputs_first"] else rf"{step.weight}\, {step.source}"
    )
    return [rf"{step.result} = {product}{bias}", *weight_sizes(step)]


def _dense_backward(step: Step) -> list[str]:
    delta, rows = gradient(step.result), step.layer.settings["inputs_first"]
    outer = rf"{step.source}^{{\top}} {delta}" if rows else rf"{delta}\, {step.source}^{{\top}}"
    lines = [of_parameter(step, step.weight, outer)]
    if step.layer.has_bias:
        lines.append(of_parameter(step, step.bias, delta, 1))
    if not step.is_first:
        back = rf"{delta}\, {step.weight}^{{\top}}" if rows else rf"{step.weight}^{{\top}} {delta}"
        lines.append(rf"{gradient(step.source)} = {back} \in {space(step.layer.input_shape)}")
    return lines


def _dropout(step: Step) -> tuple[list[str], list[str]]:
    share = float(str(step.layer.settings["p"]))
    kept = f"{1 - share:g}"
    mask = rf"\mathbf{{m}}_{{{step.number}}}"
    in_training, afterwards = words(step, message("in training")), words(step, message("afterwards"))
    forward = [
        rf"{step.result} = \tfrac{{1}}{{{kept}}}\, {mask} \odot {step.source} \quad {in_training}",
        rf"{step.result} = {step.source} \quad {afterwards}",
        rf"{mask} \in \{{0, 1\}}^{{{sizes(step.layer.output_shape)}}},\quad P(1) = {kept}",
    ]
    backward = [rf"{gradient(step.source)} = \tfrac{{1}}{{{kept}}}\, {mask} \odot {gradient(step.result)}"]
    return forward, backward


def _flatten(step: Step) -> tuple[list[str], list[str]]:
    forward = [rf"{step.result} = \operatorname{{vec}}({step.source}) \in {space(step.layer.output_shape)}"]
    backward = [
        rf"{gradient(step.source)} = \operatorname{{vec}}^{{-1}}\!\left({gradient(step.result)}\right) "
        rf"\in {space(step.layer.input_shape)}"
    ]
    return forward, backward


def _activation(step: Step) -> tuple[list[str], list[str]]:
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
    return [rf"{y} = {value}", member(y, step)], backward


def _loss(step: Step, batch_size: int) -> tuple[list[str], list[str]]:
    classes, scores = step.layer.output_shape[0], step.source
    mean = rf"\tfrac{{1}}{{{batch_size}}} \sum_{{n=1}}^{{{batch_size}}}"
    over_batch = words(step, message("over a batch"))
    forward = [
        rf"{_PROBABILITIES}[k] = \dfrac{{e^{{{scores}[k]}}}}{{\sum_{{j=1}}^{{{classes}}} e^{{{scores}[j]}}}}",
        rf"L = -\sum_{{k=1}}^{{{classes}}} \mathbf{{y}}[k]\, \ln {_PROBABILITIES}[k]",
        rf"\mathbf{{y}} \in \{{0, 1\}}^{{{classes}}},\quad 1 \; {words(step, message('at the true class'))}",
        rf"{BATCH_LOSS} = {mean} L_n \quad {over_batch}",
    ]
    backward = [
        rf"{gradient(scores)} = {_PROBABILITIES} - \mathbf{{y}} \in {space(step.layer.output_shape)}",
        rf"\dfrac{{\partial {BATCH_LOSS}}}{{\partial \theta}} = {mean} \dfrac{{\partial L_n}}{{\partial \theta}}"
        rf"\quad {over_batch}",
    ]
    return forward, backward
