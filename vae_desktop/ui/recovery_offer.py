"""The words and buttons that offer a training which an earlier run of the program left unsaved."""

from __future__ import annotations

from vae_desktop.app.problems import Problem
from vae_desktop.app.recovery import RecoveryInfo
from vae_desktop.app.session import Session


def recovery_offer(session: Session) -> Problem | None:
    """What the message bar should offer at the start, or None where nothing was left behind."""
    info = session.recovery.pending()
    if info is None:
        return None
    if not info.epochs:
        # It had hardly begun: starting anew costs nothing, and asking would only be in the way.
        session.recovery.discard(info)
        return None
    when = info.saved_at.astimezone().strftime("%d %B, %H:%M")
    quality = "" if info.negative_elbo is None else f", held-out −ELBO {info.negative_elbo:.1f} nats"
    done = f"{info.epochs} of {info.total_epochs} epochs{quality}"
    if info.epochs_left:
        message = f"A training on {info.dataset.title} was cut short on {when}: {done}."
        take = "Go on from there"
    else:
        message = f"A model trained on {info.dataset.title} was never saved ({when}): {done}."
        take = "Open it"
    return Problem(
        message,
        "It was kept for you.",
        actions=((take, lambda: session.recover(info)), ("Delete it", lambda: _delete(session, info))),
    )


def _delete(session: Session, info: RecoveryInfo) -> None:
    session.recovery.discard(info)
    session.notice_raised.emit("Deleted the unsaved model.")
