"""Where the axis of accuracies begins."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.charts.learning import Curve, Span

# Where it can begin, as shares. Few, so that it seldom changes while a run goes on.
_FLOORS = (0.98, 0.95, 0.9, 0.8, 0.5)
# A curve is this share of the axis above its beginning, at least.
_ROOM = 0.1
# Within the first epoch a network rises from chance, beside which all that comes later would look alike.
_RISE = 1.0


def find_floor(epoch: Curve, lines: Sequence[Curve], shown: Span) -> float:
    """The share at which the axis begins: 0 until a first epoch is done, then the highest that is below all curves.

    While a run goes on it rises once, when the first epoch ends: what comes later can only lower it.

    epoch: the places that all lines share. lines: shares, NaN where they have none.
    """
    within = (epoch >= max(_RISE, shown[0])) & (epoch <= shown[1])
    values = np.concatenate([np.empty(0), *(line[within] for line in lines)])
    lowest = values[np.isfinite(values)].min(initial=1.0) if np.isfinite(values).any() else 0.0
    return next((floor for floor in _FLOORS if lowest >= floor + _ROOM * (1 - floor)), 0.0)
