"""The arguments of the commands that explore a model: samples, paths, traversals, reconstructions, exports."""

from __future__ import annotations

import argparse

from vae_desktop.cli.shared_arguments import Parser, add_model, add_model_and_data, add_quiet, add_style
from vae_desktop.core.latent_path_kinds import PATH_KINDS

SAMPLERS = ("prior", "posterior", "gmm", "kde")
PICTURES = "*.png, *.svg or *.pdf"


def add_generate(parser: Parser) -> None:
    """For `generate`."""
    parser.epilog = "example: vae-desktop generate model.safetensors --sampler gmm --class 7 --out sevens.png"
    add_model_and_data(parser)
    _add_out(parser, f"{PICTURES} for a picture, *.npz for values and codes")
    parser.add_argument(
        "--sampler",
        choices=SAMPLERS,
        default="prior",
        help="prior: N(0, I), needs no data; posterior: each row one digit's q(z|x); gmm, kde: a Gaussian "
        "mixture or kernel density fitted to the encoded training images (prior)",
    )
    parser.add_argument("--class", dest="only", metavar="CLASS", help="fit to images of this class alone")
    parser.add_argument(
        "--split",
        choices=("test", "train"),
        help="the images to be like (posterior: test; gmm, kde: train, where there are some)",
    )
    parser.add_argument(
        "--digits",
        type=_indices,
        metavar="INDICES",
        help="of the split, such as 3,18: posterior draws from these alone",
    )
    parser.add_argument(
        "--components", type=int, default=10, metavar="N", help="Gaussians in the mixture of gmm (10)"
    )
    parser.add_argument(
        "--bandwidth",
        type=float,
        metavar="W",
        help="of kde, as a share of the codes' own width (by Scott's rule)",
    )
    parser.add_argument(
        "--truncation",
        type=float,
        default=1.0,
        metavar="Q",
        help="cut the prior off at the radius that holds this share of it (1: not at all)",
    )
    parser.add_argument("--rows", type=int, default=8, metavar="N", help="(8)")
    parser.add_argument("--columns", type=int, default=8, metavar="N", help="(8)")
    parser.add_argument("--seed", type=int, default=0, help="(0)")
    parser.add_argument(
        "--temperature",
        type=float,
        default=1.0,
        metavar="T",
        help="scales the sampler's standard deviations (1)",
    )
    add_style(parser)


def add_interpolate(parser: Parser) -> None:
    """For `interpolate`."""
    parser.epilog = (
        "example: vae-desktop interpolate model.safetensors --kind geodesic --from 3 --to 18 --out path.gif"
    )
    add_model_and_data(parser)
    _add_out(parser, f"*.gif, *.webp or *.mp4 for an animation, {PICTURES} for a film strip")
    parser.add_argument(
        "--from", dest="start", type=int, default=0, metavar="INDEX", help="of a test image (0)"
    )
    parser.add_argument(
        "--via", type=_indices, default=(), metavar="INDICES", help="test images on the way, such as 5,7"
    )
    parser.add_argument("--to", dest="end", type=int, default=1, metavar="INDEX", help="of a test image (1)")
    parser.add_argument(
        "--kind",
        choices=PATH_KINDS,
        default="linear",
        help="of path; spherical is slerp, geodesic the shortest in decoded image space (linear)",
    )
    parser.add_argument(
        "--frames", type=int, metavar="N", help="evenly spaced in image space (60; in a film strip 12)"
    )
    parser.add_argument("--fps", type=int, default=25, metavar="N", help="frames a second (25)")
    parser.add_argument("--ping-pong", action="store_true", help="forwards, then backwards")
    parser.add_argument("--once", action="store_true", help="play once instead of for ever")
    parser.add_argument(
        "--scale", type=int, metavar="N", help="pixels per pixel of a digit (8; in a film strip 4)"
    )
    add_quiet(parser)


def add_traverse(parser: Parser) -> None:
    """For `traverse`."""
    parser.epilog = (
        "example: vae-desktop traverse model.safetensors --manifold --columns 20 --out manifold.png"
    )
    add_model(parser)
    _add_out(parser, PICTURES)
    parser.add_argument(
        "--dimensions", type=_indices, metavar="INDICES", help="one row for each, such as 0,3 (all)"
    )
    parser.add_argument("--columns", type=int, default=11, metavar="N", help="values of each (11)")
    parser.add_argument(
        "--rows", type=int, metavar="N", help="of the manifold, where they are others than its columns"
    )
    parser.add_argument("--reach", type=float, default=3.0, metavar="Z", help="values from -Z to Z (3)")
    parser.add_argument(
        "--manifold",
        action="store_true",
        help="the plane of two dimensions (0,1) instead, COLUMNS × COLUMNS, by quantiles of the prior",
    )
    parser.add_argument(
        "--around",
        type=_values,
        metavar="Z,Z,…",
        help="the code that all other dimensions are held at, such as --around=-0.5,1 (all 0)",
    )
    add_style(parser)


def add_reconstruct(parser: Parser) -> None:
    """For `reconstruct`."""
    add_model_and_data(parser)
    _add_out(parser, PICTURES)
    parser.add_argument(
        "--rows",
        type=int,
        default=4,
        metavar="N",
        help="of test images, each with a row of reconstructions (4)",
    )
    parser.add_argument("--columns", type=int, default=16, metavar="N", help="(16)")
    add_style(parser)


def add_export_projector(parser: Parser) -> None:
    """For `export-projector`."""
    add_model_and_data(parser)
    _add_folder(parser, "tensors.tsv, metadata.tsv, sprite.png and projector_config.pbtxt of the test images")


def add_export_onnx(parser: Parser) -> None:
    """For `export-onnx`."""
    add_model(parser)
    _add_folder(parser, "encoder.onnx and decoder.onnx, with a batch of any size")


def _add_out(parser: Parser, kinds: str) -> None:
    parser.add_argument("--out", required=True, metavar="FILE", help=kinds)


def _add_folder(parser: Parser, content: str) -> None:
    parser.add_argument("--out", required=True, metavar="FOLDER", help=f"a new folder for {content}")


def _indices(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(index) for index in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as 0,3") from None


def _values(text: str) -> tuple[float, ...]:
    try:
        return tuple(float(value) for value in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of numbers such as -0.5,1") from None
