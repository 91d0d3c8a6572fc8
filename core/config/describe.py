"""A configuration in one line."""

from __future__ import annotations

from core.config.fields import FIELDS
from core.config.run_config import RunConfig
from core.texts.message import Message, join, message, plural


def settings_line(config: RunConfig) -> Message:
    """What is set most often, such as "MLP 128-128 · MNIST · Adam 0.001 · 5 epochs"."""
    optimizer = FIELDS["optimizer"].describe(config.optimizer)
    parts = [
        config.label(),
        message("{optimizer} {lr:g}", optimizer=optimizer, lr=config.lr),
        plural("{count} epoch", "{count} epochs", config.epochs),
    ]
    return join(parts, " · ")
