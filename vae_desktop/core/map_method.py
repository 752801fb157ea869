"""By what a map is made, and how that is said; what makes it is loaded by whoever needs it."""

from __future__ import annotations

from typing import Literal

from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.libraries import installed

MapMethod = Literal["tsne", "pca", "latent", "umap"]

TITLES: dict[MapMethod, str] = {"tsne": "t-SNE", "pca": "PCA", "latent": "latent space", "umap": "UMAP"}
# Of each point that UMAP looks at, itself among them: the library's own default.
UMAP_NEIGHBOURS = 15
# The stage of its frames until the library is there.
LOADING_UMAP = "loading UMAP"


def made_by(method: MapMethod, config: TsneConfig) -> str:
    """How a map was made, for its caption."""
    if method == "tsne":
        return f"t-SNE with perplexity {config.perplexity:g}, seed {config.seed}"
    if method == "umap":
        return f"UMAP with {UMAP_NEIGHBOURS} neighbours, seed {config.seed}"
    return TITLES[method]


def umap_installed() -> bool:
    """Whether maps can be made by UMAP."""
    return installed("umap")


def umap_lacking() -> ProjectionError:
    """What to tell where they can't."""
    return ProjectionError(
        "UMAP needs the library umap-learn, which is not installed.", "Run: pip install 'vae_desktop[umap]'"
    )
