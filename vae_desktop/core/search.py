"""Finds digits by what a person types: a number, or a class."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vae_desktop.core.records import IntArray

# Numbers as people write them, and as this program does: 1234 or 1,234.
_NUMBER = re.compile(r"#?\s*(\d{1,40}|\d{1,3}(?:,\d{3}){1,13})")
_INDEX_WORDS = (
    "test image",
    "test digit",
    "training image",
    "training digit",
    "image",
    "index",
    "number",
    "no.",
)
_CLASS_WORDS = ("label", "class")
# "digit 7" says no more than "7".
_FILLERS = ("digits", "digit")


@dataclass(frozen=True, eq=False)
class Found:
    """What a search found.

    Attributes:
        indices: digits [n] int64, ascending; empty where nothing was found.
        classes: the labels that were meant; empty where one digit was asked for by its number.
        answer: why nothing was found, in words; "" otherwise.
    """

    indices: IntArray
    classes: tuple[int, ...] = ()
    answer: str = ""


def search(text: str, labels: IntArray, class_names: Sequence[str]) -> Found:
    """Find a digit by its number, or all of a class.

    "7" is the class of that name, if there is one, and otherwise image 7. "#7" and "image 7" are always the
    image, "class 7", "7 class" and "label 7" always the class. Names of classes may be shortened
    ("boot"), and capitals do not matter; the whole name counts more than its beginning, and that more than any
    other part.

    Args:
        text: what was typed.
        labels: classes [N] of all digits.
        class_names: names of the labels 0, 1, …
    """
    words = " ".join(text.split()).casefold()
    if not words:
        return _nothing("Write an image’s number or a class.")
    about_class, about_index = _without(words, _CLASS_WORDS), _without(words, _INDEX_WORDS)
    if about_class is not None:
        return _of_classes(_classes(about_class, class_names), labels, about_class, class_names)
    if about_class is None and about_index is None:
        words = _without(words, _FILLERS) or words
    number = _NUMBER.fullmatch(about_index if about_index is not None else words)
    named = words in (name.casefold() for name in class_names)
    if number is not None and (words.startswith("#") or about_index is not None or not named):
        return _of_index(int(number[1].replace(",", "")), len(labels))
    return _of_classes(_classes(words, class_names, by_number=False), labels, words, class_names)


def _without(words: str, kinds: Sequence[str]) -> str | None:
    """What is left of "class 7" or "7 class" without its kind; None where it has none of these."""
    for kind in kinds:
        if words.startswith(f"{kind} "):
            return words[len(kind) + 1 :]
        if words.endswith(f" {kind}"):
            return words[: -len(kind) - 1]
    return None


def _classes(name: str, class_names: Sequence[str], by_number: bool = True) -> tuple[int, ...]:
    """The labels that a name means: by the whole of it, its beginning, a part, and last by its number.

    "sneakers" and "7s" mean what "sneaker" and "7" do.
    """
    names = [each.casefold() for each in class_names]
    if name.endswith("s") and not any(name in each for each in names):
        name = name[:-1]
    whole = [label for label, each in enumerate(names) if each == name]
    begins = [label for label, each in enumerate(names) if each.startswith(name)]
    part = [label for label, each in enumerate(names) if name in each]
    # A part of a number means nothing: "1" is no way to write 10.
    found = whole or ([] if name.isdigit() else begins or part)
    if not found and by_number and name.isdecimal() and len(name) < 10 and int(name) < len(names):
        found = [int(name)]
    return tuple(found)


def _of_index(index: int, count: int) -> Found:
    if index < count:
        return Found(np.array([index], np.int64))
    if count == 0:
        return _nothing("There are no images.")
    return _nothing(f"There is no image {index:,}: they are numbered from 0 to {count - 1:,}.")


def _of_classes(classes: tuple[int, ...], labels: IntArray, name: str, class_names: Sequence[str]) -> Found:
    if not classes:
        known = ", ".join(class_names[:10]) + (", …" if len(class_names) > 10 else "")
        return _nothing(f"Nothing is called “{_shortened(name)}”. The classes are {known}.")
    indices = np.flatnonzero(np.isin(labels, classes)).astype(np.int64)
    if not len(indices):
        return _nothing(f"No image is of class {' or '.join(class_names[label] for label in classes)}.")
    return Found(indices, classes)


def _nothing(answer: str) -> Found:
    return Found(np.zeros(0, np.int64), (), answer)


def _shortened(text: str) -> str:
    return text if len(text) <= 24 else f"{text[:23]}…"
