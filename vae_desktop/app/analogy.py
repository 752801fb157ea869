"""Arithmetic on digits: one code less another plus a third, and what the model decodes there."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from vae_desktop.app.decoding import DecodeResult
from vae_desktop.app.encoding import decode_all, frozen
from vae_desktop.app.latent_place import LatentPlace
from vae_desktop.app.refresh import DerivedPicture

if TYPE_CHECKING:
    from vae_desktop.app.session import Session
    from vae_desktop.core.inference import Inference
    from vae_desktop.core.records import FloatArray

Terms = tuple[LatentPlace | None, LatentPlace | None, LatentPlace | None]
NO_TERMS: Terms = (None, None, None)


@dataclass(frozen=True, eq=False)
class Analogy:
    """The terms that there are, and the result if all three are there.

    Attributes:
        pictures: of the three terms, each [C, H, W] or None.
        code, picture: of the result, [D] and [C, H, W], or None.
    """

    pictures: tuple[FloatArray | None, ...] = (None, None, None)
    code: FloatArray | None = None
    picture: FloatArray | None = None


NOTHING = Analogy()


class AnalogyController(DerivedPicture):
    """a − b + c of three places in latent space, such as digits and means of classes.

    Attributes:
        terms: a, b and c; None where nothing is chosen yet.
        found: what is known of them; its pictures follow a moment later.
        active: whether somebody looks; nothing is computed otherwise.

    Signals:
        changed(): any of these.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.terms: Terms = NO_TERMS
        self.found = NOTHING
        self._dimensions = len(session.cursor)
        self._asked: object = None
        session.model_changed.connect(self._model_changed)
        session.dataset_changed.connect(self._dataset_changed)
        session.codes_changed.connect(self._refresher.when_cheap)
        session.weights_changed.connect(self._refresher.when_cheap)
        session.rewound.connect(self._refresher.now)
        session.training.state_changed.connect(self._refresher.when_cheap)
        session.decoding.ready.connect(self._decoded)

    def set_term(self, number: int, place: LatentPlace | None) -> None:
        """Choose a (0), b (1) or c (2), or empty it."""
        terms = list(self.terms)
        terms[number] = place
        self._choose((terms[0], terms[1], terms[2]))

    def clear(self) -> None:
        """Empty all three."""
        self._choose(NO_TERMS)

    def put_cursor(self) -> None:
        """Put the session's cursor on the result."""
        if self.found.code is not None:
            self._session.set_cursor(self.found.code)

    def add_to_path(self) -> None:
        """Let the path go on to the result."""
        if self.found.code is not None:
            self._session.path.add(LatentPlace(point=self.found.code))

    def _choose(self, terms: Terms) -> None:
        put = partial(self._put, of=self._session.digits_key)
        self._session.change_setting(put, self.terms, terms, "arithmetic on digits")

    def _put(self, terms: Terms, of: tuple[str, str] | None) -> None:
        """Have these terms; digits of another data set are others now."""
        self._set(terms if of == self._session.digits_key else _kept(terms, of_digits=False))

    def _set(self, terms: Terms) -> None:
        if terms != self.terms:
            self.terms = terms
            self._forget()

    def _forget(self) -> None:
        """What was found is of other terms, or of another model."""
        self._session.decoding.clear("analogy")
        self._asked, self.found = None, NOTHING
        self.changed.emit()
        self._refresher.now()

    def _compute(self) -> None:
        session = self._session
        places = [None if term is None else term.code(session) for term in self.terms]
        # A model that went astray puts digits nowhere.
        codes = [place if place is not None and np.isfinite(place).all() else None for place in places]
        if session.model is None or all(code is None for code in codes):
            return
        self._asked = tag = self.terms
        session.decoding.request("analogy", lambda inference: _find(inference, codes), tag)

    def _decoded(self, result: DecodeResult) -> None:
        if isinstance(result.value, Analogy) and result.tag is self._asked:
            self._refresher.spent(result.seconds)
            self.found = result.value
            self.changed.emit()

    def _model_changed(self) -> None:
        """Points of another latent space are no places of this one; digits and classes are."""
        if len(self._session.cursor) != self._dimensions:
            self._dimensions = len(self._session.cursor)
            self.terms = _kept(self.terms, of_digits=True)
        self._forget()

    def _dataset_changed(self) -> None:
        """Other digits have these numbers now, and other classes these labels."""
        self._set(_kept(self.terms, of_digits=False))


def _kept(terms: Terms, of_digits: bool) -> Terms:
    a, b, c = (term if term is not None and term.of_digits is of_digits else None for term in terms)
    return a, b, c


def _find(inference: Inference, codes: list[FloatArray | None]) -> Generator[None, None, Analogy]:
    """Decode what there is."""
    from vae_desktop.core.latent_paths import analogy

    a, b, c = codes
    result = frozen(analogy(a, b, c)) if a is not None and b is not None and c is not None else None
    every = [*codes, result]
    there = [code for code in every if code is not None]
    images = iter((yield from decode_all(inference, np.stack(there))))
    pictures = [None if code is None else next(images) for code in every]
    return Analogy(tuple(pictures[:3]), result, pictures[3])
