"""The search for the fewest pixels that make a network read another class.

A greedy attack by whole pixels, after Papernot et al. 2016 (arXiv:1511.07528): the gradient proposes, trying
decides. At the end all changes that are not needed are taken back. A smaller change may exist all the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.explain.change import MOST_PIXELS, SmallestChange
from core.explain.network import DifferentiableNetwork
from core.ink.rendering import SIDE, Picture

# How many of the gradient's proposals are tried in each step.
_CANDIDATES = 16
# After so many changes a step makes one more at once, so that a long search ends in time.
_GROWTH = 6
# By how much the class has to win, in scores: more than rounding differs from one batch to another.
_SAFE = 1e-4


@dataclass(frozen=True)
class _Changes:
    """Pixels by their number in the flat picture, and the ink that each gets, 0 or 1; both (n,)."""

    pixels: Tensor
    inks: Tensor

    def __len__(self) -> int:
        return len(self.pixels)

    def __getitem__(self, chosen: Tensor | slice) -> _Changes:
        return _Changes(self.pixels[chosen], self.inks[chosen])

    def __add__(self, others: _Changes) -> _Changes:
        return _Changes(torch.cat([self.pixels, others.pixels]), torch.cat([self.inks, others.inks]))


def find_change(network: DifferentiableNetwork, picture: Picture, target: int) -> SmallestChange | None:
    """See `core.explain.ask.change_picture`. Deterministic."""
    search = _Search(network, picture, target)
    changes = search.find()
    if changes is None:
        return None
    length = len(changes) + 1
    while len(changes) < length:
        length = len(changes)
        changes = search.shorten(search.prune(changes))
    rows, columns = np.divmod(changes.pixels.cpu().numpy(), SIDE)
    inks = (changes.inks * 255).cpu().numpy().astype(np.uint8)
    probabilities = search.scores(search.grow(changes)).softmax(1).cpu().numpy()
    return SmallestChange(rows, columns, inks, probabilities)


class _Search:
    """All pictures are flat ink, (784,) or (N, 784)."""

    def __init__(self, network: DifferentiableNetwork, picture: Picture, target: int) -> None:
        self._network, self._target = network, target
        self._start = network.ink(picture[None]).flatten()

    def find(self) -> _Changes | None:
        """Changes that make the target win, in the order found; None where more than the allowed are needed."""
        changes = _Changes(self._start.new_empty(0, dtype=torch.int64), self._start.new_empty(0))
        while True:
            margin, proposed = self._propose(changes)
            if margin > _SAFE:
                return changes
            if not len(proposed) or len(changes) >= MOST_PIXELS:
                return None
            one_more = self._apply(changes).repeat(len(proposed), 1)
            one_more[torch.arange(len(proposed)), proposed.pixels] = proposed.inks
            best = self._wins_by(one_more).argsort(descending=True, stable=True)
            count = min(1 + len(changes) // _GROWTH, MOST_PIXELS - len(changes))
            changes += proposed[best[:count]]

    def prune(self, changes: _Changes) -> _Changes:
        """Take back what is not needed, until no single change can be taken back."""
        while len(changes):
            without_one = self._apply(changes).repeat(len(changes), 1)
            without_one[torch.arange(len(changes)), changes.pixels] = self._start[changes.pixels]
            order = self._wins_by(without_one).argsort(descending=True, stable=True)
            gone = self._spare(changes[order])
            if not gone:
                break
            # What is left stays in the order found.
            changes = changes[order[gone:].sort().values]
        return changes

    def shorten(self, changes: _Changes) -> _Changes:
        """Leave out the last changes where those before them are enough."""
        enough = self._wins_by(self.grow(changes)) > _SAFE
        return changes[: int(enough.nonzero().min())]

    def grow(self, changes: _Changes) -> Tensor:
        """The pictures with the first 0, 1, … all changes."""
        return torch.stack([self._apply(changes[:count]) for count in range(len(changes) + 1)])

    def scores(self, pictures: Tensor) -> Tensor:
        """What the network gives, (N, C)."""
        with torch.no_grad():
            return self._network(pictures.reshape(-1, 1, SIDE, SIDE))

    def _spare(self, changes: _Changes) -> int:
        """How many of the first changes can be left out together, by halving; 0 where not even the first can."""
        least, most, count = 0, len(changes), 1
        while least < most:
            if float(self._wins_by(self._apply(changes[count:])[None])) > _SAFE:
                least = count
            else:
                most = count - 1
            count = (least + most + 1) // 2
        return least

    def _apply(self, changes: _Changes) -> Tensor:
        return self._start.index_copy(0, changes.pixels, changes.inks)

    def _wins_by(self, pictures: Tensor) -> Tensor:
        return _margin(self.scores(pictures), self._target)

    def _propose(self, done: _Changes) -> tuple[float, _Changes]:
        """By how much the target wins now, and the pixels that promise most by gradient × room, with their new ink."""
        ink = self._apply(done).requires_grad_()
        margin = _margin(self._network(ink.reshape(1, 1, SIDE, SIDE)), self._target)
        (gradient,) = torch.autograd.grad(margin.sum(), ink)
        goal = (gradient > 0).float()
        promise = (gradient * (goal - ink.detach())).index_fill(0, done.pixels, 0.0)
        best = promise.argsort(descending=True, stable=True)[:_CANDIDATES]
        best = best[promise[best] > 0]
        return float(margin.detach()), _Changes(best, goal[best])


def _margin(scores: Tensor, target: int) -> Tensor:
    """By how much the target's score (N, C) is above the highest other one (N,)."""
    others = scores.index_fill(1, torch.tensor([target], device=scores.device), float("-inf"))
    return scores[:, target] - others.max(1).values
