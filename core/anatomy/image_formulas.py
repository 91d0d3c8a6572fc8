"""The formulas of layers that work on pictures: convolution, pooling and batch normalisation.

Each function gives lines of LaTeX: the forward pass, the backward pass, or both.
"""

from __future__ import annotations

from core.anatomy.formula_symbols import Step, gradient, member, space, weight_sizes, words
from core.anatomy.layers import Layer
from core.texts.message import message


def conv_forward(step: Step) -> list[str]:
    """Each output is the sum of a patch times a kernel."""
    channels, (height, width) = step.layer.input_shape[0], step.layer.kernel
    rows, columns = (_index(step.layer, axis) for axis in (0, 1))
    sums = rf"\sum_{{u=0}}^{{{height - 1}}} \sum_{{v=0}}^{{{width - 1}}}"
    k = "1"
    if channels > 1:
        k, sums = "k", rf"\sum_{{k=1}}^{{{channels}}} {sums}"
    bias = f"{step.bias}[c] + " if step.layer.has_bias else ""
    return [
        rf"{step.result}[c,i,j] = {bias}{sums} {step.weight}[c,{k},u,v]\; {step.source}[{k},{rows},{columns}]",
        *weight_sizes(step),
    ]


def _index(layer: Layer, axis: int) -> str:
    stride, padding = layer.pair("stride")[axis], layer.pair("padding")[axis]
    start = ("i", "j")[axis] if stride == 1 else f"{stride}{'ij'[axis]}"
    return f"{start}+{'uv'[axis]}" + (f"-{padding}" if padding else "")


def conv_backward(step: Step) -> list[str]:
    """The gradients by kernel, bias and input."""
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


def pool(step: Step) -> tuple[list[str], list[str]]:
    """The largest of each window; its gradient goes to where that stood."""
    height, width = step.layer.kernel
    rows, columns = (_index(step.layer, axis) for axis in (0, 1))
    window = rf"\substack{{0 \le u < {height} \\ 0 \le v < {width}}}"
    forward = [
        rf"{step.result}[c,i,j] = \max_{{{window}}} {step.source}[c,{rows},{columns}]",
        member(step.result, step),
    ]
    at_largest, elsewhere = message("at the largest"), message("elsewhere")
    backward = [
        rf"{gradient(step.source)}[c,{rows},{columns}] = \begin{{cases}} {gradient(step.result)}[c,i,j] & "
        rf"{words(step, at_largest)} \\[4pt] 0 & {words(step, elsewhere)} \end{{cases}}"
    ]
    return forward, backward


def norm(step: Step) -> tuple[list[str], list[str]]:
    """Each channel by its mean and deviation (Ioffe & Szegedy 2015, arXiv:1502.03167)."""
    x, y, k, sizes = step.source, step.result, step.number, step.layer.output_shape
    at = "[c,i,j]" if len(sizes) == 3 else "[c]"
    gamma, beta, mean = (rf"\boldsymbol{{\{letter}}}_{{{k}}}" for letter in ("gamma", "beta", "mu"))
    deviation = rf"\boldsymbol{{\sigma}}_{{{k}}}"
    unit, scale = rf"\hat{{{x}}}", rf"\sqrt{{{deviation}[c]^2 + \varepsilon}}"
    forward = [
        rf"{unit}{at} = \dfrac{{{x}{at} - {mean}[c]}}{{{scale}}},\quad {y}{at} = {gamma}[c]\, {unit}{at} + {beta}[c]",
        rf"{mean}, {deviation} \quad {words(step, message('of the batch in training, of past batches afterwards'))}",
        rf"{gamma}, {beta} \in {space(sizes[:1])},\quad {member(y, step)}",
    ]
    # Angle brackets are the mean over the same values as a channel's μ.
    grad = gradient(y)
    over_channel = message("sum and mean over the channel's pixels in all images of the batch")
    backward = [
        rf"{gradient(gamma)}[c] = \sum {grad}{at}\; {unit}{at},\quad {gradient(beta)}[c] = \sum {grad}{at}",
        rf"{gradient(x)} = \dfrac{{{gamma}[c]}}{{{scale}}} \left({grad} - \left\langle {grad} \right\rangle "
        rf"- {unit} \left\langle {grad} \odot {unit} \right\rangle\right)",
        rf"\sum,\, \langle\;\rangle \quad {words(step, over_channel)}",
    ]
    return forward, backward
