"""The groups of test images that are looked at: by what is measured, by class, and by clusters of the features."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.slices.measures import Measures
from core.texts.message import Message, message

# Images that a group has at least: on fewer, hardly any error rate is more than chance.
SMALLEST = 20
# Equal parts of all images, and of the images of one class, by a measure.
_PARTS, _PARTS_OF_CLASS = 10, 3
# Holes from so many on are one group.
_MANY_HOLES = 2
_OTHERS = message("all other images")


class _Part(NamedTuple):
    """As `Slice`, without what it is compared with."""

    name: str
    title: Message
    members: NDArray[np.int64]


@dataclass(frozen=True)
class Slice:
    """A group of test images.

    name: of the group, unique. title: what they have in common. index: int64 (n,).
    among: the images of which the group is a part, int64 (m,): all of them, or those of one class. The others of these
        are what it is compared with. rest: what they are called.
    """

    name: str
    title: Message
    index: NDArray[np.int64]
    among: NDArray[np.int64]
    rest: Message


def make_slices(
    measures: Measures, clusters: NDArray[np.integer], y_true: NDArray[np.int64], class_names: tuple[str, ...]
) -> list[Slice]:
    """All groups of N images with these measures, clusters (N,) of their features and true classes (N,).

    They are made without looking at the predictions. Groups of fewer than 20 images are left out. A part of a class is
    compared with the other images of the class: else every part of a hard class would be called weak.
    """
    everything = np.arange(len(y_true))
    found = [Slice(*part, everything, _OTHERS) for part in _by_measures(measures, everything, _PARTS)]
    for label, name in enumerate(class_names):
        index = np.flatnonzero(y_true == label)
        found.append(Slice(f"class-{label}", message("{label}", label=name), index, everything, _OTHERS))
        rest = message("the other images of {label}", label=name)
        for part in _by_measures(measures, index, _PARTS_OF_CLASS):
            title = _part_title(name, part)
            found.append(Slice(f"class-{label}-{part.name}", title, part.members, index, rest))
    found += [Slice(*part, everything, _OTHERS) for part in _by_clusters(clusters, y_true, class_names)]
    return [group for group in found if len(group.index) >= SMALLEST]


def _part_title(class_name: str, part: _Part) -> Message:
    if part.name.startswith("holes"):
        return message("{label} with {part}", label=class_name, part=part.title)
    return message("{label}, {part}", label=class_name, part=part.title)


def _by_measures(measures: Measures, index: NDArray[np.int64], parts: int) -> Iterator[_Part]:
    """Groups of the images `index` by each measure."""
    for name, values in measures.items():
        if name == "holes":
            yield from _by_holes(values, index)
            continue
        if not len(index):
            continue
        # Images of equal values stay together.
        borders = np.unique(np.quantile(values[index], np.linspace(0, 1, parts + 1)[1:-1]))
        place = np.searchsorted(borders, values[index], side="right")
        for number, part in enumerate(np.unique(place), start=1):
            members = index[place == part]
            low, high = float(values[members].min()), float(values[members].max())
            yield _Part(f"{name}-{number}", _range(name, low, high), members)


def _by_holes(holes: NDArray[np.float32], index: NDArray[np.int64]) -> Iterator[_Part]:
    counts = np.minimum(holes[index], _MANY_HOLES)
    titles = (message("no hole"), message("a hole"), message("2 holes or more"))
    for count, title in enumerate(titles):
        yield _Part(f"holes-{count}", title, index[counts == count])


def _range(measure: str, low: float, high: float) -> Message:
    values = {"low": low, "high": high}
    if measure == "thickness":
        return message("thickness {low:.1f} to {high:.1f} pixels", **values)
    if measure == "slant":
        return message("slant {low:.0f}° to {high:.0f}°", **values)
    if measure == "size":
        return message("box of {low:.0f} to {high:.0f} pixels", **values)
    return message("ink {low:.1%} to {high:.1%}", **values)


def _by_clusters(
    clusters: NDArray[np.integer], y_true: NDArray[np.int64], class_names: tuple[str, ...]
) -> Iterator[_Part]:
    for number in np.unique(clusters):
        index = np.flatnonzero(clusters == number)
        counts = np.bincount(y_true[index], minlength=len(class_names))
        values = {"number": int(number) + 1, "label": class_names[int(counts.argmax())]}
        title = message(
            "alike to the network ({number}): {share:.0%} are {label}", share=float(counts.max() / len(index)), **values
        )
        yield _Part(f"cluster-{number + 1}", title, index)
