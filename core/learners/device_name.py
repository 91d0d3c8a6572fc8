"""The device that "auto" computes on, by its name."""

from __future__ import annotations


def device_name() -> str:
    """Such as "NVIDIA H100" or "cpu". Runs where torch is loaded."""
    # The server, which has it called, loads no torch.
    import torch

    from core.learners.device import resolve_device

    device = resolve_device("auto")
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
