"""Train a variational autoencoder on handwritten digits and explore its latent space by hand."""

from __future__ import annotations

import os

# numpy's matrices are small here. Its second thread would go on spinning after each product, and take a processor
# from a training that has more use for it. numpy looks when it is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
