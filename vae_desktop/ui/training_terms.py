"""The words of the training form: every setting's name, and what it means in plain words."""

from __future__ import annotations

TITLES = {
    "architecture": "Architecture",
    "hidden": "Hidden sizes",
    "latent_dim": "Latent dimensions",
    "epochs": "Epochs",
    "beta": "β",
    "learning_rate": "Learning rate",
    "schedule": "Schedule",
    "batch_size": "Batch size",
    "seed": "Seed",
    "device": "Device",
}
TIPS = {
    "architecture": "What the encoder and decoder are built of. Dense layers (a multilayer perceptron) are"
    " quick; convolutions look at neighbouring pixels and need fewer weights.",
    "hidden": "How many units each hidden layer of the encoder has, from the image inwards, such as 512, 256;"
    " the decoder mirrors them. More sizes make a deeper model.",
    "latent_dim": "How many numbers describe one image: the dimension of the latent space, 1 to 256. With 2 the"
    " whole space can be seen at once; 10 to 20 reconstruct better.",
    "epochs": "How many times the training goes through all training images.",
    "beta": "How strongly the codes are pulled towards the prior: the weight of the KL divergence. 1 is the"
    " ordinary VAE; more gives a smoother latent space and blurrier images (β-VAE).",
    "learning_rate": "How large the training's steps are (Adam's learning rate), such as 0.001 or 1e-3."
    " Too large is unstable, too small is slow.",
    "schedule": "Constant keeps the learning rate as it is. One-cycle lets it rise to its peak and fall to"
    " almost nothing, which ends a little better.",
    "batch_size": "How many images each step looks at. Larger batches make epochs quicker, but each epoch then"
    " learns less.",
    "seed": "Where all random numbers start. The same seed and settings on the same processor give the same"
    " model.",
    "device": "What computes: the processor (CPU) or a graphics card (CUDA, MPS). Automatic takes the fastest.",
}
ARCHITECTURES = (("dense", "Dense layers"), ("conv", "Convolutional"))
HIDDEN_TITLES = {"dense": "Hidden sizes", "conv": "Channels"}
SCHEDULES = (("constant", "Constant"), ("one-cycle", "One-cycle"))
RATE_TITLES = {"constant": "Learning rate", "one-cycle": "Peak learning rate"}
AUTOMATIC = ("auto", "Automatic")
DEVICE_KINDS = {"cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}
