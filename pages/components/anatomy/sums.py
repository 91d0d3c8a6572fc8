"""How a single value is made: the products of a fully connected unit, an activation, the softmax."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.anatomy.backward import DenseGradient, LossGradient, PointGradient, sgd_step
from core.anatomy.following import Following
from core.anatomy.layers import Shape
from core.anatomy.one_unit import UnitPass
from core.anatomy.parameters import Rule
from core.anatomy.products import DenseProducts, Pointwise, SoftmaxParts
from pages.components.anatomy.numbers import number, table_html
from pages.components.pictures.signed import largest, signed_colours, signed_pixels
from pages.components.pictures.sprites import sprites_html
from pages.components.shell.texts import tr, tr_plain

Names = tuple[str, ...]

# Products that are written out.
_SHOWN = 8
# Digits after the point of weights before and after a step, which differ little.
_WEIGHT_DIGITS = 6
# Width of a picture of the input in CSS pixels, where there is one, and where there are several.
_WIDE, _NARROW = 168, 44


def show_sums(found: UnitPass, lr: float | None, names: Names, true: int) -> None:
    """Draw the computation of a unit without maps.

    lr: of one step of SGD, for the backward pass; None for the forward pass. names: of the classes. true: the image's.
    """
    match found.products, found.gradient:
        case DenseProducts() as made, DenseGradient() as back:
            if lr is None:
                _show_products(made)
            else:
                _show_step(back, lr, is_true=found.unit == true)
        case Pointwise() as made, PointGradient() as back:
            if lr is None:
                text = rule_text(found.layer.name, made.rule, float(made.inputs), float(made.values))
            else:
                text = _times(float(back.gradients), float(back.slopes), float(back.handed))
            st.markdown(text)
        case SoftmaxParts() as made, LossGradient() as back:
            if lr is None:
                _show_softmax(made, names)
            else:
                _show_loss(back, names, true)
        case made, _:
            raise TypeError(f"{type(made).__name__} has maps.")


def rule_text(layer: str, rule: Rule, before: float, after: float) -> str:
    """What a layer makes of a value, as Markdown."""
    values = {"layer": layer, "before": number(before), "after": number(after)}
    match rule.kind:
        case "relu":
            return tr("{layer}: max(0, {before}) = **{after}**", **values)
        case "prelu" if before > 0:
            return tr("{layer}: {before} is above 0 and stays as it is", **values)
        case "prelu":
            return tr("{layer}: {slope} · {before} = **{after}**", **values, slope=number(rule.slope))
        case "sigmoid":
            return tr("{layer}: sigmoid({before}) = **{after}**", **values)
        case "tanh":
            return tr("{layer}: tanh({before}) = **{after}**", **values)
    assert rule.norm, rule.kind
    numbers = {name: number(value) for name, value in vars(rule.norm).items()}
    return tr("{layer}: {weight} · ({before} − {mean}) / {deviation} + {bias} = **{after}**", **values, **numbers)


def _show_products(made: DenseProducts) -> None:
    products = made.products
    order = np.argsort(-np.abs(products), kind="stable")[:_SHOWN]
    rows = [
        [
            _input_name(place, made.source),
            number(made.inputs[place]),
            number(made.weights[place]),
            number(products[place]),
        ]
        for place in order.tolist()
    ]
    rest = len(products) - len(order)
    if rest:
        text = tr_plain("… and {count:,} further products", count=rest)
        rows.append([text, "", "", number(float(products.sum() - products[order].sum()))])
    if made.bias is not None:
        rows.append([tr_plain("Bias"), "", "", number(made.bias)])
    total = float(products.sum()) + (made.bias or 0.0)
    rows.append([tr_plain("Sum"), "", "", number(total)])
    st.html(table_html([tr_plain("Input"), "x", "w", "x · w"], rows, totals=[len(rows) - 1]))
    st.caption(tr("The network’s own value: {value}", value=number(made.value)))
    before = made.value
    for step in made.following:
        before = _show_following(step, before)
    _show_pictures(made.source, {"x · w": products, "x": made.inputs, "w": made.weights})


def _show_following(step: Following, before: float) -> float:
    after = float(step.values)
    st.markdown(rule_text(step.layer, step.rule, before, after))
    return after


def _show_step(back: DenseGradient, lr: float, is_true: bool) -> None:
    made = back.made
    st.markdown(_gradient_text(back, is_true))
    stepped = sgd_step(made.weights, back.weights, lr)
    # An input of 0 changes no weight; then what is handed on ranks them.
    order = np.argsort(-np.abs(back.weights if back.weights.any() else back.share), kind="stable")[:_SHOWN].tolist()
    rows = [
        [
            _input_name(place, made.source),
            *map(number, (made.inputs[place], back.weights[place])),
            *(number(weight, _WEIGHT_DIGITS) for weight in (made.weights[place], stepped[place])),
            *map(number, (back.share[place], back.handed[place])),
        ]
        for place in order
    ]
    if made.bias is not None:
        new_bias = made.bias - lr * back.gradient
        rows.append(
            [
                tr_plain("Bias"),
                "1",
                number(back.gradient),
                number(made.bias, _WEIGHT_DIGITS),
                number(new_bias, _WEIGHT_DIGITS),
                "",
                "",
            ]
        )
    head = [
        tr_plain("Input"),
        "x",
        tr_plain("dL/dw = dL/dz · x"),
        "w",
        tr_plain("new w = w − lr · dL/dw"),
        tr_plain("dL/dz · w, to the input"),
        tr_plain("input gets from all units"),
    ]
    st.html(table_html(head, rows))
    rest = len(made.inputs) - len(order)
    if rest:
        st.caption(tr("The inputs with the largest gradients; {count:,} further inputs work alike.", count=rest))
    pictures = {
        "dL/dw": back.weights,
        tr_plain("dL/dz · w, to the input"): back.share,
        tr_plain("input gets from all units"): back.handed,
    }
    _show_pictures(made.source, pictures)


def _gradient_text(back: DenseGradient, is_true: bool) -> str:
    """Where the gradient by the unit's value comes from."""
    value, origin = number(back.gradient), back.origin
    if back.probability is not None:
        return tr(
            "dL/dz = p − y = {p} − {y} = **{value}**, with y = 1 for the true class and 0 for the others",
            p=number(back.probability),
            y=int(is_true),
            value=value,
        )
    if origin is None:
        return tr("dL/dz = **{value}**", value=value)
    return tr(
        "dL/dz = gradient of {layer} · slope = {gradient} · {slope} = **{value}**",
        layer=origin.layer,
        gradient=number(float(origin.gradients)),
        slope=number(float(origin.slopes)),
        value=value,
    )


def _times(gradient: float, slope: float, handed: float) -> str:
    return tr(
        "Gradient {gradient} · slope {slope} = **{value}**, handed to the input",
        gradient=number(gradient),
        slope=number(slope),
        value=number(handed),
    )


def _show_softmax(made: SoftmaxParts, names: Names) -> None:
    most, total = float(made.logits.max()), float(made.exponentials.sum())
    rows = [
        [name, number(logit), number(logit - most), number(exponential), number(share)]
        for name, logit, exponential, share in zip(
            names, made.logits.tolist(), made.exponentials.tolist(), made.probabilities.tolist(), strict=True
        )
    ]
    rows.append([tr_plain("Sum"), "", "", number(total), "1"])
    head = [
        tr_plain("Class"),
        tr_plain("logit z"),
        tr_plain("z − largest z"),
        tr_plain("exp(z − largest z)"),
        tr_plain("p = share of their sum"),
    ]
    st.html(table_html(head, rows, totals=[len(rows) - 1]))
    st.caption(tr("Taking the largest logit away from all changes no probability, and keeps the exponentials small."))


def _show_loss(back: LossGradient, names: Names, true: int) -> None:
    probability = float(back.made.probabilities[true])
    st.markdown(
        tr(
            "L = −ln p of the true class **{name}** = −ln {p} = **{loss}**",
            name=names[true],
            p=number(probability),
            loss=number(back.loss),
        )
    )
    rows = [
        [name, number(p), "1" if place == true else "0", number(gradient)]
        for place, (name, p, gradient) in enumerate(
            zip(names, back.made.probabilities.tolist(), back.gradients.tolist(), strict=True)
        )
    ]
    st.html(table_html([tr_plain("Class"), "p", "y", "dL/dz = p − y"], rows))


def _input_name(place: int, source: Shape) -> str:
    if len(source) != 3:
        return tr_plain("Unit {number}", number=place)
    channel, row, column = np.unravel_index(place, source)
    if source[0] == 1:
        return tr_plain("Row {row}, column {column}", row=int(row), column=int(column))
    return tr_plain(
        "Channel {channel}, row {row}, column {column}", channel=int(channel), row=int(row), column=int(column)
    )


def _show_pictures(source: Shape, kinds: dict[str, NDArray[np.floating]]) -> None:
    """Numbers of all inputs as pictures, where the inputs come from maps: each kind of number has its own colours."""
    if len(source) != 3:
        return
    channels = source[0]
    # Of many maps only the first kind is drawn.
    shown = kinds if channels == 1 else dict(list(kinds.items())[:1])
    labels, pictures = [], []
    for name, values in shown.items():
        pictures.append(signed_pixels(values.reshape(source), largest(values), signed_colours()))
        labels += (
            [name]
            if channels == 1
            else [tr_plain("{name}, channel {number}", name=name, number=n) for n in range(channels)]
        )
    if channels > 1:
        st.caption(tr("{name} for every input, a picture for each channel", name=next(iter(shown))))
    captions = labels if channels == 1 else ()
    st.html(sprites_html(np.concatenate(pictures), _WIDE if channels == 1 else _NARROW, labels, captions))
