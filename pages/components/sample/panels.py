"""What can be looked at closer of a test image.

To add a panel: write a file with its function and add an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from core.runs.record import RunRecord
from models.texts import mark
from pages.components.draw.confidence.panel import show_sure
from pages.components.draw.networks.panel import show_networks
from pages.components.draw.subject import Subject
from pages.components.draw.why.panel import show_why
from pages.components.sample.history import show_history
from pages.components.sample.label import show_label
from pages.components.sample.nearest import show_nearest


@dataclass(frozen=True)
class Panel:
    """A view of a test image. title: marked for the catalogue. show: draws it, with the image's index last."""

    title: str
    icon: str
    show: Callable[[RunRecord, Subject, int], None]


def _of_subject(show: Callable[[RunRecord, Subject], None]) -> Callable[[RunRecord, Subject, int], None]:
    """A panel that needs the picture alone."""
    return lambda record, subject, _: show(record, subject)


# By the name that stands in the page's address, in the order of the page.
PANELS = {
    "why": Panel(mark("Why"), ":material/lightbulb:", _of_subject(show_why)),
    "nearest": Panel(mark("Nearest training images"), ":material/image_search:", _of_subject(show_nearest)),
    "networks": Panel(mark("All networks"), ":material/groups:", _of_subject(show_networks)),
    "sure": Panel(mark("How sure"), ":material/balance:", _of_subject(partial(show_sure, may_be_none=False))),
    "history": Panel(
        mark("Through training"), ":material/timeline:", lambda record, _, index: show_history(record, index)
    ),
    "label": Panel(mark("Its label"), ":material/policy:", lambda record, _, index: show_label(record, index)),
}
