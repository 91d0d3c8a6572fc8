"""The figures of `benchmarks.training.speed` as text."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

# One recipe on one number of threads; "rounds" holds the figures of each round by the kind of trial.
Entry = dict[str, Any]

_NAMES = {"tutorial": "tutorial's loop", "ours": "ours", "floor": "floor"}
_CLOCKS = ("processor", "wall")


def as_text(entry: Entry) -> str:
    """Medians with the least and the greatest in brackets; ratios of medians with those of the rounds' pairs."""
    threads = f"{entry['threads']} thread{'s' * (entry['threads'] > 1)}"
    beside = ", beside a busy process" if entry["busy"] else ""
    precision = f", ours in {entry['precision']}" if entry["precision"] != "float32" else ""
    images, load = f"{entry['images']:,} images", f"(load before: {entry['load']:.1f})"
    lines = [f"{entry['recipe']}, {threads}, {images}{precision}{beside} {load}"]
    for clock in _CLOCKS:
        lines.append(f"  {clock} seconds an epoch: " + ", ".join(_seconds(entry, kind, clock) for kind in _NAMES))
        lines.append(f"    {_ratio(entry, 'tutorial', 'ours', clock)}; {_ratio(entry, 'ours', 'floor', clock)}")
    lines.append("  test accuracy: " + ", ".join(_accuracy(entry, kind) for kind in ("tutorial", "ours")))
    lines.append(f"  {_floor(entry)}")
    return "\n".join(lines)


def ratio(entry: Entry, above: str, below: str, clock: str) -> tuple[float, float, float]:
    """The ratio of the medians of two kinds, and the least and greatest ratio of a round's pair."""
    over, under = _values(entry, above, clock), _values(entry, below, clock)
    pairs = [first / second for first, second in zip(over, under, strict=True)]
    return median(over) / median(under), min(pairs), max(pairs)


def _values(entry: Entry, kind: str, name: str) -> list[float]:
    return [figures[kind][name] for figures in entry["rounds"]]


def _seconds(entry: Entry, kind: str, clock: str) -> str:
    return f"{_NAMES[kind]} {_spread(_values(entry, kind, clock))}"


def _spread(values: Sequence[float]) -> str:
    return f"{median(values):.3g} ({min(values):.3g}–{max(values):.3g})"


def _ratio(entry: Entry, above: str, below: str, clock: str) -> str:
    middle, least, most = ratio(entry, above, below, clock)
    return f"{_NAMES[above]} / {_NAMES[below]} {middle:.2f} ({least:.2f}–{most:.2f})"


def _accuracy(entry: Entry, kind: str) -> str:
    values = _values(entry, kind, "accuracy")
    spread = f" ({min(values):.2%}–{max(values):.2%})" if min(values) < max(values) else ""
    return f"{_NAMES[kind]} {median(values):.2%}{spread}"


def _floor(entry: Entry) -> str:
    last = entry["rounds"][-1]["floor"]
    rate = last["flops"] / median(_values(entry, "floor", "processor"))
    computed = ", ".join(f"{count} by {name}" for name, count in sorted(last["libraries"].items()))
    return (
        f"floor: {last['flops'] / 1e9:,.3g} GFLOP an epoch at {rate / 1e9:.0f} a processor second; a step's {computed}"
    )
