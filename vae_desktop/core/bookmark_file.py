"""Bookmarks in a file: named views, each with a small picture and with what opens its model and its data set."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.errors import ExportError, ViewError
from vae_desktop.core.json_fields import Fields, is_whole, parse
from vae_desktop.core.view_record import View

Thumbnail = npt.NDArray[np.uint8]

VERSION = 1
MOST_BOOKMARKS = 500
MOST_BYTES = 32_000_000
MOST_NAME, MOST_PLACE = 120, 4096
# Sides of a thumbnail in pixels; larger pictures are thinned out.
MOST_SIDE = 64


@dataclass(frozen=True, eq=False)
class Bookmark:
    """A view with a name.

    Attributes:
        key: 32 hex digits that no other bookmark has.
        name: of at most 120 letters, never empty.
        view: what it leads to.
        thumbnail: [C, H, W] uint8, sides of at most 64; None where there was no picture.
        model_path, data_source: what opened the model and the data set on this machine; "" where nothing did.
    """

    key: str
    name: str
    view: View
    thumbnail: Thumbnail | None = None
    model_path: str = ""
    data_source: str = ""

    def to_json(self) -> dict[str, Any]:
        """The fields as plain JSON values."""
        return {
            "key": self.key,
            "name": self.name,
            "view": self.view.to_json(),
            "thumbnail": _packed(self.thumbnail),
            "model_path": self.model_path,
            "data_source": self.data_source,
        }

    @classmethod
    def from_json(cls, values: object) -> Bookmark:
        """The bookmark that `to_json` described.

        Raises:
            ValueError: it is none.
        """
        fields = Fields(values, "bookmark")
        bookmark = cls(
            key=fields.text("key", 32),
            name=fields.text("name", MOST_NAME),
            view=View.from_json(fields.take("view")),
            thumbnail=_unpacked(fields.take("thumbnail")),
            model_path=_place(fields.take("model_path")),
            data_source=_place(fields.take("data_source")),
        )
        fields.end()
        if not bookmark.name.strip():
            raise ValueError("a bookmark has no name")
        return bookmark


def clean_name(text: str) -> str:
    """A name as a bookmark can have it; "" where nothing is left."""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:MOST_NAME].strip()


def thumbnail_of(picture: npt.NDArray[np.floating]) -> Thumbnail:
    """A picture [C, H, W] in [0, 1] as a thumbnail; channels beyond three are left out."""
    channels = 3 if len(picture) >= 3 else 1
    step = -(-max(picture.shape[1:]) // MOST_SIDE)
    few = picture[:channels, ::step, ::step]
    levels = np.rint(np.clip(np.nan_to_num(few), 0, 1) * 255).astype(np.uint8)
    levels.setflags(write=False)
    thumbnail: Thumbnail = levels
    return thumbnail


def read_bookmarks(path: Path) -> tuple[list[Bookmark], int]:
    """The bookmarks in a file, and how many more of its entries can't be read; none where there is no file.

    Raises:
        ViewError: the whole of it can't be read: damaged, too large or too new.
    """
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > MOST_BYTES:
                raise ViewError("The bookmarks’ file is larger than any that this program writes.")
            # Bounded again: it may grow meanwhile.
            text = file.read(MOST_BYTES)
    except FileNotFoundError:
        return [], 0
    except OSError as error:
        raise ViewError(f"The bookmarks’ file can't be read: {error.strerror or error}.") from error
    try:
        fields = Fields(parse(text), "file")
        version, entries = fields.take("version"), fields.take("bookmarks")
    except ValueError as error:
        raise ViewError("The bookmarks’ file is damaged.") from error
    if is_whole(version) and version > VERSION:
        raise ViewError("The bookmarks’ file was written by a newer version of this program.")
    if version != VERSION or not isinstance(entries, list):
        raise ViewError("The bookmarks’ file is damaged.")
    found: list[Bookmark] = []
    for entry in entries[:MOST_BOOKMARKS]:
        try:
            found.append(Bookmark.from_json(entry))
        except (ValueError, OverflowError):
            continue
    return found, len(entries) - len(found)


def write_bookmarks(path: Path, bookmarks: Sequence[Bookmark]) -> None:
    """Write them whole or not at all; the folder is made where it is missing.

    Raises:
        ExportError: it can't be written, or is too large.
    """
    content = {"version": VERSION, "bookmarks": [bookmark.to_json() for bookmark in bookmarks]}
    data = json.dumps(content, separators=(",", ":")).encode("ascii")
    if len(data) > MOST_BYTES:
        raise ExportError("There are too many bookmarks of large groups.", "Delete some of them.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"Can't make the folder {path.parent}: {error.strerror or error}.") from error
    with atomic_write(path) as file:
        file.write(data)


def _place(text: object) -> str:
    """A path, which may hold letters that no name of ours has: wide blanks, or bytes that are no letters at all."""
    if not isinstance(text, str) or len(text) > MOST_PLACE or "\0" in text:
        raise ValueError("a place is not what it should be")
    return text


def _packed(thumbnail: Thumbnail | None) -> dict[str, Any] | None:
    if thumbnail is None:
        return None
    return {
        "shape": list(thumbnail.shape),
        "pixels": base64.b64encode(thumbnail.tobytes()).decode("ascii"),
    }


def _unpacked(values: object) -> Thumbnail | None:
    if values is None:
        return None
    fields = Fields(values, "thumbnail")
    shape = fields.wholes("shape", 3, MOST_SIDE)
    data = base64.b64decode(fields.text("pixels", 4 * MOST_SIDE**2 + 4), validate=True)
    fields.end()
    if shape[0] not in (1, 3) or 0 in shape or len(data) != int(np.prod(shape)):
        raise ValueError("a thumbnail has another size than it says")
    return np.frombuffer(data, np.uint8).reshape(shape)
