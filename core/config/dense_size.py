"""How large a network of dense layers is, from its configuration alone."""

from __future__ import annotations

from itertools import pairwise

from core.config.run_config import RunConfig

# Of an image, and of a data set. Not from `models.start`, whose NumPy is not to be loaded with the first page.
_PIXELS, _CLASSES = 28 * 28, 10


def count_dense_parameters(config: RunConfig) -> int:
    """Of a network whose layers' widths can be chosen; 0 for the others, whose size is given by the app."""
    hidden = config.options.get("hidden")
    sizes = [_PIXELS, *hidden, _CLASSES] if isinstance(hidden, tuple) else []
    return sum((n_in + 1) * n_out for n_in, n_out in pairwise(sizes))
