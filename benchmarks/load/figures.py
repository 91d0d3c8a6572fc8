"""Times of many visitors, in short."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Times:
    """What visitors have measured: seconds by what was waited for, and what went wrong."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)

    def add(self, what: str, seconds: float) -> None:
        """Note a time."""
        self.seconds.setdefault(what, []).append(seconds)


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest of the values that at least this share of them does not exceed. Raises ValueError without values."""
    if not values:
        raise ValueError("There is no quantile of no values.")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]


def table(seconds: Mapping[str, Sequence[float]]) -> str:
    """A line for what was waited for: how often, and the median, the 95th percentile and the greatest, in seconds."""
    rows: list[tuple[str, ...]] = [("", "times", "median", "p95", "max")]
    for what, times in seconds.items():
        figures = quantile(times, 0.5), quantile(times, 0.95), max(times)
        rows.append((what, str(len(times)), *(f"{figure:.2f}" for figure in figures)))
    width = max(len(row[0]) for row in rows)
    return "\n".join(f"{row[0]:<{width}}" + "".join(f"{cell:>9}" for cell in row[1:]) for row in rows)


def kept_share(alone: Sequence[tuple[int, float]], beside: Sequence[tuple[int, float]]) -> float:
    """The speed beside others as a share of that alone; each stretch is steps and seconds. Raises ValueError."""
    speeds = [sum(steps for steps, _ in part) / max(sum(time for _, time in part), 1e-9) for part in (alone, beside)]
    if not speeds[0]:
        raise ValueError("Nothing was trained alone, so there is no speed to compare with.")
    return speeds[1] / speeds[0]
