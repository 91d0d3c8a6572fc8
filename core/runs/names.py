"""Names of runs."""

from __future__ import annotations

from collections.abc import Collection
from itertools import count


def numbered(name: str, taken: Collection[str]) -> str:
    """The name, with the first free number from 2 on where it is taken, such as "Classic CNN (2)"."""
    if name not in taken:
        return name
    return next(numbered for number in count(2) if (numbered := f"{name} ({number})") not in taken)
