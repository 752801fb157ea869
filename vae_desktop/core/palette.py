"""Ten class colours that colour-blind people can tell apart (M. Petroff, arXiv 2107.02270, 2021)."""

from __future__ import annotations

CLASS_COLORS: tuple[str, ...] = (
    "#3f90da",
    "#ffa90e",
    "#bd1f01",
    "#94a4a2",
    "#832db6",
    "#a96b59",
    "#e76300",
    "#b9ac70",
    "#717581",
    "#92dadd",
)


def class_color(label: int) -> str:
    """The colour of a class as "#rrggbb"; past ten classes the colours come round again."""
    return CLASS_COLORS[label % len(CLASS_COLORS)]
