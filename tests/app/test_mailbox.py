"""One slot between two threads: the latest letter wins."""

from __future__ import annotations

import threading

from vae_desktop.app.mailbox import Mailbox


def test_the_latest_letter_wins() -> None:
    box: Mailbox[int] = Mailbox()
    for number in range(5):
        box.put(number)
    assert box.take() == 4
    assert box.take() is None


def test_take_waits_for_a_letter_from_another_thread() -> None:
    box: Mailbox[str] = Mailbox()
    sender = threading.Thread(target=box.put, args=("hello",))
    sender.start()
    assert box.take(timeout=10) == "hello"
    sender.join()


def test_take_gives_up_after_its_time() -> None:
    assert Mailbox[int]().take(timeout=0.01) is None
