"""What is said below a map: how far it is, and how good it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vae_desktop.app.projection import PAST
from vae_desktop.core.map_method import LOADING_UMAP, TITLES
from vae_desktop.ui.readable import time_left_text

if TYPE_CHECKING:
    from vae_desktop.core.map_quality import MapQuality
    from vae_desktop.core.records import MapFrame

KL_TIP = (
    "KL: how much the map's neighbourhoods differ from those of the codes, in nats; lower is better\n"
    "(Kullback-Leibler divergence)"
)


def figures_text(frame: MapFrame, state: str, seconds_left: float | None) -> str:
    """Where a map stands: "Iteration 320 of 750 · KL 2.134 nats · 8 s left"."""
    if frame.stage == PAST:
        return "The map of an earlier epoch"
    if frame.stage in (TITLES["pca"], TITLES["latent"]) and frame.iterations == 1:
        words = {
            TITLES["pca"]: "The first two principal components",
            TITLES["latent"]: "The latent space itself",
        }
        return words[frame.stage]
    if frame.stage == LOADING_UMAP and state == "running":
        return "Loading UMAP, which takes longest the first time…"
    if frame.iteration == 0 and state == "running":
        return "Finding each digit's neighbours…"
    done = frame.iteration >= frame.iterations
    text = f"Iteration {frame.iteration:,}" + ("" if done else f" of {frame.iterations:,}")
    if frame.kl is not None:
        text += f" · KL {frame.kl:.3f} nats"
    if state == "running" and not done and seconds_left is not None:
        text += f" · {time_left_text(seconds_left)}"
    return text


def quality_text(quality: MapQuality) -> str:
    """How good a map is, in a few words: "KL 0.648 nats · neighbours alike 94.3 % (latent 94.9 %)"."""
    kl = f"KL {quality.kl:.3f} nats"
    if quality.map_accuracy is None or quality.code_accuracy is None:
        return f"{kl} · trust {quality.trustworthiness:.3f}"
    on_map, latent = 100 * quality.map_accuracy, 100 * quality.code_accuracy
    return f"{kl} · neighbours alike {on_map:.1f}\u00a0% (latent {latent:.1f}\u00a0%)"


def brief_figures_text(frame: MapFrame, state: str, seconds_left: float | None) -> str:
    """The same where there is room for one narrow line: "320 of 750 · KL 2.134 · 8 s left"."""
    return figures_text(frame, state, seconds_left).replace("Iteration ", "").replace(" nats", "")


def brief_quality_text(quality: MapQuality) -> str:
    """The same where there is room for one narrow line, without the figure in latent space."""
    return quality_text(quality).partition(" (")[0].replace(" nats", "")


def quality_tip(quality: MapQuality) -> str:
    """All that was measured, with what it means."""
    lines = [
        f"KL {quality.kl:.3f} nats: how much the map's neighbourhoods differ from those of the codes; lower is better",
        "(Kullback-Leibler divergence).",
    ]
    if quality.map_accuracy is not None and quality.code_accuracy is not None:
        lines.append(
            f"Neighbours alike: {100 * quality.map_accuracy:.1f} % of the digits have the class of most of their ten\n"
            f"nearest on the map, {100 * quality.code_accuracy:.1f} % in latent space (10-NN accuracy)."
        )
    lines.append(
        f"Kept: {100 * quality.preserved:.0f} % of the ten nearest in latent space are so on the map\n"
        "(neighbourhood preservation)."
    )
    lines.append(
        f"Trust: {quality.trustworthiness:.3f}, 1 where all neighbours on the map are neighbours in latent space\n"
        "(trustworthiness)."
    )
    if quality.sampled < quality.points:
        lines.append(f"Estimated from {quality.sampled:,} of {quality.points:,} points.")
    return "\n".join(lines)
