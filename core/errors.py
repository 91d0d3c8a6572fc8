"""Every error that the laboratory raises on purpose. The message is written for the reader of a page."""


class LabError(Exception):
    """Base of all errors whose text may be shown to a user as it stands."""


class ConfigError(LabError, ValueError):
    """A setting is outside what is allowed; the message names the value and the allowed range."""


class DataError(LabError):
    """A data set cannot be used."""


class DataMissing(DataError):
    """The data set's files are not in the data folder."""


class DataCorrupt(DataError):
    """A data file is there but is not the published one (wrong size or checksum)."""


class DownloadFailed(DataError):
    """No mirror delivered the file."""


class RunError(LabError):
    """Something about one run: unknown, unreadable, busy."""


class RunNotFound(RunError):
    """No run has this id."""


class RunBusy(RunError):
    """The run is being trained, so it cannot be changed now."""


class CheckpointError(RunError):
    """Weights or a checkpoint cannot be read back."""


class TrainingDiverged(LabError):
    """The loss became NaN or infinite."""


class HostError(LabError):
    """The process that computes with torch is not there or broke off."""


class DrawingError(LabError):
    """A drawing is too large to be read, or is none."""


class ExplanationError(LabError):
    """A network cannot be explained in the way that is asked for."""


class MyDigitsError(LabError):
    """A reader's own digits cannot be kept, read from a file, or taught."""


class PhotoError(LabError):
    """A photograph cannot be opened, or nothing to read is found in it."""
