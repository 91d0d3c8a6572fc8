"""The views of the Evaluate page.

To add a view: write a folder with its function and add an entry.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.runs.record import RunRecord
from models.texts import mark
from pages.components.evaluate.calibration.view import show_calibration
from pages.components.evaluate.class_table import show_classes
from pages.components.evaluate.compare.view import show_two_runs
from pages.components.evaluate.contest_view import show_contest
from pages.components.evaluate.dynamics.view import show_dynamics
from pages.components.evaluate.labels.view import show_labels
from pages.components.evaluate.map.view import show_map
from pages.components.evaluate.mistakes.view import show_mistakes
from pages.components.evaluate.slices.view import show_slices
from pages.components.evaluate.stress.view import show_stress


@dataclass(frozen=True)
class View:
    """A view of what a run was measured to do on its test set, or of how it learned.

    title: marked for the catalogue.
    show: draws the view of a run; called only while the view is chosen.
    needs_result: whether the run must have been measured.
    """

    title: str
    icon: str
    show: Callable[[RunRecord], None]
    needs_result: bool = True


# By the name that stands in the page's address, in the order of the page.
VIEWS = {
    "mistakes": View(mark("Mistakes"), ":material/grid_on:", show_mistakes),
    "classes": View(mark("Classes"), ":material/table_rows:", show_classes),
    "compare": View(mark("Two runs"), ":material/compare_arrows:", show_two_runs),
    "map": View(mark("Map"), ":material/scatter_plot:", show_map),
    "slices": View(mark("Weak slices"), ":material/troubleshoot:", show_slices),
    "dynamics": View(mark("Learning"), ":material/timeline:", show_dynamics, needs_result=False),
    "calibration": View(mark("Calibration"), ":material/balance:", show_calibration),
    "labels": View(mark("Label detective"), ":material/policy:", show_labels),
    "stress": View(mark("Stress test"), ":material/thunderstorm:", show_stress),
    "contest": View(mark("Beat the network"), ":material/sports_esports:", show_contest),
}
