"""Test labels that people have found wrong.

Of MNIST, the fifteen that human validation did not confirm: C. Northcutt, A. Athalye and J. Mueller 2021, "Pervasive
Label Errors in Test Sets Destabilize Machine Learning Benchmarks" (arXiv:2103.14749, https://labelerrors.com).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class KnownLabel:
    """What people see in a test image whose label they did not confirm.

    label: the class that the data set gives. seen: the class that most people see.
    agreed: whether most people chose `seen` alone; where not, they were divided, or saw neither class.
    """

    label: int
    seen: int
    agreed: bool = True


_MNIST = {
    947: KnownLabel(8, 9),
    1621: KnownLabel(0, 6),
    1901: KnownLabel(9, 4),
    2130: KnownLabel(4, 9, agreed=False),
    2462: KnownLabel(2, 0),
    2597: KnownLabel(5, 3),
    2654: KnownLabel(6, 1),
    3520: KnownLabel(6, 4, agreed=False),
    3558: KnownLabel(5, 0),
    5937: KnownLabel(5, 3),
    6651: KnownLabel(0, 6),
    6783: KnownLabel(1, 6),
    8527: KnownLabel(4, 9, agreed=False),
    9679: KnownLabel(6, 3, agreed=False),
    9729: KnownLabel(5, 6),
}
_KNOWN: Mapping[str, Mapping[int, KnownLabel]] = {"mnist": _MNIST}


def known_label(dataset: str, index: int) -> KnownLabel | None:
    """What people see in this test image; None where its label stands or nobody has looked at it."""
    return known_labels(dataset).get(index)


def known_labels(dataset: str) -> Mapping[int, KnownLabel]:
    """The data set's test images whose labels people did not confirm, by index; none for most data sets."""
    return _KNOWN.get(dataset, {})
