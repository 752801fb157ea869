"""The decoder thread: the newest wish wins, the hand comes first, and no answer mixes weights or models."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterator
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from tests.app.conftest import PATIENCE
from vae_desktop.app import decoding
from vae_desktop.app.decoding import DecodeResult, DecodingService
from vae_desktop.core.config import ModelConfig

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from vae_desktop.core.checkpoint import Checkpoint
    from vae_desktop.core.inference import Inference

MakeCheckpoint = Callable[..., "Checkpoint"]


@pytest.fixture
def service(qtbot: QtBot) -> Iterator[DecodingService]:
    it = DecodingService()
    yield it
    assert it.close()


@pytest.fixture
def results(service: DecodingService) -> list[DecodeResult]:
    heard: list[DecodeResult] = []
    service.ready.connect(heard.append)
    return heard


def use(service: DecodingService, checkpoint: Checkpoint) -> None:
    service.set_model(checkpoint.model_config, checkpoint.weights)


def inference_of(checkpoint: Checkpoint) -> Inference:
    from vae_desktop.core.inference import Inference

    return Inference(checkpoint.model_config, checkpoint.weights)


class Gate:
    """Work that holds the decoder thread until it is opened."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.open = threading.Event()

    def __call__(self, inference: Inference) -> None:
        self.entered.set()
        self.open.wait()


def test_a_rain_of_requests_ends_on_the_last_one(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    checkpoint = make_checkpoint()
    use(service, checkpoint)
    points = list(np.random.default_rng(0).standard_normal((2000, 1, 2)).astype(np.float32))
    for number, point in enumerate(points):
        if number % 100 == 99:
            QCoreApplication.processEvents()
        service.request("cursor", lambda inference, z=point: inference.decode(z)[0], point)
    qtbot.waitUntil(lambda: bool(results) and results[-1].tag is points[-1], timeout=PATIENCE)
    assert len(results) < len(points), "most of them were never looked at"
    np.testing.assert_array_equal(results[-1].value, inference_of(checkpoint).decode(points[-1])[0])


def test_what_a_hand_waits_for_comes_first(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    gate, order = Gate(), list[str]()
    service.request("samples", gate)
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    for slot in ("codes", "backdrop", "reconstructions", "hover", "cursor"):
        service.request(slot, lambda _, slot=slot: order.append(slot))
    gate.open.set()
    qtbot.waitUntil(lambda: len(results) == 6, timeout=PATIENCE)
    assert order == ["cursor", "hover", "reconstructions", "backdrop", "codes"]


def test_steady_work_keeps_to_its_weights_and_other_work_starts_again(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    first, second, third = (make_checkpoint(seed=seed) for seed in (1, 2, 3))
    use(service, first)
    z = np.ones((2, 2), np.float32)
    begun = {"samples": 0, "path": 0}
    gates = {slot: (threading.Event(), threading.Event()) for slot in begun}

    def work(slot: str) -> Callable[[Inference], Generator[None, None, object]]:
        def slices(inference: Inference) -> Generator[None, None, object]:
            begun[slot] += 1
            before = inference.decode(z)
            entered, go = gates[slot]
            entered.set()
            go.wait()
            yield
            yield
            return before, inference.decode(z)

        return slices

    for slot, steady in (("path", True), ("samples", False)):
        service.request(slot, work(slot), None, steady=steady)
        qtbot.waitUntil(gates[slot][0].is_set, timeout=PATIENCE)
        # Twice: then both of the service's copies of the model have been written over.
        for checkpoint in (second, third):
            service.set_weights(checkpoint.weights)
            service.request("cursor", lambda inference: inference.decode(z)[0], None)
        gates[slot][1].set()
        qtbot.waitUntil(lambda slot=slot: any(it.slot == slot for it in results), timeout=PATIENCE)
        use(service, first) if slot == "path" else None
    answers = {it.slot: it.value for it in results if it.slot in begun}
    for before, after in answers.values():
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(answers["path"][1], inference_of(first).decode(z))
    np.testing.assert_array_equal(answers["samples"][1], inference_of(third).decode(z))
    assert begun["path"] == 1 and begun["samples"] >= 2


def test_a_cursor_waits_for_one_slice_only(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    order: list[str] = []
    asked = threading.Event()

    def slices(inference: Inference) -> Generator[None, None, str]:
        for number in range(3):
            order.append(f"slice {number}")
            if number == 1:
                asked.wait()
            yield
        return "whole"

    service.request("backdrop", slices)
    qtbot.waitUntil(lambda: order[-1:] == ["slice 1"], timeout=PATIENCE)
    service.request("cursor", lambda _: order.append("cursor"))
    asked.set()
    qtbot.waitUntil(lambda: len(results) == 2, timeout=PATIENCE)
    assert order == ["slice 0", "slice 1", "cursor", "slice 2"]
    assert {result.slot: result.value for result in results} == {"cursor": None, "backdrop": "whole"}


def test_fresh_weights_start_sliced_work_again(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    old, new = make_checkpoint(seed=1), make_checkpoint(seed=2)
    use(service, old)
    half_way, fresh = threading.Event(), threading.Event()
    z = np.ones((1, 2), dtype=np.float32)

    def slices(inference: Inference) -> Generator[None, None, list[object]]:
        first = inference.decode(z)
        half_way.set()
        fresh.wait()
        yield
        return [first, inference.decode(z)]

    service.request("codes", slices)
    qtbot.waitUntil(half_way.is_set, timeout=PATIENCE)
    service.set_weights(new.weights)
    fresh.set()
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    expected = inference_of(new).decode(z)
    assert isinstance(results[0].value, list)
    for picture in results[0].value:
        np.testing.assert_array_equal(picture, expected)
    assert results[0].weights_version == 2


def test_answers_of_an_earlier_model_are_dropped(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    gate = Gate()
    service.request("cursor", gate, "being done")
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    service.request("samples", lambda _: None, "waiting")
    use(service, make_checkpoint(ModelConfig(latent_dim=5, hidden=(8,))))
    z = np.zeros((1, 5), dtype=np.float32)
    service.request("backdrop", lambda inference: inference.decode(z).shape, "new")
    gate.open.set()
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    qtbot.wait(20)
    assert [(result.tag, result.value) for result in results] == [("new", (1, 1, 28, 28))]


def test_answers_on_their_way_are_dropped_too(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    done = threading.Event()
    service.request("cursor", lambda _: done.set(), "old")
    assert done.wait(60)  # no event loop runs here, so the answer lies on the desk or is about to
    use(service, make_checkpoint(seed=1))
    service.request("cursor", lambda _: None, "new")
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    assert [result.tag for result in results] == ["new"]


def test_a_point_can_be_decoded_here_and_tells_whether_fresher_weights_wait(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    old, new = make_checkpoint(seed=1), make_checkpoint(seed=2)
    z = np.array([0.5, -1], dtype=np.float32)
    assert service.decode_here(z) == (None, False), "there is no model"
    use(service, old)
    service.request("cursor", lambda _: None)
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    picture, final = service.decode_here(z)
    assert final
    np.testing.assert_array_equal(picture, inference_of(old).decode(z[None])[0])
    gate = Gate()
    service.request("samples", gate)
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    service.set_weights(new.weights)
    picture, final = service.decode_here(z)
    assert not final
    np.testing.assert_array_equal(picture, inference_of(old).decode(z[None])[0])
    gate.open.set()
    qtbot.waitUntil(lambda: service.decode_here(z)[1], timeout=PATIENCE)
    picture, _ = service.decode_here(z)
    np.testing.assert_array_equal(picture, inference_of(new).decode(z[None])[0])
    for seed in range(3, 8):  # the two copies take turns
        service.set_weights(make_checkpoint(seed=seed).weights)
        qtbot.waitUntil(lambda: service.decode_here(z)[1], timeout=PATIENCE)
        picture, _ = service.decode_here(z)
        np.testing.assert_array_equal(picture, inference_of(make_checkpoint(seed=seed)).decode(z[None])[0])


def test_a_slow_model_is_not_decoded_here(
    qtbot: QtBot,
    service: DecodingService,
    results: list[DecodeResult],
    make_checkpoint: MakeCheckpoint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(decoding, "LONGEST_HERE", 0.0)
    use(service, make_checkpoint())
    service.request("cursor", lambda _: None)
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    assert service.decode_here(np.zeros(2, dtype=np.float32)) == (None, False)


def test_work_that_raises_is_told_and_the_service_goes_on(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())

    def breaks(inference: Inference) -> None:
        raise ZeroDivisionError("on purpose")

    with qtbot.waitSignal(service.failed, timeout=PATIENCE) as heard:
        service.request("hover", breaks)
    assert isinstance(heard.args[0], ZeroDivisionError)
    service.request("hover", lambda _: 7)
    qtbot.waitUntil(lambda: [result.value for result in results] == [7], timeout=PATIENCE)


def test_weights_that_do_not_fit_are_told(
    qtbot: QtBot, service: DecodingService, make_checkpoint: MakeCheckpoint
) -> None:
    with qtbot.waitSignal(service.failed, timeout=PATIENCE):
        service.set_model(ModelConfig(latent_dim=3, hidden=(4,)), make_checkpoint().weights)


def test_cleared_requests_are_not_answered(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    gate = Gate()
    service.request("samples", gate, "held")
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    service.request("hover", lambda _: None, "cleared")
    service.request("codes", lambda _: None, "kept")
    service.clear("hover")
    gate.open.set()
    qtbot.waitUntil(lambda: [result.tag for result in results] == ["held", "kept"], timeout=PATIENCE)


def test_what_is_forgotten_in_the_midst_of_it_is_not_answered(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    gate = Gate()
    service.request("samples", gate, "forgotten")
    qtbot.waitUntil(gate.entered.is_set, timeout=PATIENCE)
    service.clear("samples")
    service.request("codes", lambda _: None, "other")
    gate.open.set()
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    service.request("samples", lambda _: None, "asked anew")
    qtbot.waitUntil(lambda: len(results) == 2, timeout=PATIENCE)
    assert [result.tag for result in results] == ["other", "asked anew"]


def test_it_sleeps_when_nothing_is_asked(
    qtbot: QtBot, service: DecodingService, results: list[DecodeResult], make_checkpoint: MakeCheckpoint
) -> None:
    use(service, make_checkpoint())
    service.request("cursor", lambda _: None)
    qtbot.waitUntil(lambda: bool(results), timeout=PATIENCE)
    processor = time.process_time()
    time.sleep(0.3)
    assert time.process_time() - processor < 0.05


def test_without_a_model_there_is_no_answer_and_an_unknown_slot_is_a_mistake(
    service: DecodingService,
) -> None:
    service.request("cursor", lambda _: None)
    with pytest.raises(ValueError, match="nonsense"):
        service.request("nonsense", lambda _: None)
    assert service.close()
