"""`vae-desktop export-onnx`: encoder and decoder for other programs."""

from __future__ import annotations

import argparse

from vae_desktop.cli.files import check_folder


def run(arguments: argparse.Namespace) -> int:
    """Write, having compared with the model."""
    out = check_folder(arguments.out)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.onnx_export import export_onnx

    checkpoint = load_checkpoint(arguments.model)
    difference = export_onnx(out, checkpoint)
    print(
        f"Saved {out}: encoder.onnx and decoder.onnx; they differ from the model by {difference:.1g} at most."
    )
    return 0
