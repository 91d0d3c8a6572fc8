"""Where a convolutional network's maps can be taken from."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.explain.network import DifferentiableNetwork
from core.ink.rendering import SIDE

# Images, channels, height, width.
_MAP_AXES = 4
# Maps with fewer pixels in a row are too coarse to point at a part of a digit.
_LEAST_SIDE = 7


def last_map(network: DifferentiableNetwork) -> nn.Module | None:
    """The module that gives the last maps which still tell places apart; None without a convolution.

    Not the last convolution itself: what follows it, normalisation and ReLU, decides what its maps mean.
    """
    if not isinstance(network.model, nn.Module):
        return None
    sides = _sides(network, [module for module in network.model.modules() if not list(module.children())])
    of_convolutions = [side for module, side in sides if isinstance(module, nn.Conv2d)]
    if not of_convolutions:
        return None
    least = min(_LEAST_SIDE, of_convolutions[-1])
    return next(module for module, side in reversed(sides) if side >= least and not isinstance(module, nn.Conv2d))


def _sides(network: DifferentiableNetwork, modules: Sequence[nn.Module]) -> list[tuple[nn.Module, int]]:
    """Each module with the width of the maps that it gives, 0 for no maps, in the order of the network."""
    sides: list[tuple[nn.Module, int]] = []

    def note(module: nn.Module, _: object, output: Tensor) -> None:
        sides.append((module, output.shape[-1] if output.ndim == _MAP_AXES else 0))

    handles = [module.register_forward_hook(note) for module in modules]
    with torch.no_grad():
        network(torch.zeros((1, 1, SIDE, SIDE), device=network.device))
    for handle in handles:
        handle.remove()
    return sides
