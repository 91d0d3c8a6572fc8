"""Seeds of a run's randomness."""

from __future__ import annotations

import numpy as np


def epoch_seed(seed: int, epoch: int) -> int:
    """The seed of an epoch's randomness. It depends on the run's seed and the epoch's number alone."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])
