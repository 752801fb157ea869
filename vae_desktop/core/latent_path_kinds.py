"""The kinds of path through latent space, known without loading anything."""

from __future__ import annotations

from typing import Literal, get_args

PathKind = Literal["linear", "spherical", "spline", "geodesic"]
PATH_KINDS: tuple[PathKind, ...] = get_args(PathKind)
MAX_FRAMES = 10_000
