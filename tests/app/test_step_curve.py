"""The table behind the live curves."""

from __future__ import annotations

import numpy as np
import pytest

from vae_desktop.app.step_curve import StepCurve
from vae_desktop.core.records import StepReport, Terms


def test_it_grows_and_earlier_views_stay_what_they_were() -> None:
    curve = StepCurve()
    for number in range(3000):
        terms = Terms.of(100 - number, 2.0)
        curve.append(StepReport(number // 100 + 1, number % 100 + 1, 100, terms, 1.0, number * 0.5, 0.0))
        if number == 9:
            early = curve.negative_elbo
    assert len(curve) == len(curve.kl) == 3000
    np.testing.assert_allclose(curve.epoch_position, np.arange(1, 3001) / 100)
    np.testing.assert_allclose(curve.seconds, np.arange(3000) * 0.5)
    np.testing.assert_allclose(curve.negative_elbo, curve.reconstruction + curve.kl)
    np.testing.assert_allclose(early, 102 - np.arange(10))
    again = StepReport(30, 100, 100, terms, 1.0, 1501.0, 0.0)
    curve.append(again)
    assert len(curve) == 3000, "a report that is told again is no new point"
    with pytest.raises(ValueError, match="read-only"):
        curve.kl[0] = 1
