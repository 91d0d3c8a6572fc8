"""What can be looked at closer, beside or below the prediction.

To add a panel: write a file with its function and add an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.runs.record import RunRecord
from models.texts import mark
from pages.components.draw.confidence.panel import show_sure
from pages.components.draw.my_digits.panel import show_my_digits
from pages.components.draw.networks.panel import prepare_networks, show_networks
from pages.components.draw.steps.panel import show_steps
from pages.components.draw.subject import Subject
from pages.components.draw.why.panel import show_why


@dataclass(frozen=True)
class Panel:
    """A view of the subject.

    title: marked for the catalogue.
    show: draws the view; called only while the panel is chosen.
    show_without: draws what can be shown while there is no subject.
    """

    title: str
    icon: str
    show: Callable[[RunRecord, Subject], None]
    show_without: Callable[[RunRecord], None] | None = None


# By the name that stands in the page's address, in the order of the page.
PANELS = {
    "steps": Panel(mark("Steps"), ":material/filter_center_focus:", show_steps),
    "sure": Panel(mark("How sure"), ":material/balance:", show_sure),
    "networks": Panel(mark("All networks"), ":material/groups:", show_networks, prepare_networks),
    "why": Panel(mark("Why"), ":material/lightbulb:", show_why),
    "mine": Panel(mark("My digits"), ":material/collections_bookmark:", show_my_digits, show_my_digits),
}
