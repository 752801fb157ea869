"""JSON objects from files that anybody may have written: each field is checked as it is taken."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

# Beyond, a float32 would be infinite.
LARGEST = 1e30


def parse(text: str | bytes) -> Any:
    """The value of a JSON text, which must not hold NaN or infinities. The caller bounds its length.

    Raises:
        ValueError: it is no JSON, or too deep.
    """

    def refuse(name: str) -> None:
        raise ValueError(f"{name} is no number")

    try:
        return json.loads(text, parse_constant=refuse)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def is_whole(value: object) -> bool:
    """Whether it is a whole number, and not true or false."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_real(value: object) -> bool:
    """Whether it is a number of a size that a float32 holds."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= LARGEST


class Fields:
    """The fields of one object. Whatever is missing, of another kind or too large raises a ValueError.

    Args:
        values: what should be a JSON object.
        what: the object's name, for the words of the error.
    """

    def __init__(self, values: object, what: str) -> None:
        if not isinstance(values, Mapping):
            raise ValueError(f"{what} is no object")
        self._values = dict(values)
        self._what = what

    def take(self, name: str) -> Any:
        """The field's value, whatever it is."""
        try:
            return self._values.pop(name)
        except KeyError:
            raise ValueError(f"{self._what} has no {name}") from None

    def text(self, name: str, most: int) -> str:
        """A text of at most so many characters, none of which controls anything."""
        value = self.take(name)
        if not isinstance(value, str) or len(value) > most or not (value.isprintable()):
            raise self._wrong(name)
        return value

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        value = self.take(name)
        if not is_whole(value) or not low <= value <= high:
            raise self._wrong(name)
        return int(value)

    def wholes(self, name: str, count: int, high: int) -> tuple[int, ...]:
        """So many whole numbers from 0 to `high`."""
        values = self._row(name, count)
        if not all(is_whole(value) and 0 <= value <= high for value in values):
            raise self._wrong(name)
        return tuple(values)

    def reals(self, name: str, count: int) -> tuple[float, ...]:
        """So many finite numbers."""
        values = self._row(name, count)
        if not all(map(is_real, values)):
            raise self._wrong(name)
        return tuple(float(value) for value in values)

    def end(self) -> None:
        """Nothing may be left."""
        if self._values:
            raise ValueError(f"{self._what} has unknown fields")

    def _row(self, name: str, count: int) -> Sequence[Any]:
        values = self.take(name)
        if not isinstance(values, list) or len(values) != count:
            raise self._wrong(name)
        return values

    def _wrong(self, name: str) -> ValueError:
        return ValueError(f"{name} of {self._what} is not what it should be")
