"""Fetches one file by HTTP in a thread of its own, so that a server that stalls never holds anybody up."""

from __future__ import annotations

import contextlib
import http
import queue
import re
import socket
import threading
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import requests

PIECE = 1 << 16  # at most so many bytes at a time
PIECES_WAITING = 16
JOIN_SECONDS = 0.1


class Fault(Enum):
    """What a failed transfer means for the next attempt."""

    UNREACHABLE = "no connection"  # may pass
    BROKEN = "connection lost, stall, server in trouble"  # may pass; what has come can be kept
    REFUSED = "the server does not have it"  # another server may
    RANGE = "what is here does not go with what the server has"  # throw it away, start over


class TransferError(Exception):
    """A transfer failed.

    Attributes:
        fault: what that means for the next attempt.
        text: what the server did, to be read after its name: "stopped sending".
    """

    def __init__(self, fault: Fault, text: str) -> None:
        super().__init__(text)
        self.fault = fault
        self.text = text


@dataclass(frozen=True)
class Head:
    """How a server's answer begins.

    Attributes:
        start: which byte of the file comes first: 0 where the server sends all of it.
        total: bytes of the whole file, where the server tells.
    """

    start: int
    total: int | None


class End:
    """Nothing more comes."""


END: Final = End()


class Transfer:
    """One request for a file or the rest of it. Made and closed by one thread, which takes what arrives.

    Args:
        url: address of the file.
        start: how many of its bytes are here already.
        connect_seconds, stall_seconds: how long to wait for a connection, and for the next bytes.
    """

    def __init__(self, url: str, start: int, connect_seconds: float, stall_seconds: float) -> None:
        self._url = url
        self._start = start
        self._timeout = (connect_seconds, stall_seconds)
        self._arrived: queue.Queue[Head | bytes | End | Exception] = queue.Queue(PIECES_WAITING)
        self._closed = threading.Event()
        self._sockets: list[socket.socket] = []
        # A daemon: looking up a name or connecting can't be broken off, and must not keep the program alive.
        self._thread = threading.Thread(target=self._run, name=f"download from {host(url)}", daemon=True)
        self._thread.start()

    def take(self, seconds: float) -> Head | bytes | End | None:
        """What arrived next: the head, then pieces, then the end; None if nothing came within `seconds`.

        Raises:
            TransferError: the transfer failed.
        """
        try:
            item = self._arrived.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(item, Exception):
            raise item
        return item

    def close(self) -> None:
        """Break the transfer off; takes no longer than a tenth of a second."""
        self._closed.set()
        self._cut()
        self._thread.join(JOIN_SECONDS)

    def _cut(self) -> None:
        """Wake the thread out of waiting for the server."""
        for connected in list(self._sockets):
            with contextlib.suppress(OSError):  # the server was quicker
                connected.shutdown(socket.SHUT_RDWR)

    def _put(self, item: Head | bytes | End | Exception) -> bool:
        """Hand something over; False once nobody waits for it any more."""
        while not self._closed.is_set():
            try:
                self._arrived.put(item, timeout=0.1)
                return True
            except queue.Full:
                continue
        return False

    def _run(self) -> None:
        """The thread's whole life."""
        import requests
        import urllib3

        try:
            with requests.Session() as session:
                for scheme in ("http://", "https://"):
                    session.mount(scheme, _watching_adapter(self._connected))
                self._receive(session)
        except requests.exceptions.ConnectTimeout as error:
            self._put(_because(error, Fault.UNREACHABLE, "did not answer"))
        except (requests.exceptions.Timeout, urllib3.exceptions.ReadTimeoutError) as error:
            self._put(_because(error, Fault.BROKEN, "stopped sending"))
        except requests.exceptions.SSLError as error:
            self._put(_because(error, Fault.UNREACHABLE, "could not prove who it is"))
        except requests.exceptions.ConnectionError as error:
            fault = Fault.BROKEN if self._sockets else Fault.UNREACHABLE
            text = "broke the connection off" if self._sockets else "could not be reached"
            self._put(_because(error, fault, text))
        except requests.exceptions.RequestException as error:
            self._put(_because(error, Fault.REFUSED, f"could not be asked ({error})"))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self._put(_because(error, Fault.BROKEN, "broke the connection off"))
        except Exception as error:  # the thread's last frame: everything goes to whoever takes
            self._put(error)

    def _connected(self, connected: socket.socket) -> None:
        self._sockets.append(connected)
        if self._closed.is_set():
            self._cut()

    def _receive(self, session: requests.Session) -> None:
        # "identity": the checksum is of the file as it lies on the server.
        headers = {"Accept-Encoding": "identity", "User-Agent": "vae_desktop"}
        if self._start:
            headers["Range"] = f"bytes={self._start}-"
        with session.get(self._url, headers=headers, stream=True, timeout=self._timeout) as response:
            if not self._put(self._head(response)):
                return
            while piece := response.raw.read1(PIECE, decode_content=False):
                if not self._put(piece):
                    return
        self._put(END)

    def _head(self, response: requests.Response) -> Head:
        status = response.status_code
        if status == http.HTTPStatus.OK:
            length = response.headers.get("Content-Length", "")
            return Head(0, int(length) if length.isdecimal() else None)
        if status == http.HTTPStatus.PARTIAL_CONTENT:
            span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", response.headers.get("Content-Range", ""))
            if span is None or int(span[1]) != self._start:
                raise TransferError(Fault.RANGE, "sent another part than was asked for")
            return Head(self._start, None if span[2] == "*" else int(span[2]))
        if status == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise TransferError(Fault.RANGE, "has no such part of the file")
        passing = status >= 500 or status in (
            http.HTTPStatus.REQUEST_TIMEOUT,
            http.HTTPStatus.TOO_MANY_REQUESTS,
        )
        answer = f"answered {status} {response.reason or ''}".rstrip()
        raise TransferError(Fault.BROKEN if passing else Fault.REFUSED, answer)


def host(url: str) -> str:
    """The server's name in an address."""
    return urlsplit(url).hostname or url


def _because(cause: Exception, fault: Fault, text: str) -> TransferError:
    error = TransferError(fault, text)
    error.__cause__ = cause
    return error


def _watching_adapter(on_connect: Any) -> Any:
    """A requests adapter that tells each socket as soon as it is connected.

    Shutting that socket down is the only way to wake a thread that waits for a server's first byte.
    """
    from requests.adapters import HTTPAdapter

    class Adapter(HTTPAdapter):
        def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
            pool: Any = super().get_connection_with_tls_context(*args, **kwargs)
            make = type(pool).ConnectionCls

            def watched(*args: Any, **kwargs: Any) -> Any:
                connection = make(*args, **kwargs)
                connect = connection.connect

                def connect_and_tell() -> None:
                    connect()
                    on_connect(connection.sock)

                connection.connect = connect_and_tell
                return connection

            pool.ConnectionCls = watched
            return pool

    return Adapter()
