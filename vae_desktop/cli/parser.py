"""What can be typed after `vae-desktop`. Light: building it loads neither numpy nor torch nor Qt."""

from __future__ import annotations

import argparse
import difflib
from collections.abc import Callable
from pathlib import Path

from vae_desktop import __version__
from vae_desktop.cli.explore_arguments import (
    add_export_onnx,
    add_export_projector,
    add_generate,
    add_interpolate,
    add_reconstruct,
    add_traverse,
)
from vae_desktop.cli.shared_arguments import (
    DATA_HELP,
    Parser,
    UsageError,
    add_json,
    add_model_and_data,
    add_quiet,
)
from vae_desktop.core.config import ARCHITECTURES, SCHEDULES, TsneConfig
from vae_desktop.core.data.catalog import CATALOG

EXAMPLES = """\
examples:
  vae-desktop                                    open the window
  vae-desktop model.safetensors --data digits    open it on a model and a data set
  vae-desktop download mnist
  vae-desktop train --data mnist --latent-dim 2 --epochs 10 --out model.safetensors
  vae-desktop evaluate model.safetensors --json
  vae-desktop generate model.safetensors --rows 8 --columns 8 --out grid.png
  vae-desktop interpolate model.safetensors --kind geodesic --out path.mp4
  vae-desktop traverse model.safetensors --out traversal.png
  vae-desktop project model.safetensors --out map.csv --png map.png

Only the window needs a display. `vae-desktop COMMAND --help` explains a command."""


def parse(argv: list[str]) -> argparse.Namespace:
    """Read the arguments. `.command` of the result is a key of `COMMANDS`, or "window".

    Raises:
        UsageError: they make no sense.
        SystemExit: --help or --version was asked for and answered.
    """
    if argv and argv[0] in COMMANDS:
        name = argv[0]
        purpose, add_arguments = COMMANDS[name]
        parser = Parser(prog=f"vae-desktop {name}", description=purpose)
        add_arguments(parser)
        parser.set_defaults(command=name)
        return parser.parse_args(argv[1:])
    if argv and not argv[0].startswith("-"):
        # First of all: the options of a mistyped command would be called mistaken in its place.
        _check_model_argument(argv[0])
    parser = _window_parser()
    arguments = parser.parse_args(argv)
    if arguments.model is not None:
        _check_model_argument(arguments.model)
    return arguments


def _window_parser() -> Parser:
    commands = "\n".join(f"  {name:<16} {purpose}" for name, (purpose, _) in COMMANDS.items())
    parser = Parser(
        prog="vae-desktop",
        usage="vae-desktop [model.safetensors] [--data DATA]\n       vae-desktop COMMAND ...",
        description="Train a variational autoencoder on handwritten digits and explore its latent space by hand.\n"
        f"Without a command, the window opens.\n\ncommands:\n{commands}",
        epilog=EXAMPLES,
    )
    parser.add_argument("model", nargs="?", metavar="model.safetensors", help="the model to open")
    parser.add_argument("--data", help=f"the data set to open: {DATA_HELP}")
    parser.add_argument(
        "--self-test",
        action="store_true",
        help="do the main job in the real window, tell what was done, and close",
    )
    parser.add_argument("--version", action="version", version=f"vae-desktop {__version__}")
    parser.set_defaults(command="window")
    return parser


def _check_model_argument(model: str) -> None:
    path = Path(model)
    if path.is_dir():
        raise UsageError(
            f"{model} is a folder; a folder of images is opened by --data {model}", "vae-desktop"
        )
    if path.exists():
        return
    alike = difflib.get_close_matches(model, COMMANDS, n=1)
    hint = f"did you mean {alike[0]}?" if alike else f"the commands are {', '.join(COMMANDS)}."
    raise UsageError(f"There is no command and no file called {model!r}; {hint}", "vae-desktop")


def _add_train(parser: Parser) -> None:
    # No defaults here: only so can --resume tell what was asked for. vae_desktop.core.config has them.
    parser.epilog = (
        "example: vae-desktop train --data mnist --hidden 512,256,128 --epochs 20 --schedule one-cycle\n"
        "         --lr 2e-3 --out model.safetensors"
    )
    parser.add_argument("--data", help=f"{DATA_HELP} (default: MNIST if it is here, else digits)")
    parser.add_argument("--out", required=True, metavar="MODEL", help="the file to write, *.safetensors")
    parser.add_argument("--resume", metavar="MODEL", help="go on training this model, with its own settings")
    parser.add_argument("--epochs", type=int, metavar="N", help="passes over the training images (10)")
    parser.add_argument("--architecture", choices=ARCHITECTURES, help="kind of network (dense)")
    parser.add_argument(
        "--latent-dim", type=int, metavar="D", help="dimensions of the latent space, 1 to 256 (2)"
    )
    parser.add_argument(
        "--hidden",
        type=_sizes,
        metavar="SIZES",
        help="sizes of the encoder's hidden layers (512,256), or its channels (32,64)",
    )
    parser.add_argument("--batch-size", type=int, metavar="N", help="images per step (128)")
    parser.add_argument(
        "--lr",
        dest="learning_rate",
        type=float,
        metavar="RATE",
        help="Adam's learning rate; with one-cycle its peak (1e-3)",
    )
    parser.add_argument("--schedule", choices=SCHEDULES, help="of the learning rate (constant)")
    parser.add_argument("--beta", type=float, help="weight of the KL term (1)")
    parser.add_argument("--seed", type=int, help="same seed, settings and CPU: same losses (0)")
    parser.add_argument("--device", help="auto, cpu, cuda, cuda:N or mps (auto)")
    parser.add_argument(
        "--weights-only",
        action="store_true",
        help="leave out the optimiser's state: a third of the size, but going on later starts it afresh",
    )
    add_json(parser)
    add_quiet(parser)


def _add_evaluate(parser: Parser) -> None:
    add_model_and_data(parser)
    parser.add_argument("--seed", type=int, help="of the posterior's noise (default: the training's)")
    add_json(parser)


def _add_project(parser: Parser) -> None:
    defaults = TsneConfig()
    add_model_and_data(parser)
    parser.add_argument(
        "--out",
        required=True,
        metavar="FILE",
        help="*.csv for index,label,x,y,z0,z1,… of each test image, *.npz for the same as arrays",
    )
    parser.add_argument("--png", metavar="PNG", help="a picture of the map too")
    parser.add_argument("--svg", metavar="SVG", help="a vector picture of the map too")
    parser.add_argument(
        "--method",
        choices=("tsne", "pca", "umap"),
        default="tsne",
        help="what makes the map (tsne); umap needs pip install 'vae_desktop[umap]'",
    )
    parser.add_argument(
        "--perplexity",
        type=float,
        default=defaults.perplexity,
        metavar="P",
        help=f"of t-SNE: effective number of neighbours ({defaults.perplexity:g})",
    )
    parser.add_argument("--seed", type=int, default=defaults.seed, help="(0)")
    add_quiet(parser)


def _add_download(parser: Parser) -> None:
    parser.add_argument("name", choices=tuple(CATALOG), metavar="NAME", help=", ".join(CATALOG))
    add_quiet(parser)


def _sizes(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(size) for size in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of sizes such as 512,256") from None


COMMANDS: dict[str, tuple[str, Callable[[Parser], None]]] = {
    "train": ("train a model and save it", _add_train),
    "evaluate": ("measure a model on the whole test split, in nats per image", _add_evaluate),
    "generate": ("decode a grid of samples", add_generate),
    "interpolate": ("decode a path from one test image to another", add_interpolate),
    "traverse": ("decode each latent dimension's values in a row", add_traverse),
    "reconstruct": ("put test images above their reconstructions", add_reconstruct),
    "project": ("lay the encoded test images out on a map (t-SNE, PCA, UMAP)", _add_project),
    "export-projector": ("write what TensorBoard's Embedding Projector reads", add_export_projector),
    "export-onnx": ("write encoder and decoder as ONNX, checked", add_export_onnx),
    "download": ("fetch a data set, check it and keep it", _add_download),
}
