"""Functions that take long and tell how much they have done."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

R = TypeVar("R")
# What such a function gives: the shares that are done, from 0 to 1, and its result at the end.
Steps = Generator[float, None, R]


def finish(steps: Steps[R], tell: Callable[[float], object] = lambda _: None) -> R:
    """Go through all steps and return the result. tell: hears each share that is done."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        tell(share)


def part_of(steps: Steps[R], first: float, last: float) -> Steps[R]:
    """The same steps as a part of something longer, where the share that is done goes from `first` to `last`."""
    while True:
        try:
            share = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        yield first + (last - first) * share
