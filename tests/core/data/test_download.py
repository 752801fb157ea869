"""Downloads from a local server, well-behaved and not; nothing half-written is ever taken for a data set."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.data.idx_writer import FOUR, TEST_IMAGES, TRAIN_IMAGES, TRAIN_LABELS, contents
from tests.core.data.server import Answer, Server, serving
from vae_desktop.core.data.catalog import RemoteFile, RemoteFiles
from vae_desktop.core.data.download import DownloadProgress, Patience, download_dataset
from vae_desktop.core.data.open import find_dataset, open_dataset
from vae_desktop.core.errors import DownloadError

FILES = {f"{name}.gz": gzip.compress(data, mtime=0) for name, data in contents(400, 100).items()}
BIG = f"{TRAIN_IMAGES}.gz"
SMALL = f"{TRAIN_LABELS}.gz"
SIZE = len(FILES[BIG])
ALL = sum(map(len, FILES.values()))
HASTY = Patience(connect=2.0, stall=0.5, pause=0.01, rounds=2)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(dict(FILES)) as server:
        yield server


@pytest.fixture
def other() -> Iterator[Server]:
    """A second mirror."""
    with serving(dict(FILES)) as server:
        yield server


def remote(*urls: str) -> RemoteFiles:
    return RemoteFiles(
        urls,
        tuple(RemoteFile(name, hashlib.md5(data).hexdigest(), len(data)) for name, data in FILES.items()),
    )


def start(folder: Path, *servers: Server, patience: Patience = HASTY) -> Iterator[DownloadProgress]:
    return download_dataset("mnist", folder, remote(*(server.url for server in servers)), patience)


def fetch(folder: Path, *servers: Server) -> list[DownloadProgress]:
    """Download to the end; at every step there is no data set yet."""
    steps = []
    for step in start(folder, *servers):
        assert find_dataset("mnist", folder) is None
        steps.append(step)
    assert find_dataset("mnist", folder) == folder / "mnist"
    return steps


def failure(folder: Path, *servers: Server) -> DownloadError:
    with pytest.raises(DownloadError) as caught:
        fetch(folder, *servers)
    assert find_dataset("mnist", folder) is None
    assert "\n" not in str(caught.value)
    assert caught.value.remedy
    return caught.value


def part(folder: Path, name: str = BIG) -> Path:
    return folder / ".downloads" / "mnist" / f"{name}.part"


def cancel_when(
    folder: Path, server: Server, ready: threading.Event | None = None, received: int = 0
) -> float:
    """Download until `ready` and `received` bytes, then close; returns the seconds that closing took."""
    steps = start(folder, server, patience=Patience())
    end = time.monotonic() + 20
    for step in steps:
        assert time.monotonic() < end
        if (ready is None or ready.is_set()) and step.received >= received:
            break
    begin = time.monotonic()
    steps.close()  # type: ignore[attr-defined]
    return time.monotonic() - begin


def test_a_download_becomes_a_data_set(tmp_path: Path, server: Server) -> None:
    steps = fetch(tmp_path, server)

    dataset = open_dataset("mnist", tmp_path)
    assert (len(dataset.train), len(dataset.test)) == (400, 100)
    assert {path.name for path in (tmp_path / "mnist").iterdir()} == set(FILES)
    assert not (tmp_path / ".downloads" / "mnist").exists()
    assert steps[0].received == 0
    assert (steps[-1].received, steps[-1].total) == (ALL, ALL)
    assert steps[-1].bytes_per_second > 0
    assert [step.received for step in steps] == sorted(step.received for step in steps)
    assert {step.file for step in steps[1:]} == set(FILES)
    assert all(step.files == 4 and 0 <= step.file_index < 4 for step in steps)


def test_what_is_there_already_is_not_fetched_again(tmp_path: Path, server: Server) -> None:
    fetch(tmp_path, server)
    server.requests.clear()
    list(start(tmp_path, server))
    assert server.requests == []


def test_a_damaged_file_is_mended_by_downloading_again(tmp_path: Path, server: Server) -> None:
    fetch(tmp_path, server)
    (tmp_path / "mnist" / BIG).write_bytes(FILES[BIG][:1000])
    (tmp_path / "mnist" / "notes.txt").write_text("mine")
    server.requests.clear()

    list(start(tmp_path, server))

    assert server.requests == [(BIG, None)]
    assert (tmp_path / "mnist" / BIG).read_bytes() == FILES[BIG]
    assert (tmp_path / "mnist" / "notes.txt").exists()


def test_progress_tells_time_left_over_all_files(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2))
    steps = start(tmp_path, server, patience=Patience())
    half = next(step for step in steps if step.received >= SIZE // 2)
    later = next(step for step in steps if step.bytes_per_second > 0)
    steps.close()  # type: ignore[attr-defined]
    assert half.total == later.total == ALL
    assert later.seconds_left == pytest.approx((ALL - later.received) / later.bytes_per_second)


def test_a_broken_connection_is_resumed_where_it_broke(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2), Answer(stall_after=SIZE // 4))
    fetch(tmp_path, server)
    ranges = [wanted for name, wanted in server.requests if name == BIG]
    assert ranges == [None, f"bytes={SIZE // 2}-", f"bytes={SIZE // 2 + SIZE // 4}-"]


@pytest.mark.parametrize("tell_length", [True, False])
def test_a_torn_connection_is_overcome(tmp_path: Path, server: Server, tell_length: bool) -> None:
    server.script(BIG, Answer(break_after=SIZE // 2, tell_length=tell_length))
    fetch(tmp_path, server)


def test_a_short_answer_is_made_up_for(tmp_path: Path, server: Server) -> None:
    """The server ends in good order, but too early, and never said how much there is."""
    server.script(BIG, Answer(body=FILES[BIG][: SIZE // 2], tell_length=False))
    server.script(SMALL, Answer(body=b"", tell_length=False))
    fetch(tmp_path, server)
    assert server.requests[:2] == [(BIG, None), (BIG, f"bytes={SIZE // 2}-")]


def test_a_short_file_is_not_used(tmp_path: Path, server: Server) -> None:
    """As far as this server knows, it has sent all of it."""
    server.files[BIG] = FILES[BIG][: SIZE // 2]
    assert "checksum" in str(failure(tmp_path, server))
    assert not part(tmp_path).exists()


def test_a_server_that_ignores_range_sends_all_again(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2), Answer(ranges=False))
    fetch(tmp_path, server)
    assert [wanted for name, wanted in server.requests if name == BIG] == [None, f"bytes={SIZE // 2}-"]


def test_a_server_that_sends_another_range_is_asked_for_all(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2), Answer(shift=10))
    fetch(tmp_path, server)
    assert [wanted for name, wanted in server.requests if name == BIG] == [None, f"bytes={SIZE // 2}-", None]


def test_too_long_a_part_of_an_earlier_try_is_thrown_away(tmp_path: Path, server: Server) -> None:
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(bytes(SIZE + 10))  # the server answers 416
    fetch(tmp_path, server)
    assert server.requests[:2] == [(BIG, f"bytes={SIZE + 10}-"), (BIG, None)]


def test_a_wrong_part_of_an_earlier_try_is_thrown_away(tmp_path: Path, server: Server) -> None:
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(b"?" * 100)
    fetch(tmp_path, server)
    assert server.requests[:2] == [(BIG, "bytes=100-"), (BIG, None)]


def test_a_whole_part_of_an_earlier_try_needs_no_server(tmp_path: Path, server: Server) -> None:
    part(tmp_path).parent.mkdir(parents=True)
    part(tmp_path).write_bytes(FILES[BIG])
    fetch(tmp_path, server)
    assert BIG not in [name for name, _ in server.requests]


def test_cancelling_keeps_what_has_arrived(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2))
    cancel_when(tmp_path, server, server.stalled, received=SIZE // 2)
    assert part(tmp_path).read_bytes() == FILES[BIG][: SIZE // 2]
    assert find_dataset("mnist", tmp_path) is None

    steps = fetch(tmp_path, server)

    assert server.requests[1] == (BIG, f"bytes={SIZE // 2}-")
    assert next(step for step in steps if step.received).received >= SIZE // 2


def test_files_of_a_cancelled_download_are_not_fetched_again(tmp_path: Path, server: Server) -> None:
    last = f"{TEST_IMAGES}.gz"
    server.script(last, Answer(stall_after=1000))
    cancel_when(tmp_path, server, server.stalled)
    assert find_dataset("mnist", tmp_path) is None
    server.requests.clear()
    fetch(tmp_path, server)
    assert BIG not in [name for name, _ in server.requests]


@pytest.mark.parametrize("stall_after", [-1, 0, 500])
def test_cancelling_is_quick_while_the_server_stalls(
    tmp_path: Path, server: Server, stall_after: int
) -> None:
    server.script(BIG, Answer(stall_after=stall_after))
    threads = threading.active_count()
    seconds = cancel_when(tmp_path, server, server.stalled)
    assert seconds < 0.5  # measured 0.005; the server would stall for 15
    assert threading.active_count() <= threads + 1  # the server's own


def test_steps_keep_coming_while_the_server_stalls(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=-1))
    times: list[float] = []
    steps = start(tmp_path, server, patience=Patience())
    for _ in itertools.takewhile(lambda _: len(times) < 20, steps):
        times.append(time.monotonic())
    steps.close()  # type: ignore[attr-defined]
    assert max(later - earlier for earlier, later in itertools.pairwise(times)) < 1.0  # measured 0.05


@pytest.mark.parametrize("stall_after", [-1, 0, 700])
def test_a_stalled_mirror_is_left_for_the_next(
    tmp_path: Path, server: Server, other: Server, stall_after: int
) -> None:
    server.always = Answer(stall_after=stall_after)
    fetch(tmp_path, server, other)
    assert len(server.requests) == 1  # what delivers is asked first from then on
    assert len(other.requests) == 4


def test_a_server_that_always_stalls_is_given_up(tmp_path: Path, server: Server) -> None:
    server.always = Answer(stall_after=0)
    assert "127.0.0.1 stopped sending" in str(failure(tmp_path, server))
    assert len(server.requests) == HASTY.rounds


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_refusal_is_told_and_not_asked_for_twice(tmp_path: Path, server: Server, status: int) -> None:
    server.always = Answer(status=status)
    assert f"127.0.0.1 answered {status} " in str(failure(tmp_path, server))
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_trouble_is_waited_out(tmp_path: Path, server: Server, status: int) -> None:
    server.script(BIG, Answer(status=status))
    fetch(tmp_path, server)


def test_a_lasting_trouble_is_told(tmp_path: Path, server: Server) -> None:
    server.always = Answer(status=500)
    assert "answered 500" in str(failure(tmp_path, server))
    assert len(server.requests) == HASTY.rounds


def test_the_next_mirror_is_tried(tmp_path: Path, server: Server, other: Server) -> None:
    server.always = Answer(status=404)
    fetch(tmp_path, server, other)


def test_a_mirror_goes_on_where_another_broke(tmp_path: Path, server: Server, other: Server) -> None:
    server.script(BIG, Answer(stall_after=SIZE // 2))
    fetch(tmp_path, server, other)
    assert other.requests[0] == (BIG, f"bytes={SIZE // 2}-")


def test_a_wrong_file_is_not_used(tmp_path: Path, server: Server, other: Server) -> None:
    wrong = gzip.compress(contents(7, 5)[TRAIN_IMAGES])
    server.files[BIG] = wrong
    assert "checksum" in str(failure(tmp_path, server))
    assert not part(tmp_path).exists()
    fetch(tmp_path, server, other)


def test_a_login_page_is_not_used(tmp_path: Path, server: Server) -> None:
    server.always = Answer(body=b"<html>Welcome to our hotel</html>")
    assert "checksum" in str(failure(tmp_path, server))


def test_a_file_without_end_is_given_up(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vae_desktop.core.data.download.MAX_FILE_BYTES", SIZE // 2)
    assert "not the right one" in str(failure(tmp_path, server))
    assert not part(tmp_path).exists()


def test_right_files_that_are_no_data_set_are_not_used(tmp_path: Path, server: Server) -> None:
    named = dict(zip(FILES, [FILES[SMALL], *list(FILES.values())[1:]]))
    server.files = named
    table = tuple(RemoteFile(name, hashlib.md5(data).hexdigest()) for name, data in named.items())
    with pytest.raises(DownloadError, match="can't be used"):
        list(download_dataset("mnist", tmp_path, RemoteFiles((server.url,), table), HASTY))
    assert find_dataset("mnist", tmp_path) is None


def test_no_server_at_all_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening: connections are refused
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/"
        with pytest.raises(DownloadError, match=r"no connection to 127\.0\.0\.1") as caught:
            list(download_dataset("mnist", tmp_path, remote(url), HASTY))
    assert "network" in caught.value.remedy


def test_sizes_need_not_be_known_beforehand(tmp_path: Path, server: Server) -> None:
    table = RemoteFiles(
        (server.url,), tuple(RemoteFile(name, hashlib.md5(data).hexdigest()) for name, data in FILES.items())
    )
    steps = list(download_dataset("mnist", tmp_path, table, HASTY))
    assert steps[1].total is None
    assert steps[-1].total == ALL


def test_a_full_disk_is_told_and_what_arrived_is_kept(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        error = failure(tmp_path, server)
    assert "the disk is full" in str(error)
    assert part(tmp_path).exists()
    fetch(tmp_path, server)


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path, server: Server) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DownloadError, match="could not be saved"):
        list(start(tmp_path / "file" / "data", server))
    assert server.requests == []


def test_two_downloads_of_one_set_do_not_mix(tmp_path: Path, server: Server) -> None:
    server.script(BIG, Answer(stall_after=100))
    first = start(tmp_path, server, patience=Patience())
    next(step for step in first if step.received)
    with pytest.raises(DownloadError, match="is being downloaded already"):
        list(start(tmp_path, server))
    first.close()  # type: ignore[attr-defined]
    fetch(tmp_path, server)


def test_a_set_that_is_not_known_is_told(tmp_path: Path) -> None:
    with pytest.raises(DownloadError, match="'digits' can't be downloaded") as caught:
        list(download_dataset("digits", tmp_path))
    assert "kmnist" in caught.value.remedy


def test_all_four_files_are_in_the_servers_table() -> None:
    assert [f"{name}.gz" for name in FOUR] == list(FILES)
