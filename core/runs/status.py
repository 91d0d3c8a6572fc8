"""What a run's status is called."""

from __future__ import annotations

from core.runs.record import FAILED, FINISHED, INTERRUPTED, MEASURING, PAUSED, QUEUED, RUNNING, STARTING, STOPPED
from models.texts import mark

STATUS_TITLES = {
    QUEUED: mark("Queued"),
    STARTING: mark("Starting"),
    RUNNING: mark("Training"),
    MEASURING: mark("Measuring"),
    PAUSED: mark("Paused"),
    FINISHED: mark("Finished"),
    STOPPED: mark("Stopped"),
    FAILED: mark("Failed"),
    INTERRUPTED: mark("Interrupted"),
}
