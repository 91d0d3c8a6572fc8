"""Which device computes."""

from __future__ import annotations

import torch

from core.errors import ConfigError


def resolve_device(name: str) -> torch.device:
    """The device of that name; "auto" takes CUDA, then Apple's MPS, then the processor.

    Raises ConfigError when the named device is not there.
    """
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        name = next(kind for kind, is_there in available.items() if is_there)
    elif not available[name]:
        raise ConfigError(
            "{field} is {value!r}, which this machine does not have; choose auto or cpu.", field="device", value=name
        )
    return torch.device(name)
