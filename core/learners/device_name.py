"""The device that "auto" computes on, by its name. Runs where torch is loaded."""

from __future__ import annotations

import torch

from core.learners.device import resolve_device


def device_name() -> str:
    """Such as "NVIDIA H100" or "cpu"."""
    device = resolve_device("auto")
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
