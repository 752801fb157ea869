"""What went wrong, told so that a person can act on it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass

from vae_desktop.core.errors import UserError

Action = tuple[str, Callable[[], None]]


@dataclass(frozen=True)
class Problem:
    """A message for the window's message bar.

    Attributes:
        message: what happened, one sentence in plain words.
        remedy: what to do about it, or "".
        details: for copying into a report, such as a traceback, or "".
        actions: buttons that mend it: a label and what it does, called on the GUI thread.
    """

    message: str
    remedy: str = ""
    details: str = ""
    actions: tuple[Action, ...] = ()


def _traceback(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).strip()


def from_exception(error: BaseException, actions: tuple[Action, ...] = ()) -> Problem:
    """The problem that an exception stands for.

    A `UserError` speaks for itself; where another exception lies under it, that becomes the details. Anything
    else is a fault of the program and is told as one, with its traceback.
    """
    if isinstance(error, UserError):
        details = _traceback(error) if error.__cause__ is not None else ""
        return Problem(str(error), error.remedy, details, actions)
    return Problem(
        "Something went wrong inside the program.",
        "Your files are untouched. Copy the details and report them.",
        _traceback(error),
        actions,
    )
