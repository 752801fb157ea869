"""A view as a text under a checksum: for a PNG's text chunk and for bookmarks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from vae_desktop.core.errors import ViewError
from vae_desktop.core.json_fields import Fields, is_whole, parse
from vae_desktop.core.png_text import MOST_LETTERS, png_text
from vae_desktop.core.view_record import View

# The keyword of the chunk.
CHUNK = "VAE Desktop view"
VERSION = 1


def to_text(view: View) -> str:
    """The view as JSON in ASCII, so that the plainest kind of text chunk holds it."""
    values = view.to_json()
    return json.dumps(
        {"version": VERSION, "checksum": _checksum(values), "view": values}, separators=(",", ":")
    )


def chunk_of(view: View | None) -> dict[str, str]:
    """The view's entry for the text chunks of a picture; none without a view."""
    return {} if view is None else {CHUNK: to_text(view)}


def from_text(text: str, what: str = "This picture") -> View:
    """The view that `to_text` wrote.

    Args:
        what: the thing it was found in, for the words of the error.

    Raises:
        ViewError: it is none, too large, too new or altered.
    """
    advice = "Use the picture as it was exported."
    if len(text) > MOST_LETTERS:
        raise ViewError(f"{what}’s description is larger than any that this program writes.", advice)
    try:
        fields = Fields(parse(text), "description")
        version, checksum, values = fields.take("version"), fields.take("checksum"), fields.take("view")
        if is_whole(version) and version > VERSION:
            raise ViewError(
                f"{what} was made by a newer version of this program.", "Update the program to open it."
            )
        if version != VERSION or checksum != _checksum(values):
            raise ViewError(
                f"{what}’s description was altered or damaged: its checksum does not match.", advice
            )
        return View.from_json(values)
    except (ValueError, OverflowError, RecursionError) as error:
        raise ViewError(f"{what}’s description was altered or damaged.", advice) from error


def read_view(path: Path) -> View | None:
    """The view that a PNG file carries, or None where it carries none.

    Raises:
        ViewError: it carries something that can't be used, or the file can't be read.
    """
    text = png_text(path, CHUNK)
    return None if text is None else from_text(text, path.name)


def _checksum(values: Any) -> str:
    """16 hex digits over all of it, however it is spaced and ordered."""
    import hashlib  # the window opens sooner without OpenSSL

    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()[:16]
