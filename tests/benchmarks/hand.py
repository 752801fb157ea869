"""A hand at the mouse, in a process of its own: says at fixed times that it moved, whatever the window is doing.

    python hand.py COUNT HERTZ

Writes the appointed time of each move, a double by this machine's `time.perf_counter`, when that time has come.
A thread of the window's own process would have to wait for Python's lock, which no mouse does.
"""

from __future__ import annotations

import os
import struct
import sys
import time

MOVE = struct.Struct("d")


def main(count: int, hertz: float) -> None:
    """Move so many times."""
    start = time.perf_counter() + 0.01
    for step in range(1, count + 1):
        due = start + step / hertz
        while (left := due - time.perf_counter()) > 0:
            time.sleep(left)
        os.write(1, MOVE.pack(due))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
