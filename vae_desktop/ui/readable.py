"""Durations and sizes as people read them."""

from __future__ import annotations

import math

from PySide6.QtGui import QFont

UNKNOWN = "–"


def duration_text(seconds: float | None) -> str:
    """Seconds as "0:42", "12:05" or "1:02:03"; a dash where unknown."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = max(0, round(seconds))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def time_left_text(seconds: float | None) -> str:
    """Roughly how long something will still take: "8 s left", "3 min left", "1 h 5 min left"."""
    if seconds is None or not math.isfinite(seconds):
        return "time left unknown"
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s left"
    minutes = round(whole / 60)
    if minutes < 100:
        return f"{minutes} min left"
    return f"{minutes // 60} h {minutes % 60} min left"


def size_text(count: float) -> str:
    """Bytes in decimal units, as download pages give them: "11.6 MB"."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"


def nats_text(value: float | None) -> str:
    """A figure in nats with two decimals; a dash where unknown."""
    return UNKNOWN if value is None or not math.isfinite(value) else f"{value:.2f}"


def with_comma(words: str) -> str:
    """What goes on in a sentence; nothing where there are no words."""
    return f", {words}" if words else ""


def tabular(font: QFont) -> QFont:
    """The font with digits of one width, so that figures do not dance while they change."""
    copy = QFont(font)
    copy.setFeature(QFont.Tag("tnum"), 1)
    return copy
