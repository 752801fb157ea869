"""Runs one command and turns every failure that a user can mend into one line and an exit status."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable

from vae_desktop.cli.parser import parse
from vae_desktop.cli.shared_arguments import UsageError
from vae_desktop.core.errors import UserError

OK, BROKEN_PIPE, MISTAKE, INTERRUPTED = 0, 1, 2, 130


def main(argv: list[str] | None = None) -> int:
    """Run `vae-desktop` with these arguments (by default the process's own).

    Returns:
        The exit status: 0, 2 for anything that the user can mend, 130 after Ctrl+C, 1 where nobody reads the
        output any more.
    """
    _show_what_the_terminal_can()
    try:
        arguments = parse(sys.argv[1:] if argv is None else argv)
        status = _command(arguments.command)(arguments)
        if sys.stdout is not None:  # as it is in a program without a terminal on Windows
            sys.stdout.flush()
    except SystemExit as done:  # argparse has printed --help or --version
        return done.code if isinstance(done.code, int) else OK
    except BrokenPipeError:
        # Nobody reads on, as after `| head`. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return _complain("Stopped.", status=INTERRUPTED)
    except UsageError as error:
        return _complain(str(error), program=error.program)
    except UserError as error:
        return _complain(f"{error} {error.remedy}")
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        return _complain(f"{error.strerror or error}{place}.")
    return status


def _command(name: str) -> Callable[[Namespace], int]:
    """What runs a command. Only its own module is imported; all are named here so that a bundler finds them."""
    match name:
        case "train":
            from vae_desktop.cli.train import run
        case "evaluate":
            from vae_desktop.cli.evaluate import run
        case "generate":
            from vae_desktop.cli.generate import run
        case "interpolate":
            from vae_desktop.cli.interpolate import run
        case "traverse":
            from vae_desktop.cli.traverse import run
        case "reconstruct":
            from vae_desktop.cli.reconstruct import run
        case "export-projector":
            from vae_desktop.cli.export_projector import run
        case "export-onnx":
            from vae_desktop.cli.export_onnx import run
        case "project":
            from vae_desktop.cli.project import run
        case "download":
            from vae_desktop.cli.download import run
        case _:
            from vae_desktop.cli.window import run
    return run


def _complain(message: str, program: str = "vae-desktop", status: int = MISTAKE) -> int:
    print(f"{program}: {' '.join(message.split())}", file=sys.stderr)
    return status


def _show_what_the_terminal_can() -> None:
    """Let a terminal without Unicode show "?" instead of failing in the middle of a message."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
