"""Maps by UMAP, where its library is; and what is said where it is not."""

from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest

from tests.core.test_projection import blobs
from tests.places import ROOT
from vae_desktop.core.errors import ProjectionError
from vae_desktop.core.map_method import LOADING_UMAP, UMAP_NEIGHBOURS, umap_installed
from vae_desktop.core.projection import pca
from vae_desktop.core.umap_projection import MOVING, umap

with_library = [
    pytest.mark.skipif(not umap_installed(), reason="umap-learn, the extra umap, is not installed"),
    # Compiling its functions takes half a minute on a slow machine.
    pytest.mark.timeout(300),
    pytest.mark.filterwarnings("ignore:Tensorflow not installed:ImportWarning"),
]


def library(test):
    """A test that needs umap-learn."""
    for mark in with_library:
        test = mark(test)
    return test


def test_without_the_library_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", None)
    assert not umap_installed()
    with pytest.raises(ProjectionError, match="umap-learn, which is not installed") as refusal:
        next(iter(umap(blobs()[0])))
    assert refusal.value.remedy == "Run: pip install 'vae_desktop[umap]'"


def test_asking_whether_it_is_there_does_not_load_it() -> None:
    code = """
import sys
from vae_desktop.core.map_method import umap_installed
umap_installed()
print(*sorted({"umap", "numba", "scipy", "sklearn", "torch"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@library
def test_the_first_frame_is_pca_and_the_last_keeps_groups_together() -> None:
    codes, groups = blobs()
    before = codes.copy()
    frames = list(umap(codes))
    assert np.array_equal(codes, before)
    first, last = frames[0], frames[-1]
    assert (first.stage, first.iteration, first.kl) == ("PCA", 0, None)
    components = pca(codes)
    along = [np.corrcoef(first.embedding[:, axis], components[:, axis])[0, 1] for axis in (0, 1)]
    assert min(along) > 0.999
    assert list(dict.fromkeys(frame.stage for frame in frames)) == ["PCA", LOADING_UMAP, MOVING]
    iterations = [frame.iteration for frame in frames]
    assert iterations == sorted(iterations)
    assert last.iteration == last.iterations == 500
    for frame in frames:
        assert frame.embedding.shape == (200, 2)
        assert frame.embedding.dtype == np.float32
        assert np.isfinite(frame.embedding).all()
        assert not frame.embedding.flags.writeable
    distances = np.linalg.norm(last.embedding[:, None] - last.embedding, axis=2) + 1e9 * np.eye(200)
    assert (groups[distances.argmin(axis=1)] == groups).all()
    assert len({frame.embedding.tobytes() for frame in frames}) > 2, "it moves"


@library
def test_the_seed_alone_says_what_map_it_is() -> None:
    codes, _ = blobs(size=25)
    first, again, other = (list(umap(codes, seed))[-1].embedding for seed in (4, 4, 5))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@library
def test_a_map_that_is_given_up_leaves_no_thread_at_work() -> None:
    codes, _ = blobs()
    before = set(threading.enumerate())
    frames = umap(codes)
    assert any(frame.iteration > 0 for frame in frames)
    frames.close()
    assert set(threading.enumerate()) == before
    assert next(frames, None) is None
    # And what it held, the next one gets.
    *_, last = umap(codes)
    assert last.iteration == last.iterations


@library
def test_an_earlier_map_keeps_its_places() -> None:
    codes, _ = blobs()
    *_, earlier = umap(codes)
    moved = codes + 0.05 * np.random.default_rng(3).normal(size=codes.shape)
    first, *_, last = umap(moved, start=earlier.embedding)
    np.testing.assert_allclose(first.embedding, earlier.embedding)
    assert last.iteration == last.iterations < 500
    steps = np.linalg.norm(last.embedding - earlier.embedding, axis=1)
    assert np.median(steps) < 0.1 * np.ptp(earlier.embedding, axis=0).max()


@library
@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (np.eye(UMAP_NEIGHBOURS), f"more than {UMAP_NEIGHBOURS} points, and there are {UMAP_NEIGHBOURS}"),
        (np.ones((50, 3)), "All codes are equal"),
        (np.full((50, 3), np.nan), "not a number"),
        (np.zeros((0, 3)), "no codes"),
    ],
    ids=["few", "equal", "not numbers", "none"],
)
def test_what_makes_no_map_is_told(codes: np.ndarray, told: str) -> None:
    with pytest.raises(ProjectionError, match=told) as refusal:
        next(iter(umap(codes)))
    assert refusal.value.remedy


@library
@pytest.mark.parametrize("kind", ["many equal", "one dimension", "just enough", "huge numbers"])
def test_unusual_codes_have_a_map(kind: str) -> None:
    random = np.random.default_rng(8)
    codes = {
        "many equal": np.repeat(random.normal(size=(4, 3)), 30, axis=0),
        "one dimension": random.normal(size=(60, 1)),
        "just enough": random.normal(size=(UMAP_NEIGHBOURS + 1, 3)),
        "huge numbers": 1e20 * random.normal(size=(60, 3)),
    }[kind]
    *_, last = umap(codes)
    assert np.isfinite(last.embedding).all()
    assert len(np.unique(last.embedding, axis=0)) > 0.9 * len(codes)
    assert last.embedding.std(axis=0).min() > 0.1


@library
def test_other_threads_go_on_during_an_iteration() -> None:
    """Another thread gets Python's lock within an iteration and not only between two."""
    code = """
import sys, threading, time
import numpy as np
from vae_desktop.core import umap_projection as of
from vae_desktop.core.neighbour_search import nearest_neighbours
from vae_desktop.core.steps import result_of
points = np.random.default_rng(0).normal(size=(5_000, 2))
graph = of._graph(points, *result_of(nearest_neighbours(points, of.UMAP_NEIGHBOURS - 1)))
def optimise(iterations):
    places = points.astype(np.float32)
    of._optimise(graph, places, iterations, 1.0, np.random.default_rng(0), lambda done: None)
# What is compiled, is compiled.
optimise(1)
turns, over = 0, threading.Event()
def work():
    global meanwhile
    since = turns
    optimise(20)
    meanwhile = turns - since
    over.set()
# From now on a thread gets Python's lock only where another one gives it up.
sys.setswitchinterval(30)
thread = threading.Thread(target=work)
thread.start()
while not over.is_set():
    turns += 1
    time.sleep(0)
thread.join()
print(meanwhile)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 1_000
