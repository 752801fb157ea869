"""Maps of codes: PCA, and t-SNE frame by frame."""

from __future__ import annotations

import math
import threading
from itertools import pairwise

import numpy as np
import pytest
import torch

from vae_desktop.core import projection
from vae_desktop.core.affinities import affinities
from vae_desktop.core.config import TsneConfig
from vae_desktop.core.errors import ConfigurationError, ProjectionError
from vae_desktop.core.map_codes import normalised
from vae_desktop.core.projection import EARLY, MapMemory, momentum, pca, tsne

QUICK = TsneConfig(perplexity=10, iterations=60)


def blobs(dimensions: int = 6, size: int = 50) -> tuple[np.ndarray, np.ndarray]:
    """Four groups of codes around centres far apart, and which group each belongs to."""
    random = np.random.default_rng(0)
    centres = 6 * random.normal(size=(4, dimensions))
    groups = np.arange(4).repeat(size)
    codes = centres[groups] + random.normal(size=(4 * size, dimensions))
    return codes.astype(np.float32), groups


def test_pca_finds_the_plane_that_codes_lie_in() -> None:
    random = np.random.default_rng(1)
    plane = random.normal(size=(300, 2)) * (5, 2)
    basis, _ = np.linalg.qr(random.normal(size=(7, 2)))
    found = pca(plane @ basis.T + 3.0)
    assert found.shape == (300, 2)
    assert found.dtype == np.float32
    assert np.abs(found.mean(axis=0)).max() < 1e-4
    # Distances in the plane are kept, and the first component is the wider one.
    assert np.allclose(
        np.linalg.norm(found[1:] - found[0], axis=1), np.linalg.norm(plane[1:] - plane[0], axis=1), atol=1e-4
    )
    assert found[:, 0].std() > found[:, 1].std()


def test_pca_never_comes_mirrored() -> None:
    codes, _ = blobs()
    assert np.allclose(pca(codes), pca(codes[::-1])[::-1], atol=1e-4)


def test_pca_of_one_dimension_or_one_point() -> None:
    assert np.allclose(pca([[1.0], [2.0], [6.0]]), [[-2, 0], [-1, 0], [3, 0]])
    assert pca([[4.0, 5.0]]).tolist() == [[0.0, 0.0]]


def test_the_first_frame_is_pca_at_a_size_to_be_seen() -> None:
    codes, _ = blobs()
    first = next(iter(tsne(codes, QUICK)))
    assert (first.iteration, first.iterations, first.kl, first.stage) == (0, 150, None, "PCA")
    expected = pca(codes)
    assert np.allclose(first.embedding, expected / expected.std(axis=0).max(), atol=1e-4)


def test_the_frames_lead_to_a_map_that_keeps_groups_together() -> None:
    codes, groups = blobs()
    before = codes.copy()
    frames = list(tsne(codes, QUICK))
    assert np.array_equal(codes, before)

    iterations = [frame.iteration for frame in frames]
    assert iterations == sorted(iterations)
    assert iterations[-1] == frames[-1].iterations == 150
    stages = [frame.stage for frame in frames]
    assert list(dict.fromkeys(stages)) == ["PCA", "early exaggeration", "refinement"]

    for frame in frames:
        assert frame.embedding.shape == (200, 2)  # every code, in every frame
        assert frame.embedding.dtype == np.float32
        assert np.isfinite(frame.embedding).all()
        assert not frame.embedding.flags.writeable
        assert frame.embedding.std(axis=0).max() > 0.99
    # A frame may come again while the next one takes long.
    news = [frame for frame, before in zip(frames[1:], frames) if frame is not before]
    moved = [frame.embedding for frame in news if frame.iteration > 0]
    assert all(not np.array_equal(a, b) for a, b in pairwise(moved))

    final = frames[-1].embedding
    distances = np.linalg.norm(final[:, None] - final, axis=2) + 1e9 * np.eye(200)
    assert (groups[distances.argmin(axis=1)] == groups).all()


def test_the_last_frames_divergence_is_that_of_its_map() -> None:
    codes, _ = blobs()
    frames = list(tsne(codes, QUICK))
    points = codes.astype(np.float64) / np.abs(codes).max()
    search = affinities((points - points.mean(axis=0)) / points.std(), QUICK.perplexity)
    joint = _finish(search).toarray()
    y = frames[-1].embedding.astype(np.float64)
    kernel = 1 / (1 + ((y[:, None] - y) ** 2).sum(axis=2))
    np.fill_diagonal(kernel, 0)
    near = joint > 0
    exact = (joint[near] * np.log(joint[near] / (kernel / kernel.sum())[near])).sum()
    assert frames[-1].kl == pytest.approx(exact, rel=0.02)
    # Also under exaggeration it is measured against P itself, and falls from there.
    exaggerated = [frame.kl for frame in frames if frame.stage == "early exaggeration"]
    assert exact < exaggerated[-1] < exaggerated[0] < 10


def test_the_same_seed_gives_the_same_map_however_it_is_cut_into_frames(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes, _ = blobs(size=25)
    first = list(tsne(codes, QUICK))
    monkeypatch.setattr(projection, "FRAME_SECONDS", 1e-9)
    second = list(tsne(codes, QUICK))
    assert len(second) > 150  # a frame for every iteration
    assert len(first) < len(second)
    assert np.array_equal(first[-1].embedding, second[-1].embedding)
    other = list(tsne(codes, TsneConfig(perplexity=10, iterations=60, seed=1)))
    assert not np.array_equal(first[-1].embedding, other[-1].embedding)


def test_it_can_be_stopped_at_any_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, _ = blobs()
    monkeypatch.setattr(projection, "FRAME_SECONDS", 1e-9)
    for count in (1, 2, 6, 12, 100):
        frames = tsne(codes, QUICK)
        seen = [next(frames) for _ in range(count)]
        frames.close()
        assert len(seen) == count
        assert next(frames, None) is None


def test_it_can_be_stopped_in_the_middle_of_an_iteration(monkeypatch: pytest.MonkeyPatch) -> None:
    codes, _ = blobs()
    *_, whole = tsne(codes, QUICK)
    monkeypatch.setattr(projection, "PATIENCE", 0.0)
    frames = list(tsne(codes, QUICK))
    moved = [frame for frame in frames if frame.iteration]
    repeated = sum(frame is before for before, frame in pairwise(moved))
    assert repeated >= 2 * 150  # more than one place to stop in each of 150 iterations
    assert np.array_equal(frames[-1].embedding, whole.embedding)

    memory, before = MapMemory(), threading.active_count()
    unfinished = tsne(codes, QUICK, memory=memory)
    last = next(unfinished)
    for frame in unfinished:
        if frame is last and frame.iteration:
            break
        last = frame
    unfinished.close()
    assert threading.active_count() == before
    # What was half done is done again.
    *_, resumed = tsne(codes, QUICK, memory=memory)
    assert np.array_equal(resumed.embedding, whole.embedding)


def test_one_latent_dimension_spreads_into_a_plane() -> None:
    codes = np.random.default_rng(3).normal(size=(120, 1))
    *_, last = tsne(codes, TsneConfig(perplexity=10))
    assert (last.embedding.std(axis=0) > 0.5).all()


def test_equal_codes_among_others_are_no_obstacle() -> None:
    codes = np.repeat(np.random.default_rng(4).normal(size=(5, 3)), 30, axis=0)
    *_, last = tsne(codes, QUICK)
    assert np.isfinite(last.embedding).all()
    assert last.kl is not None
    assert math.isfinite(last.kl)


@pytest.mark.parametrize("scale", [1e-20, 1e20])
def test_the_codes_unit_does_not_matter(scale: float) -> None:
    codes, _ = blobs(size=25)
    *_, plain = tsne(codes.astype(np.float64), QUICK)
    *_, scaled = tsne(codes.astype(np.float64) * scale, QUICK)
    assert scaled.kl == pytest.approx(plain.kl, rel=0.1)


@pytest.mark.parametrize(
    ("codes", "perplexity", "words"),
    [
        (np.zeros((0, 2)), 30, "no codes"),
        (np.zeros(5), 30, "no codes"),
        (np.full((200, 2), np.nan), 30, "not a number"),
        (np.full((200, 2), 1e300), 30, "not a number"),
        (np.ones((200, 2)), 30, "equal"),
        (np.random.default_rng(0).normal(size=(90, 2)), 30, "more than 90 points"),
        (np.ones((1, 2)), 30, "more than 90 points"),
    ],
    ids=["none", "no table", "not a number", "infinite", "equal", "too few", "one point"],
)
def test_bad_codes_are_refused_in_plain_words(codes: np.ndarray, perplexity: float, words: str) -> None:
    with pytest.raises(ProjectionError, match=words) as refusal:
        next(iter(tsne(codes, TsneConfig(perplexity=perplexity))))
    assert "\n" not in str(refusal.value)
    assert refusal.value.remedy


def test_a_refusal_names_the_highest_perplexity_that_works() -> None:
    codes = np.random.default_rng(5).normal(size=(40, 2))
    with pytest.raises(ProjectionError) as refusal:
        next(iter(tsne(codes, TsneConfig(perplexity=30))))
    assert refusal.value.remedy == "Choose a perplexity of at most 13."
    next(iter(tsne(codes, TsneConfig(perplexity=13))))


def exact_joint(codes: np.ndarray, perplexity: float) -> np.ndarray:
    """The affinities [N, N] of codes."""
    return _finish(affinities(normalised(codes.astype(np.float64)), perplexity)).toarray()


def exact_divergence(joint: np.ndarray, embedding: np.ndarray) -> float:
    kernel = 1 / (1 + ((embedding[:, None].astype(np.float64) - embedding) ** 2).sum(axis=2))
    np.fill_diagonal(kernel, 0)
    near = joint > 0
    return float((joint[near] * np.log(joint[near] / (kernel / kernel.sum())[near])).sum())


def exact_tsne(joint: np.ndarray, start: np.ndarray, iterations: int) -> np.ndarray:
    """t-SNE as published, in float64, with the forces between all pairs, and the map's own settings."""
    y, p, count = torch.from_numpy(start), torch.from_numpy(joint), len(start)
    velocity, gains = torch.zeros_like(y), torch.ones_like(y)
    for length, exaggeration, part in (*EARLY, (iterations, 1.0, momentum(count))):
        for _ in range(length):
            kernel = 1 / (1 + torch.cdist(y, y) ** 2)
            kernel.fill_diagonal_(0)
            pull = (exaggeration * p - kernel / kernel.sum()) * kernel
            gradient = y * pull.sum(dim=1, keepdim=True) - pull @ y
            gains = torch.where((velocity > 0) != (gradient > 0), gains + 0.2, gains * 0.8 + 0.01)
            velocity = part * velocity - count / exaggeration * gains * gradient
            velocity /= torch.clamp(velocity.norm(dim=1, keepdim=True) / 5, min=1)
            y = y + velocity
            y = y - y.mean(dim=0)
    return y.numpy()


@pytest.mark.slow
@pytest.mark.parametrize("dimensions", [3, 8])
def test_the_map_is_as_good_as_one_by_exact_forces(dimensions: int) -> None:
    # More points than those whose forces are computed between all pairs anyway.
    codes = np.random.default_rng(8).normal(size=(900, dimensions))
    joint = exact_joint(codes, 20)
    *_, last = tsne(codes, TsneConfig(perplexity=20, iterations=150))
    start = pca(normalised(codes)).astype(np.float64)
    start /= start.std(axis=0).max()
    noise = np.random.default_rng(0).standard_normal(start.shape)
    exact = exact_tsne(joint, 1e-4 * (start + 0.01 * noise), 150)
    reached = exact_divergence(joint, last.embedding)
    assert last.kl == pytest.approx(reached, rel=5e-3)
    assert reached < 1.01 * exact_divergence(joint, exact)


def test_more_iterations_go_on_where_the_map_ended() -> None:
    codes, _ = blobs()
    memory = MapMemory()
    *_, whole = tsne(codes, TsneConfig(perplexity=10, iterations=100))
    list(tsne(codes, QUICK, memory=memory))
    frames = list(tsne(codes, TsneConfig(perplexity=10, iterations=100), memory=memory))
    moved = [frame for frame in frames if frame.iteration]
    assert moved[0].iteration > 150
    assert {frame.stage for frame in moved} == {"refinement"}
    assert np.array_equal(frames[-1].embedding, whole.embedding)
    # And with nothing left to do, the map is there at once, with its divergence.
    again = [f for f in tsne(codes, TsneConfig(perplexity=10, iterations=100), memory=memory) if f.iteration]
    assert len(again) == 1
    assert again[0].kl == pytest.approx(whole.kl)


def test_a_stopped_map_goes_on() -> None:
    codes, _ = blobs()
    memory = MapMemory()
    frames = tsne(codes, QUICK, memory=memory)
    reached = next(frame.iteration for frame in frames if frame.iteration)
    frames.close()
    assert reached < 60
    rest = [frame for frame in tsne(codes, QUICK, memory=memory) if frame.iteration]
    assert rest[0].iteration > reached
    *_, whole = tsne(codes, QUICK)
    assert np.array_equal(rest[-1].embedding, whole.embedding)


def test_another_exaggeration_repeats_no_early_stage() -> None:
    codes, groups = blobs()
    memory = MapMemory()
    *_, plain = tsne(codes, QUICK, memory=memory)
    dense = TsneConfig(perplexity=10, iterations=60, exaggeration=4.0)
    frames = [frame for frame in tsne(codes, dense, memory=memory) if frame.iteration]
    assert frames[0].iteration > 90
    *_, alone = tsne(codes, dense)
    assert np.array_equal(frames[-1].embedding, alone.embedding)
    within = [np.mean([f.embedding[groups == g].std() for g in range(4)]) for f in (plain, frames[-1])]
    assert within[1] < 0.8 * within[0]


def test_a_memory_of_other_codes_is_of_no_use() -> None:
    codes, _ = blobs()
    memory = MapMemory()
    list(tsne(codes, QUICK, memory=memory))
    other = codes[::-1].copy()
    *_, remembered = tsne(other, QUICK, memory=memory)
    *_, alone = tsne(other, QUICK)
    assert np.array_equal(remembered.embedding, alone.embedding)


def test_a_warm_start_keeps_points_in_their_places() -> None:
    codes, _ = blobs()
    *_, before = tsne(codes, TsneConfig(perplexity=10, iterations=200))
    changed = codes + 0.1 * np.random.default_rng(9).normal(size=codes.shape)
    frames = list(tsne(changed, TsneConfig(perplexity=10), start=before.embedding))
    assert np.allclose(frames[0].embedding, before.embedding)
    assert {frame.stage for frame in frames} == {"refinement"}
    after = frames[-1]
    assert after.iteration == after.iterations < 100
    moved = np.linalg.norm(after.embedding - before.embedding, axis=1)
    assert np.median(moved) < 0.1 * np.ptp(before.embedding, axis=0).max()
    joint = exact_joint(changed, 10)
    assert exact_divergence(joint, after.embedding) < exact_divergence(joint, before.embedding)


def test_a_warm_start_does_not_turn() -> None:
    codes, _ = blobs()
    *_, before = tsne(codes, QUICK)
    *_, after = tsne(codes, QUICK, start=before.embedding)
    left, _, right = np.linalg.svd(after.embedding.T @ (before.embedding - before.embedding.mean(axis=0)))
    assert np.allclose(left @ right, np.eye(2), atol=1e-3)


def test_an_earlier_map_of_other_points_is_refused() -> None:
    codes, _ = blobs()
    for start in (np.zeros((5, 2)), np.full((200, 2), np.nan)):
        with pytest.raises(ProjectionError, match="earlier map"):
            next(iter(tsne(codes, QUICK, start=start)))


def test_the_caller_keeps_its_threads() -> None:
    codes, _ = blobs()
    before = torch.get_num_threads()
    for _ in tsne(codes, QUICK):
        assert torch.get_num_threads() == before


def _finish(search):
    while True:
        try:
            next(search)
        except StopIteration as end:
            return end.value


@pytest.mark.parametrize("exaggeration", [0.5, float("nan"), 100])
def test_an_exaggeration_that_makes_no_map_is_refused(exaggeration: float) -> None:
    with pytest.raises(ConfigurationError, match="exaggeration"):
        TsneConfig(exaggeration=exaggeration)
