"""The line for a terminal that makes the same file as the export dialog."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vae_desktop.core.paths import resource
from vae_desktop.ui.export_kinds import ANIMATIONS, PICTURES, PRINTED
from vae_desktop.ui.export_style import ExportChoices
from vae_desktop.ui.export_writing import print_style

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.ui.export_source import ExportSource

PROGRAM = "vae-desktop"
# What each command can write.
WRITES = {
    "generate": (*PICTURES, "npz"),
    "traverse": PICTURES,
    "interpolate": (*PICTURES, *ANIMATIONS),
}


def command_line(session: Session, source: ExportSource, kind: str, choices: ExportChoices, path: str) -> str:
    """The command with all its words, quoted for the platform's shell; "" where none makes this file.

    Args:
        path: the file to write.
    """
    model = _model_file(session, source)
    if not source.command or model is None or kind not in WRITES.get(source.command[0], ()):
        return ""
    options = _options(source, kind, choices)
    if options is None:
        return ""
    command, *words = source.command
    return quoted([PROGRAM, command, str(model), *words, *options, "--out", path])


def quoted(words: list[str], platform: str = sys.platform) -> str:
    """Words as one line that the platform's shell takes apart again."""
    return subprocess.list2cmdline(words) if platform == "win32" else shlex.join(words)


def _model_file(session: Session, source: ExportSource) -> Path | None:
    """The file with the weights that made the source, or None where there is none."""
    # An epoch that is looked back at has other weights than the model's file.
    model = session.newest
    if model is None or not model.saved or source.model_id != model.model_id:
        return None
    if model.path is not None:
        return model.path
    try:
        return resource(f"models/{model.title}.safetensors")
    except FileNotFoundError:
        return None


def _options(source: ExportSource, kind: str, choices: ExportChoices) -> list[str] | None:
    """How it looks, where that is not as the command does it anyway; None where the command can't do it so."""
    default, words = ExportChoices(), []

    def add(option: str, value: object, usual: object) -> None:
        if value != usual:
            words.extend([option, str(value)])

    if kind in ANIMATIONS:
        add("--scale", choices.frame_scale, default.frame_scale)
        add("--fps", choices.fps, default.fps)
        words += ["--ping-pong"] if choices.ping_pong else []
        words += ["--once"] if not choices.loop and kind != "mp4" else []
        return words
    if kind not in PICTURES:
        return words
    style = choices.grid_style
    if kind in PRINTED:
        style = print_style(source, style, choices.width_mm)
    add("--scale", style.scale, default.scale)
    if source.command[0] == "interpolate":
        # Its film strip is one row in the usual look, at 300 dots to the inch.
        alike = (style.padding, style.background) == (default.padding, default.background)
        return words if alike and kind == "png" and source.columns >= len(source.images) else None
    add("--padding", style.padding, default.padding)
    add("--background", style.background, default.background)
    if kind in PRINTED:
        words += ["--width", str(choices.width_mm)]
    return words
