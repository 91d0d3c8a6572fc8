"""Every error that is raised on purpose. Its text is a message for the reader of a page (`core.texts`)."""

from __future__ import annotations

from typing import Any

from core.texts.message import Message


class LabError(Exception):
    """Base of all errors whose text may be shown to a reader.

    Raised with a text from the catalogue and its values, or with a message made elsewhere. `str(error)` is English.
    """

    def __init__(self, text: str | Message, /, **values: Any) -> None:
        self.message = text if isinstance(text, Message) else Message(text, values)
        super().__init__(str(self.message))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.message,)


class ConfigError(LabError, ValueError):
    """A setting is outside what is allowed; the message names the value and the allowed range."""

    @property
    def field(self) -> str:
        """The setting at fault, where it is a single one."""
        return str(self.message.values.get("field", ""))


class SettingsError(LabError):
    """The operator's settings cannot be read."""


class LimitReached(LabError):
    """More is asked for than the operator allows; the message names the limit."""


class DataError(LabError):
    """A data set cannot be used."""


class DataMissing(DataError):
    """The data set's files are not in the data folder."""


class DataCorrupt(DataError):
    """A data file is there but is not the published one (wrong size or checksum)."""


class DownloadFailed(DataError):
    """No mirror delivered the file."""


class RecordError(LabError, ValueError):
    """A file or a text from outside does not hold what it must; the message is a sentence about it."""


class RunError(LabError):
    """Something about one run: unknown, unreadable, busy."""


class RunNotFound(RunError):
    """No run has this id."""


class RunBusy(RunError):
    """The run is being trained, so it cannot be changed now."""


class NotYours(RunError):
    """What is asked for is another visitor's to do: the owner's of a run or sweep, or in a class the teacher's."""


class CheckpointError(RunError):
    """Weights or a checkpoint cannot be read back."""


class TrainingDiverged(LabError):
    """The loss became NaN or infinite."""


class ComputeError(LabError):
    """The compute process is not there, broke off, or took too long."""


class UnexpectedError(LabError):
    """A defect of the app; the message quotes the number that stands in the log (`core.logs.log_defect`)."""


class DrawingError(LabError):
    """A drawing is too large to be read, or is none."""


class ExplanationError(LabError):
    """A network cannot be explained in the way that is asked for."""


class CollectionError(LabError):
    """A reader's own digits cannot be kept, read from a file, or taught."""


class ClassroomError(LabError):
    """The class cannot be joined or kept, or one of its files cannot be read."""


class VerdictError(LabError):
    """The reader's verdicts on labels cannot be read or kept."""


class PhotoError(LabError):
    """A photograph cannot be opened, or nothing to read is found in it."""
