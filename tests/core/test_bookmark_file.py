"""Bookmarks in a file: there and back, and what is damaged is told from what is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.core.test_views import make
from vae_desktop.core import bookmark_file
from vae_desktop.core.bookmark_file import (
    Bookmark,
    clean_name,
    read_bookmarks,
    thumbnail_of,
    write_bookmarks,
)
from vae_desktop.core.errors import ExportError, ViewError

PICTURE = np.linspace(0, 1, 28 * 28, dtype=np.float32).reshape(1, 28, 28)


def some(count: int) -> list[Bookmark]:
    """Bookmarks, the first without a picture."""
    pictures = [None, *[thumbnail_of(PICTURE)] * (count - 1)]
    return [
        Bookmark(f"{n:032x}", f"Place {n} – α", make(), pictures[n], "/models/m.safetensors", "mnist")
        for n in range(count)
    ]


def test_there_and_back(tmp_path: Path) -> None:
    path, kept = tmp_path / "state" / "bookmarks.json", some(3)
    assert read_bookmarks(path) == ([], 0)
    write_bookmarks(path, kept)
    found, lost = read_bookmarks(path)
    assert lost == 0
    for one, other in zip(found, kept, strict=True):
        assert (one.key, one.name, one.view, one.model_path, one.data_source) == (
            other.key, other.name, other.view, other.model_path, other.data_source
        )  # fmt: skip
        assert np.array_equal(one.thumbnail, other.thumbnail)  # type: ignore[arg-type]


def test_any_path_comes_back(tmp_path: Path) -> None:
    places = ["/stick/\u3000wide\u00a0blanks/m.safetensors", "/stick/\udcff no letter/data"]
    write_bookmarks(tmp_path / "b.json", [replace(some(1)[0], model_path=places[0], data_source=places[1])])
    (found,), lost = read_bookmarks(tmp_path / "b.json")
    assert [found.model_path, found.data_source] == places and lost == 0


def test_thumbnails_stay_small() -> None:
    assert thumbnail_of(np.ones((3, 1024, 300), np.float32)).shape == (3, 64, 19)
    assert thumbnail_of(np.ones((2, 5, 65), np.float32)).shape == (1, 3, 33)
    odd = np.array([[[np.nan, -1, 2, 0.5]]], np.float32)
    assert thumbnail_of(odd).tolist() == [[[0, 0, 255, 128]]]


def test_names_are_made_clean() -> None:
    assert (
        clean_name("  a\nb\t\x1b ") == "ab" and clean_name(" \n") == "" and len(clean_name("x" * 999)) == 120
    )


def test_what_is_whole_is_read_beside_what_is_not(tmp_path: Path) -> None:
    path = tmp_path / "bookmarks.json"
    write_bookmarks(path, some(5))
    content = json.loads(path.read_text())
    content["bookmarks"][1]["view"]["cursor"] = "here"
    content["bookmarks"][2]["thumbnail"]["shape"] = [1, 64, 64]
    content["bookmarks"][3]["name"] = " "
    content["bookmarks"].append(None)
    path.write_text(json.dumps(content))
    found, lost = read_bookmarks(path)
    assert [bookmark.name[:7] for bookmark in found] == ["Place 0", "Place 4"] and lost == 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[" * 50_000, "damaged"),
        ("[]", "damaged"),
        ('{"version":1}', "damaged"),
        ('{"version":1,"bookmarks":{}}', "damaged"),
        ('{"version":9,"bookmarks":[]}', "newer version"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bookmarks.json"
    path.write_text(text)
    with pytest.raises(ViewError, match=words):
        read_bookmarks(path)


def test_sizes_are_bounded_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bookmarks.json"
    write_bookmarks(path, some(2))
    before = path.read_bytes()
    monkeypatch.setattr(bookmark_file, "MOST_BYTES", len(before) - 1)
    with pytest.raises(ViewError, match="larger than any"):
        read_bookmarks(path)
    with pytest.raises(ExportError, match="too many bookmarks"):
        write_bookmarks(path, some(3))
    assert path.read_bytes() == before
