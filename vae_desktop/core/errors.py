"""Faults that a user can understand and mend; every layer shows their words unchanged."""

from __future__ import annotations


class UserError(Exception):
    """A fault told in plain words.

    Attributes:
        remedy: what the user can do about it, one sentence, or "" where nothing helps.
    """

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ConfigurationError(UserError):
    """A setting is outside what makes sense."""


class DataError(UserError):
    """A data set is missing, damaged or not what it claims to be."""


class NotDownloadedError(DataError):
    """A named data set is not on this machine yet."""


class DownloadError(UserError):
    """A download failed on every mirror, or its result was not what was promised."""


class CheckpointError(UserError):
    """A model file can't be read: not ours, truncated, altered or too new."""


class DeviceError(UserError):
    """The chosen device is not on this machine."""


class NonFiniteLossError(UserError):
    """The loss became infinite or not a number."""


class OutOfMemoryError(UserError):
    """The device ran out of memory."""


class ProjectionError(UserError):
    """The codes can't be laid out on a map."""


class ExportError(UserError):
    """A file could not be written."""


class ViewError(UserError):
    """A description of a view can't be used: altered, damaged, too large or too new."""
