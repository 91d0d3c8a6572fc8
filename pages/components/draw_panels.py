"""What can be looked at closer, below the reading. To add one: write a file with its function and add an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.runs import RunRecord
from pages.components.steps_panel import show_steps
from pages.components.subject import Subject
from pages.components.why_panel import show_why


@dataclass(frozen=True)
class Panel:
    """A view of what is being read. show: draws it; runs only while the panel is chosen."""

    title: str
    icon: str
    show: Callable[[RunRecord, Subject], None]


# By the name that stands in the page's address, in the order of the page.
PANELS = {
    "steps": Panel("Steps", ":material/filter_center_focus:", show_steps),
    "why": Panel("Why", ":material/lightbulb:", show_why),
}
