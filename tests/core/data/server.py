"""A local HTTP server that serves files well or badly, as each test scripts it."""

from __future__ import annotations

import http.server
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """How one request is answered.

    Attributes:
        status: other than 200: an error page instead of the file.
        body: sent instead of the file.
        ranges: whether a Range is honoured.
        break_after: bytes of the body after which the connection is torn.
        stall_after: bytes of the body after which nothing more comes; -1: not even a head.
        tell_length: whether the head has a Content-Length.
        shift: a Range is answered with a part that begins so much further on.
    """

    status: int = 200
    body: bytes | None = None
    ranges: bool = True
    break_after: int | None = None
    stall_after: int | None = None
    tell_length: bool = True
    shift: int = 0


class Server(http.server.ThreadingHTTPServer):
    """Serves `files`; the answers scripted for a file come first, in order, then plain ones.

    Attributes:
        requests: file name and Range header of each request so far.
    """

    daemon_threads = False  # so that closing waits for them
    allow_reuse_address = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files = files
        self.scripts: dict[str, deque[Answer]] = {}
        self.always: Answer = Answer()
        self.requests: list[tuple[str, str | None]] = []
        self.stalled = threading.Event()
        self.release = threading.Event()

    @property
    def url(self) -> str:
        """The address of the folder with the files."""
        return f"http://127.0.0.1:{self.server_port}/"

    def script(self, name: str, *answers: Answer) -> None:
        """Answer the next requests for a file in these ways."""
        self.scripts[name] = deque(answers)

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that hang up are part of these tests."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        """Answer as scripted."""
        server, name = self.server, self.path.lstrip("/")
        wanted = self.headers.get("Range")
        server.requests.append((name, wanted))
        script = server.scripts.get(name)
        answer = script.popleft() if script else server.always
        if answer.stall_after == -1:
            self._stall()
            return
        if answer.status != 200 or name not in server.files:
            self.send_error(answer.status if answer.status != 200 else 404)
            return
        body, status, start = answer.body if answer.body is not None else server.files[name], 200, 0
        size = len(body)
        if wanted is not None and answer.ranges:
            match = re.fullmatch(r"bytes=(\d+)-", wanted)
            assert match is not None
            status, start = 206, int(match[1]) + answer.shift
            if start >= size:
                self.send_error(416)
                return
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{size - 1}/{size}")
        if answer.tell_length:
            self.send_header("Content-Length", str(size - start))
        self.end_headers()
        body = body[start:]
        if answer.break_after is not None:
            self._send(body[: answer.break_after])
            self._tear()
        elif answer.stall_after is not None:
            self._send(body[: answer.stall_after])
            self._stall()
        else:
            self._send(body)

    def _send(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()

    def _stall(self) -> None:
        self.server.stalled.set()
        self.server.release.wait(30)
        self.close_connection = True

    def _tear(self) -> None:
        # No lingering: the other side sees a reset instead of an orderly end.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(files: dict[str, bytes]) -> Iterator[Server]:
    """A server that runs as long as the context lasts."""
    with Server(files) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.release.set()
            server.shutdown()
            thread.join()
