"""`vae-desktop export-projector`: the encoded test images for TensorBoard's Embedding Projector."""

from __future__ import annotations

import argparse

from vae_desktop.cli.files import check_folder, open_data_for


def run(arguments: argparse.Namespace) -> int:
    """Encode and write."""
    out = check_folder(arguments.out)

    from vae_desktop.core.checkpoint import load_checkpoint
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.projector_export import write_projector

    checkpoint = load_checkpoint(arguments.model)
    dataset = open_data_for(checkpoint, arguments.data)
    means, _ = Inference(checkpoint.model_config, checkpoint.weights).encode(dataset.test.images)
    name = f"{dataset.title}, model {checkpoint.model_id}"
    images, labels = dataset.test.images.numpy(), dataset.test.labels.numpy()
    write_projector(out, means, labels, images, dataset.class_names, name)
    print(f"Saved {out}: {len(means)} test images of {dataset.title} in {means.shape[1]} dimensions.")
    return 0
