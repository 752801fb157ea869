"""What the commands' arguments have in common. Light: it loads neither numpy nor torch nor Qt."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from vae_desktop.core.data.catalog import names

DATA_HELP = f"{', '.join(names())}, or the path of a folder with IDX files"


class UsageError(Exception):
    """The arguments make no sense; `program` is the command that they were meant for."""

    def __init__(self, message: str, program: str) -> None:
        super().__init__(message)
        self.program = program


class Parser(argparse.ArgumentParser):
    """Raises a mistake instead of printing usage and leaving, so that it becomes one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=argparse.RawDescriptionHelpFormatter, **options)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see {self.prog} --help)", self.prog)


def add_model(parser: Parser) -> None:
    """The model to work with."""
    parser.add_argument("model", metavar="model.safetensors")


def add_model_and_data(parser: Parser) -> None:
    """The model, and the data set to use with it."""
    add_model(parser)
    parser.add_argument("--data", help=f"{DATA_HELP} (default: what the model was trained on)")


def add_json(parser: Parser) -> None:
    """For programs that read the result."""
    parser.add_argument("--json", action="store_true", help="print the result as JSON")


def add_quiet(parser: Parser) -> None:
    """For log files."""
    parser.add_argument("--quiet", action="store_true", help="no progress bars")


def add_style(parser: Parser) -> None:
    """How images are put together into one picture: `style_of` reads it."""
    parser.add_argument("--scale", type=int, default=4, metavar="N", help="pixels per pixel of a digit (4)")
    parser.add_argument(
        "--padding", type=int, default=2, metavar="N", help="between digits, in their pixels (2)"
    )
    parser.add_argument(
        "--background", default="#ffffff", metavar="COLOUR", help="colour between digits (#ffffff)"
    )
    parser.add_argument(
        "--width", type=float, metavar="MM", help="of an *.svg or *.pdf in print, in millimetres"
    )
