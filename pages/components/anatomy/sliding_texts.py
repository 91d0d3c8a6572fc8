"""What the script of a sliding window shows or says. It fills in the fields, such as {row}."""

from __future__ import annotations

from core.anatomy.one_unit import UnitPass
from pages.components.shell.texts import tr_plain


def sliding_texts(found: UnitPass) -> dict[str, str]:
    """All texts, by the names that the script knows."""
    return {
        "layer": found.layer.name,
        **_board(found.unit),
        **_forward(),
        **_rules(),
        **_backward(),
        **_other_backward(),
    }


def _board(unit: int) -> dict[str, str]:
    return {
        "input": tr_plain("Input"),
        "input_channel": tr_plain("Input, channel {channel}"),
        "output": tr_plain("Output, map {unit}. Click a place in it.", unit=unit),
        "gradients": tr_plain("Gradient of the loss by map {unit}. Click a place in it.", unit=unit),
        "row": tr_plain("Row"),
        "column": tr_plain("Column"),
        "channel_name": tr_plain("Channel"),
        "play": tr_plain("Play"),
        "pause": tr_plain("Pause"),
        "keys": tr_plain("Output map {unit}. Arrow keys move the window.", unit=unit),
    }


def _forward() -> dict[str, str]:
    return {
        "patch": tr_plain("Input patch"),
        "kernel": tr_plain("Kernel"),
        "products": tr_plain("Products. They add up to {sum}."),
        "channel_sum": tr_plain("Products. In channel {channel} they add up to {sum}."),
        "channels": tr_plain("Each of the {count} input channels has its sum here. Click one to see its products."),
        "channel": tr_plain("Channel {channel}: {sum}"),
        "sum": tr_plain("All products add up to {value}"),
        "sum_bias": tr_plain("All products {sum} + bias {bias} = {value}"),
        "own": tr_plain("The network’s own value at this place: {value}"),
        "window": tr_plain("Window"),
        "largest": tr_plain("The largest value is passed on: {value}"),
    }


def _rules() -> dict[str, str]:
    return {
        "relu": tr_plain("{layer}: max(0, {before}) = {after}"),
        "stays": tr_plain("{layer}: {before} is above 0 and stays as it is"),
        "prelu": tr_plain("{layer}: {slope} · {before} = {after}"),
        "sigmoid": tr_plain("{layer}: sigmoid({before}) = {after}"),
        "tanh": tr_plain("{layer}: tanh({before}) = {after}"),
        "batchnorm": tr_plain("{layer}: {weight} · ({before} − {mean}) / {deviation} + {bias} = {after}"),
        "wins": tr_plain("{layer}: the largest value of its window, so {after} is passed on"),
        "loses": tr_plain("{layer}: another value of its window is larger, so {after} is passed on"),
        "no_window": tr_plain("{layer}: no window covers this place"),
    }


def _backward() -> dict[str, str]:
    return {
        "gradient": tr_plain("dL/dz at this place = {value}"),
        "origin": tr_plain("dL/dz at this place = gradient of {layer} · slope = {gradient} · {slope} = {value}"),
        "to_weights": tr_plain("Gradient of the kernel: a share from each position"),
        "gradient_here": tr_plain("dL/dz"),
        "part": tr_plain("Share of this position"),
        "so_far": tr_plain("Sum of positions 1 to {number} of {count}"),
        "step": tr_plain("New weights by plain SGD with lr = {lr}"),
        "weight": tr_plain("Kernel w"),
        "weight_gradient": tr_plain("dL/dw: the sum of all {count} positions"),
        "new_weight": tr_plain("New kernel"),
        "bias_step": tr_plain("Bias: {bias} − {lr} · {gradient} = {value}"),
        "to_input": tr_plain("Gradient handed to the input"),
        "times_gradient": tr_plain("× dL/dz ="),
        "back_here": tr_plain("Handed to the patch from this position"),
        "share": tr_plain("All that this map hands to channel {channel}"),
        "handed": tr_plain("What channel {channel} gets from all maps"),
    }


def _other_backward() -> dict[str, str]:
    return {
        "handed_window": tr_plain("Gradient handed to the window"),
        "handed_all": tr_plain("Gradient of the whole input"),
        "pool_back": tr_plain("The largest value gets the gradient {value}, the others get 0."),
        "point_back": tr_plain("Input {before}: gradient {gradient} · slope {slope} = {value}"),
    }
