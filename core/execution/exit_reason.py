"""Why a training process has ended, in words."""

from __future__ import annotations

import signal

from core.execution.process_link import START_FAILED
from core.texts.message import Message, message


def exit_reason(code: int | None) -> Message:
    """code: what it ended with; None where the compute process broke off."""
    if code is None:
        return message("The compute process ended.")
    if code == START_FAILED:
        return message("The training process could not be started; the machine may be out of memory.")
    if code == -signal.SIGKILL:
        return message("The training process was killed; the machine may have run out of memory.")
    if code < 0:
        name = signal.strsignal(-code) or ""
        return message("The training process ended by signal {number} ({name}).", number=-code, name=name)
    return message("The training process ended with exit code {code}.", code=code)


def overdue_reason(seconds: float) -> Message:
    """Why a run did not go on that had trained for so many seconds."""
    return message(
        "It was stopped after {minutes:g} minutes, as long as a run may take here. It can be resumed.",
        minutes=seconds / 60,
    )
