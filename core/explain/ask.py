"""What the pages ask of a trained network about a picture.

These functions run in the compute process (`core.execution.compute_process`).
Loading this module loads neither torch nor captum.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.anatomy.inside import Inside, trace_run
from core.anatomy.layers import Anatomy
from core.data.catalog import find_dataset
from core.errors import ExplanationError
from core.explain.change import SmallestChange
from core.inference.networks import load_learner
from core.ink.rendering import Picture
from core.learners.base import pixel_scaling
from core.runs.record import read_run

if TYPE_CHECKING:
    from core.explain.network import DifferentiableNetwork

from core.explain.methods import METHODS, Attribution


def attribute_run(run: Path, picture: Picture, method: str, target: int, other: int | None) -> Attribution:
    """How much each pixel of `picture` (28, 28) has to do with what the network in the folder `run` reads.

    method: one of METHODS. target, other: what speaks for the one class rather than for the other, or, where
    that is None, rather than for the average class.
    Raises ExplanationError where network and method do not go together or a class is unknown, and RunError.
    """
    from core.explain.attribution import attribute

    network = _load_network(run, [target] if other is None else [target, other])
    if method not in METHODS:
        raise ExplanationError("Unknown method {method!r}; known: {known}.", method=method, known=", ".join(METHODS))
    return attribute(network, picture, method, target, other)


def change_picture(run: Path, picture: Picture, target: int) -> SmallestChange | None:
    """The fewest pixels found that make the network in the folder `run` read the class `target` in `picture`.

    None where no change of at most `core.explain.change.MOST_PIXELS` pixels was found. Raises ExplanationError and
    RunError.
    """
    from core.explain.smallest_change import find_change

    return find_change(_load_network(run, [target]), picture, target)


def look_at_layers(run: Path, picture: Picture) -> tuple[Anatomy, Inside]:
    """The layers of the network in the folder `run` and what each gives for `picture`. Raises RunError."""
    return trace_run(run, picture)


def _load_network(run: Path, classes: list[int]) -> DifferentiableNetwork:
    from core.explain.network import DifferentiableNetwork

    config = read_run(run).config
    names = find_dataset(config.dataset).class_names
    for number in classes:
        if not 0 <= number < len(names):
            raise ExplanationError(
                "There is no class {number}; the classes are numbered 0 to {last}.", number=number, last=len(names) - 1
            )
    return DifferentiableNetwork(load_learner(run), *pixel_scaling(config))
