"""What a benchmark hands back: measured figures, each beside the figure to reach."""

from __future__ import annotations

from dataclasses import dataclass


class Skipped(Exception):
    """Raised by a benchmark that cannot be run on this machine; its text says why."""


@dataclass(frozen=True)
class Row:
    """One measured figure.

    Attributes:
        name: what was measured, in a few words.
        figure: the median or percentile that was measured, in `unit`.
        limit: the figure to reach, in `unit`; None where there is none and the figure is only told.
        unit: "s", "ms", "%", "nats", ...
        at_least: the figure must reach the limit from above instead of staying at or below it.
    """

    name: str
    figure: float
    limit: float | None = None
    unit: str = ""
    at_least: bool = False

    @property
    def ok(self) -> bool:
        """Whether the figure reaches its limit."""
        if self.limit is None:
            return True
        return self.figure >= self.limit if self.at_least else self.figure <= self.limit


def table(rows: list[Row]) -> str:
    """The rows as aligned text: name, figure, limit and whether it was reached."""

    def number(value: float, unit: str) -> str:
        return f"{value:,.4g} {unit}".rstrip()

    cells = [("what", "figure", "limit", "")]
    for row in rows:
        limit = "" if row.limit is None else f"{'≥' if row.at_least else '≤'} {number(row.limit, row.unit)}"
        verdict = "" if row.limit is None else "ok" if row.ok else "MISSED"
        cells.append((row.name, number(row.figure, row.unit), limit, verdict))
    name, figure, limit = (max(len(line[i]) for line in cells) for i in range(3))
    return "\n".join(f"{a:<{name}}  {b:>{figure}}  {c:<{limit}}  {d}".rstrip() for a, b, c, d in cells)
