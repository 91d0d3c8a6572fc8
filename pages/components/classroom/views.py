"""What the board shows, one view at a time. To add a view: write a file with its function and add an entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.texts import mark
from pages.components.classroom.confusion_view import show_class_confusion
from pages.components.classroom.curves_view import show_class_curves
from pages.components.classroom.handwriting_view import show_handwriting
from pages.components.classroom.invitation import show_invitation
from pages.components.classroom.runs_view import show_best_runs
from pages.components.classroom.teach_view import show_class_teaching


@dataclass(frozen=True)
class View:
    """A view of the class. is_teachers: whether the teacher alone has it."""

    title: str
    icon: str
    show: Callable[[], None]
    is_teachers: bool = False


# By the name that stands in the page's address, in the order of the page.
VIEWS = {
    "join": View(mark("Join"), ":material/qr_code_2:", show_invitation),
    "runs": View(mark("Runs"), ":material/leaderboard:", show_best_runs),
    "curves": View(mark("Curves"), ":material/show_chart:", show_class_curves),
    "handwriting": View(mark("Handwriting"), ":material/draw:", show_handwriting),
    "confusion": View(mark("Confusion"), ":material/grid_on:", show_class_confusion),
    "teach": View(mark("Teach"), ":material/school:", show_class_teaching, is_teachers=True),
}
