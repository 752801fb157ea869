"""`vae-desktop project`: the map of the encoded test images, as a table and a picture."""

from __future__ import annotations

import argparse
import time

import numpy.typing as npt

from vae_desktop.cli.files import check_output, open_data_for
from vae_desktop.cli.progress import progress_bar
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.export import identity_text, write_map_csv, write_npz
from vae_desktop.core.map_method import (
    TITLES,
    UMAP_NEIGHBOURS,
    MapMethod,
    made_by,
    umap_installed,
    umap_lacking,
)
from vae_desktop.core.records import FloatArray, MapFrame


def run(arguments: argparse.Namespace) -> int:
    """Encode, map, write."""
    out = check_output(arguments.out, ".csv", ".npz")
    png = check_output(arguments.png, ".png") if arguments.png else None
    svg = check_output(arguments.svg, ".svg") if arguments.svg else None
    config = TsneConfig(perplexity=arguments.perplexity, seed=arguments.seed)

    if arguments.method == "umap" and not umap_installed():
        raise umap_lacking()
    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference

    checkpoint = load_checkpoint(arguments.model)
    dataset = open_data_for(checkpoint, arguments.data)
    began = time.perf_counter()
    means, _ = Inference(checkpoint.model_config, checkpoint.weights).encode(dataset.test.images)
    frame = _map(means, arguments.method, config, arguments.quiet)
    labels = dataset.test.labels.numpy()
    text = identity_text(
        model_id=checkpoint.model_id,
        dataset=dataset.info(),
        seed=None if arguments.method == "pca" else config.seed,
        method=TITLES[arguments.method],
        perplexity=config.perplexity if arguments.method == "tsne" else None,
        neighbours=UMAP_NEIGHBOURS if arguments.method == "umap" else None,
    )
    if out.suffix.lower() == ".npz":
        values = {name.lower().replace(" ", "_"): value for name, value in text.items()}
        numbers = {"seed": config.seed, "perplexity": config.perplexity, "neighbours": UMAP_NEIGHBOURS}
        arrays: dict[str, npt.ArrayLike] = {
            **values,
            **{name: number for name, number in numbers.items() if name in values},
            **({} if frame.kl is None else {"divergence": frame.kl}),
            "embedding": frame.embedding,
            "labels": labels,
            "z": means,
        }
        write_npz(out, **arrays)
    else:
        write_map_csv(out, labels, frame.embedding, means)
    title = f"{len(means)} test images of {dataset.title}"
    how = f"{made_by(arguments.method, config)}, model {checkpoint.model_id}"
    if png is not None:
        from vae_desktop.core.map_picture import draw_map_png

        draw_map_png(png, frame.embedding, labels, dataset.class_names, f"{title}, {how}", text)
    if svg is not None:
        from vae_desktop.core.map_svg import write_map_svg

        write_map_svg(svg, frame.embedding, labels, dataset.class_names, title, how)
    files = [str(path) for path in (out, png, svg) if path is not None]
    _report(files, len(means), frame, time.perf_counter() - began)
    return 0


def _map(means: FloatArray, method: MapMethod, config: TsneConfig, quiet: bool) -> MapFrame:
    """The last frame of the map, with a bar on the way there."""
    from vae_desktop.core.projection import pca, tsne
    from vae_desktop.core.umap_projection import umap

    if method == "pca":
        return MapFrame(pca(means), 1, 1, None, TITLES[method])
    frames = tsne(means, config) if method == "tsne" else umap(means, config.seed)
    with progress_bar(None, TITLES[method], quiet=quiet, unit=" iterations") as bar:
        for frame in frames:
            bar.total = frame.iterations
            bar.set_description(frame.stage, refresh=False)
            if frame.kl is not None:
                bar.set_postfix_str(f"KL {frame.kl:.3f}", refresh=False)
            bar.update(frame.iteration - bar.n)
    return frame


def _report(files: list[str], count: int, frame: MapFrame, seconds: float) -> None:
    saved = " and ".join([", ".join(files[:-1]), files[-1]]) if len(files) > 1 else files[0]
    divergence = "" if frame.kl is None else f" KL {frame.kl:.3f} nats,"
    print(f"Saved {saved}: {count} test images,{divergence} {seconds:.0f} s.")
