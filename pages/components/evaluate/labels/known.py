"""What a study found people to see in a test image, in words."""

from __future__ import annotations

from core.data.catalog import DatasetInfo
from core.data.known_labels import known_label
from core.texts.message import Message, message
from pages.components.shell.wording import name_classes


def known_words(info: DatasetInfo, index: int) -> Message | None:
    """What people see in this test image, within a sentence; None where nobody looked or the label stands."""
    known = known_label(info.name, index)
    if known is None:
        return None
    seen = name_classes(info)[known.seen]
    if known.agreed:
        return message("most people see {seen}", seen=seen)
    return message("people are divided, some see {seen}", seen=seen)
