"""A learner for a configuration."""

from __future__ import annotations

from core.config.run_config import RunConfig
from core.learners.base import Learner
from models import find_architecture


def create_learner(config: RunConfig) -> Learner:
    """A learner with fresh weights from the configuration's seed. Imports torch where needed."""
    if find_architecture(config.arch).backend == "numpy":
        from core.learners.numpy_learner import NumpyLearner

        return NumpyLearner(config)
    from core.learners.torch_learner import TorchLearner

    return TorchLearner(config)
