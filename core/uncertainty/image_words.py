"""What the images are called that calibrations are fitted and checked on."""

from __future__ import annotations

from core.data.catalog import DatasetInfo
from core.texts.message import Message, message


def validation_words(info: DatasetInfo, count: int) -> Message:
    """Validation images of a data set."""
    return message("{count:,} validation images of {dataset}", count=count, dataset=Message(info.title))


def test_set_words(info: DatasetInfo) -> Message:
    """A data set's test images."""
    return message("{dataset}’s test images", dataset=Message(info.title))


def pen_words(first: int, last: int) -> Message:
    """Drawings by writers whom no network was trained on, by the numbers of the first and the last of them."""
    return message("digits drawn by other people (pen digits, writers {first} to {last})", first=first, last=last)
