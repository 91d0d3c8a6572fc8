"""Which configurations can be trained together, on the same batches in one process. Imports no torch."""

from __future__ import annotations

from core.config.fields import AUTO_THREADS, BY_HAND
from core.config.run_config import RunConfig
from models import find_architecture

# What does not change the images of a batch, nor the number of batches.
_FREE = ("lr", "schedule", "gamma", "step_size")


def group_key(config: RunConfig) -> RunConfig | None:
    """Equal for configurations that can be trained together; None for one that is trained alone.

    A group is of dense layers under plain gradient descent in float32. What is drawn at random beside the order of
    images, as dropout is, would depend on who else is in the group.
    """
    is_random = bool(config.options.get("dropout")) or config.augment != "none"
    # What is fastest is measured for each run that leaves it open.
    is_decided = config.threads != AUTO_THREADS and config.gradients == BY_HAND
    is_here = config.device in ("auto", "cpu") and config.precision == "float32" and is_decided
    if not find_architecture(config.arch).is_dense or not config.is_plain_descent or is_random or not is_here:
        return None
    usual = RunConfig()
    return config.replace(options={}, **{name: getattr(usual, name) for name in _FREE})
