"""What a user is told of an exception."""

from __future__ import annotations

from vae_desktop.app.problems import from_exception
from vae_desktop.core.errors import DataError


def test_a_fault_of_the_users_world_keeps_its_words() -> None:
    problem = from_exception(DataError("The file is cut short.", "Download it again."))
    assert (problem.message, problem.remedy, problem.details) == (
        "The file is cut short.",
        "Download it again.",
        "",
    )


def test_what_lies_under_it_is_in_the_details() -> None:
    try:
        try:
            raise OSError("sector 7")
        except OSError as error:
            raise DataError("The file can't be read.") from error
    except DataError as error:
        problem = from_exception(error)
    assert "sector 7" in problem.details


def test_a_fault_of_the_program_comes_with_its_traceback() -> None:
    def broken() -> None:
        raise KeyError("widget")

    try:
        broken()
    except KeyError as error:
        problem = from_exception(error, (("Again", broken),))
    assert "KeyError" not in problem.message
    assert "in broken" in problem.details
    assert problem.actions[0][0] == "Again"
