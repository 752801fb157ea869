"""While a hand moves the cursor, a training on two processors leaves one of them to the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from vae_desktop.app.threads import processors, take_all_threads, take_one_thread

if TYPE_CHECKING:
    from vae_desktop.app.training_worker import TrainingTask

# Seconds without a move after which the hand is taken to rest.
REST = 0.5
# From so many numbers on, torch lets threads share the work on an array.
SHARED = 32_768
# Its kernels do so many numbers at a time at most, and the rest of a thread's share one by one, which may round them
# otherwise.
VECTORS = 32
# So many numbers are multiplied before the logarithms of the products are summed up (`DenseGradients`).
FACTORS = 64


class ElbowRoom:
    """Has a training compute in one thread as long as the cursor moves.

    A step by two threads is over when both are, and one of them shares its processor with the window then. Measured
    during constant drags, in turn: 29 to 52 steps a second by one thread, 16 to 42 by two.

    It never changes what comes out. Of more than two processors none is left: the shares of, say, three threads and
    of four are rounded differently.

    Args:
        task: the training.
        cursor: the window's cursor, another object after each move; asked in the training's thread.
    """

    def __init__(self, task: TrainingTask, cursor: Callable[[], object]) -> None:
        self._cursor = cursor
        self._seen = cursor()
        self._moved = float("-inf")
        self._left = False
        self._possible = same_by_one_thread(task) and processors() == 2

    def look(self) -> None:
        """To be called now and then in the training's thread: leave a processor, or take it again."""
        if not self._possible:
            return
        cursor, now = self._cursor(), time.monotonic()
        if cursor is not self._seen:
            self._seen, self._moved = cursor, now
        leave = now - self._moved < REST
        if leave != self._left:
            self._left = leave
            if leave:
                take_one_thread()
            else:
                take_all_threads()


def same_by_one_thread(task: TrainingTask) -> bool:
    """Whether one thread comes to the same weights and losses as two, bit by bit.

    Measured: so it is for dense layers where no sum is over enough numbers for two threads to share it, and where
    the halves of larger arrays are whole vectors. Convolutions add up in another order.
    """
    model, training = task.model_config, task.training_config
    if model.architecture != "dense" or training.device not in ("auto", "cpu"):
        return False
    pixels, images = task.dataset.train.images[:1].numel(), len(task.dataset.train)
    size = min(training.batch_size, images)
    logits = [pixels * batch for batch in (size, images % size)]
    summed = max(size * model.latent_dim, logits[0] // FACTORS)
    return summed < SHARED and all(it < SHARED or it % (2 * VECTORS) == 0 for it in logits)
