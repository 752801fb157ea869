"""The manual page, made of what `--help` says."""

from __future__ import annotations

import subprocess
from pathlib import Path

COMMANDS = ("train", "evaluate", "generate", "project", "download")

HEAD = r""".TH VAE-DESKTOP 1 "{date}" "VAE Desktop {version}" "User Commands"
.SH NAME
vae-desktop \- train a variational autoencoder and explore its latent space
.SH SYNOPSIS
.B vae-desktop
[\fImodel.safetensors\fR] [\fB\-\-data\fR \fIDATA\fR]
.br
.B vae-desktop
\fICOMMAND\fR ...
"""
TAIL = r""".SH EXIT STATUS
0, or 2 where something can be mended by the user; one line on standard error says what.
.SH ENVIRONMENT
.TP
.B VAE_DESKTOP_DATA
A folder to look for data sets in first.
.TP
.B VAE_DESKTOP_HOME
One folder for downloads, autosaves and preferences, in place of the usual three.
.SH FILES
.TP
.I ~/.local/share/vae_desktop
Downloaded data sets.
.TP
.I ~/.local/state/vae_desktop
Trainings that were saved while they ran.
.TP
.I ~/.config/vae_desktop
Preferences.
"""


def manual_page(program: Path, version: str, date: str) -> str:
    """Troff source; runs the program for its own words."""
    parts = [HEAD.format(date=date, version=version), _section("DESCRIPTION", _help(program))]
    parts += [_section(f"THE COMMAND {name}", _help(program, name)) for name in COMMANDS]
    return "".join([*parts, TAIL])


def _help(program: Path, *command: str) -> str:
    # Narrow enough for an indented page on a terminal of 80 columns.
    environment = {"PATH": "/usr/bin:/bin", "COLUMNS": "72", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [program, *command, "--help"], env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def _section(title: str, text: str) -> str:
    lines = [line.replace("\\", r"\e").replace("-", r"\-") for line in text.rstrip().splitlines()]
    # A line that begins with a dot or a quote would be a request.
    lines = [rf"\&{line}" if line[:1] in (".", "'") else line for line in lines]
    return "\n".join([f".SH {title}", ".nf", *lines, ".fi", ""])
