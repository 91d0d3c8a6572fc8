"""How a run's status reads, and its colour and icon."""

from __future__ import annotations

from typing import Literal, NamedTuple

from core.errors import LabError
from core.runs.record import (
    FAILED,
    FINISHED,
    INTERRUPTED,
    MEASURING,
    PAUSED,
    QUEUED,
    RUNNING,
    STARTING,
    STOPPED,
    RunRecord,
)
from core.texts.message import NO_MESSAGE, Message, message
from models.texts import mark
from pages.components.shell.texts import tr_plain


class Badge(NamedTuple):
    """A status in a word, with Streamlit's name of a colour and an icon."""

    text: str
    colour: Literal["gray", "blue", "orange", "green", "red"]
    icon: str


BADGES = {
    QUEUED: Badge(mark("Queued"), "gray", ":material/schedule:"),
    STARTING: Badge(mark("Starting"), "blue", ":material/hourglass_top:"),
    RUNNING: Badge(mark("Training"), "blue", ":material/play_arrow:"),
    MEASURING: Badge(mark("Measuring"), "blue", ":material/speed:"),
    PAUSED: Badge(mark("Paused"), "orange", ":material/pause:"),
    FINISHED: Badge(mark("Finished"), "green", ":material/check:"),
    STOPPED: Badge(mark("Stopped"), "gray", ":material/stop:"),
    FAILED: Badge(mark("Failed"), "red", ":material/error:"),
    INTERRUPTED: Badge(mark("Interrupted"), "orange", ":material/power_off:"),
}


def status_text(status: str) -> str:
    """The run's status in a word, for a table."""
    return tr_plain(BADGES[status].text)


def find_problem(record: RunRecord) -> Message:
    """What is wrong with a run that can be read; empty where nothing is."""
    if record.has_lost_weights:
        return message("Its weights are gone")
    return message("Measured with earlier weights") if has_old_result(record) else NO_MESSAGE


def has_old_result(record: RunRecord) -> bool:
    """Whether the figures shown of a run are of other weights than its present ones."""
    if record.bundled or not record.result:
        return False
    # Imported here, since the home page is painted before NumPy is loaded.
    from core.evaluation.measure import is_stale

    try:
        return is_stale(record)
    except LabError:
        # Without readable weights there are no others.
        return False
