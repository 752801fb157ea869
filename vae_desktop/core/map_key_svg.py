"""The column beside a map's vector picture that says what its colours stand for: a legend, or a colour bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vae_desktop.core.picture_file import svg_text

SIDE = 1000
LEGEND = 190
MARGIN = 40
HEADING = 56
STEP = 30
MUTED = "#5f6368"
# Classes past this many have no room in the legend.
MAX_LEGEND = 30

LEFT, RIGHT, TOP = SIDE + 10, SIDE + LEGEND - 24, HEADING + MARGIN
DOT = 14
BAR_WIDTH, BAR_HEIGHT, TICK = 16, 320, 6


@dataclass(frozen=True)
class Entry:
    """A row of a legend.

    Attributes:
        color: of its dot, as "#rrggbb"; name: beside it, as plain text; count: points that are meant.
    """

    color: str
    name: str
    count: int


def legend_svg(entries: Sequence[Entry], first: int = 0, most: int = MAX_LEGEND) -> list[str]:
    """A dot, a name and a count for each entry, the first in a certain row of the column.

    Args:
        most: entries past this many are only counted.
    """
    lines = ['<g font-size="17">']
    for row, entry in enumerate(entries[:most], first):
        middle = row_middle(row)
        box = f'x="{LEFT - 7}" y="{middle - 7}" width="{DOT}" height="{DOT}" rx="7"'
        lines.append(f'<rect {box} fill="{entry.color}"/>')
        lines += entry_words(entry.name, entry.count, middle)
    if len(entries) > most:
        middle = row_middle(first + most)
        lines.append(f'<text x="{LEFT - 7}" y="{middle + 6}">and {len(entries) - most} more</text>')
    return [*lines, "</g>"]


def entry_words(name: str, count: int, middle: int) -> list[str]:
    """What a legend's row says beside its dot."""
    place = f'x="{RIGHT}" y="{middle + 6}" text-anchor="end" fill="{MUTED}"'
    return [
        f'<text x="{LEFT + 16}" y="{middle + 6}">{svg_text(name)}</text>',
        f"<text {place}>{count:,}</text>",
    ]


def heading_svg(words: str, middle: int) -> str:
    """What a key is about, above it."""
    return f'<text x="{LEFT - 7}" y="{middle + 6}" font-size="15" font-weight="bold">{svg_text(words)}</text>'


def row_middle(row: int) -> int:
    """Where a row of the column lies, in the picture's units."""
    return TOP + row * STEP


def color_bar_svg(palette: Sequence[str], name: str, unit: str, numbers: Sequence[str]) -> list[str]:
    """A strip of colours from the lowest, at its foot, to the highest value, below its name and unit.

    Args:
        palette: colours from low to high as "#rrggbb", at least two.
        numbers: written beside the strip at equal distances, the lowest value's first; at least two.
    """
    left, top = LEFT - 7, TOP + STEP + 12
    foot, right = top + BAR_HEIGHT, left + BAR_WIDTH
    ends = f'x1="0" y1="{foot}" x2="0" y2="{top}"'
    lines = [
        f"<g><title>{svg_text(name)}</title>",
        heading_svg(name, TOP),
        f'<text x="{left}" y="{TOP + 25}" font-size="14" fill="{MUTED}">{svg_text(unit)}</text>',
        f'<linearGradient id="scale" gradientUnits="userSpaceOnUse" {ends}>',
    ]
    last = len(palette) - 1
    lines += [
        f'<stop offset="{place / last:.4g}" stop-color="{color}"/>' for place, color in enumerate(palette)
    ]
    lines.append("</linearGradient>")
    strip = f'x="{left}" y="{top}" width="{BAR_WIDTH}" height="{BAR_HEIGHT}"'
    lines.append(f'<rect {strip} fill="url(#scale)"/>')
    for place, number in enumerate(numbers):
        y = foot - BAR_HEIGHT * place / (len(numbers) - 1)
        lines.append(f'<path d="M{right} {y:g}h{TICK}" stroke="{MUTED}"/>')
        lines.append(f'<text x="{right + TICK + 6}" y="{y + 5:g}" font-size="15">{svg_text(number)}</text>')
    return [*lines, "</g>"]
