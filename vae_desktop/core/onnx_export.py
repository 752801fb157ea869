"""Encoder and decoder as ONNX files, which other programs run without this one or PyTorch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from vae_desktop.core.atomic import atomic_folder
from vae_desktop.core.checkpoint import Checkpoint
from vae_desktop.core.errors import ExportError
from vae_desktop.core.models import rebuild

# The oldest that has all that is used here, so that older runtimes read the files too.
OPSET, IR_VERSION = 13, 7
# Largest difference between the file's results and the model's, relative to values of about 1.
TOLERANCE = 1e-4
# Images or codes that are compared: more than one, since the batch's size is free.
COMPARED = 3


def export_onnx(folder: Path | str, checkpoint: Checkpoint) -> float:
    """Make a folder with encoder.onnx and decoder.onnx, each checked against the model before it appears.

    The encoder takes "images" [N, C, H, W] float32 in [0, 1] and gives "mean" and "logvar" [N, D] of q(z|x); the
    decoder takes "codes" [N, D] and gives "images" [N, C, H, W], the means of p(x|z). N is free.

    Args:
        folder: must not exist yet, or be empty.

    Returns:
        The largest difference that was found.

    Raises:
        ExportError: the library onnx is not installed, a file gives other results than the model, or the folder
            can't be written.
    """
    try:
        import onnx
    except ImportError as error:
        raise ExportError(
            "ONNX needs the library onnx, which is not installed.", "Run: pip install 'vae_desktop[onnx]'"
        ) from error
    config = checkpoint.model_config
    model = rebuild(config, checkpoint.weights).eval().requires_grad_(False)
    image, code = ("N", *config.image_shape), ("N", config.latent_dim)
    graphs = {
        "encoder": _graph("encoder", model.encoder, ("images", image), [("mean", code), ("logvar", code)]),
        "decoder": _graph("decoder", model.decoder, ("codes", code), [("images", image)]),
    }
    generator = torch.Generator().manual_seed(0)
    images = torch.rand(COMPARED, *config.image_shape, generator=generator)
    codes = torch.randn(COMPARED, config.latent_dim, generator=generator)
    expected = {
        "encoder": [part.numpy() for part in model.encode(images)],
        "decoder": [model.decode(codes).sigmoid().numpy()],
    }
    differences = []
    with atomic_folder(folder) as place:
        for name, given in (("encoder", images), ("decoder", codes)):
            opset = onnx.helper.make_opsetid("", OPSET)
            made = onnx.helper.make_model(graphs[name], opset_imports=[opset], producer_name="vae-desktop")
            made.ir_version = IR_VERSION
            onnx.helper.set_model_props(
                made, {"model": checkpoint.model_id, "data set": checkpoint.dataset.title}
            )
            onnx.checker.check_model(made, full_check=True)
            onnx.save(made, str(place / f"{name}.onnx"))
            differences.append(_difference(place / f"{name}.onnx", given.numpy(), expected[name]))
            if not differences[-1] <= TOLERANCE:
                raise ExportError(
                    f"The {name} in ONNX differs from the model by {differences[-1]:.2g}: nothing was written."
                )
    return max(differences)


def _difference(path: Path, given: np.ndarray[Any, Any], expected: list[np.ndarray[Any, Any]]) -> float:
    """Run the file by onnx's own reference implementation: the largest difference, relative to 1 or more."""
    from onnx.reference import ReferenceEvaluator

    session = ReferenceEvaluator(str(path))
    results = session.run(None, {session.input_names[0]: given})
    return max(
        float((np.abs(result - right) / np.maximum(1, np.abs(right))).max())
        for result, right in zip(results, expected, strict=True)
    )


def _graph(name: str, layers: nn.Module, given: tuple[str, Any], wanted: list[tuple[str, Any]]) -> Any:
    """The graph of a stack of layers; of several outputs each is an equal part of the last layer's."""
    from onnx import TensorProto, helper

    nodes, arrays, value = [], [], given[0]
    for number, layer in enumerate(layers.children()):
        result = f"{name}.{number}"
        operator, attributes, constants = _operator(layer)
        inputs = [f"{result}.{key}" for key in constants]
        arrays += [_constant(key, array) for key, array in zip(inputs, constants.values())]
        nodes.append(helper.make_node(operator, [value, *inputs], [result], **attributes))
        value = result
    outputs = [key for key, _ in wanted]
    nodes.append(helper.make_node("Split" if len(wanted) > 1 else "Sigmoid", [value], outputs))
    if len(wanted) > 1:
        nodes[-1].attribute.append(helper.make_attribute("axis", 1))
    first, *rest = [
        helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in (given, *wanted)
    ]
    return helper.make_graph(nodes, name, [first], rest, arrays)


def _operator(layer: nn.Module) -> tuple[str, dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    """What a layer is called in ONNX, its attributes, and its constant inputs by name."""
    weights = {key: tensor.numpy() for key, tensor in layer.state_dict().items()}
    match layer:
        case nn.Linear():
            return "Gemm", {"transB": 1}, weights
        case nn.ReLU():
            return "Relu", {}, {}
        case nn.Flatten():
            return "Flatten", {"axis": 1}, {}
        case nn.Unflatten():
            return "Reshape", {}, {"shape": np.array([-1, *layer.unflattened_size], dtype=np.int64)}
        case nn.ConvTranspose2d():
            return "ConvTranspose", {**_window(layer), "output_padding": list(layer.output_padding)}, weights
        case nn.Conv2d():
            return "Conv", _window(layer), weights
    raise TypeError(f"no ONNX operator for {layer}")


def _window(layer: nn.Conv2d | nn.ConvTranspose2d) -> dict[str, Any]:
    padding = [int(side) for side in layer.padding] * 2
    return {"kernel_shape": list(layer.kernel_size), "strides": list(layer.stride), "pads": padding}


def _constant(name: str, array: np.ndarray[Any, Any]) -> Any:
    from onnx import numpy_helper

    return numpy_helper.from_array(np.ascontiguousarray(array), name)
