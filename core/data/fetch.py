"""Getting one file over HTTP: resumed where it broke off, and given up within seconds when the server is silent."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from core.errors import LabError
from core.texts.message import Message, message

# Seconds without an answer after which a server is given up.
TIMEOUT_SECONDS = 4.0
# Bytes read at once.
_CHUNK = 1 << 16


class FetchError(LabError):
    """A server did not deliver. The text is a short phrase that says why."""


def fetch(url: str, part: Path) -> Iterator[int]:
    """Append the rest of the file at `url` to the file `part`; yields the size of `part` after each chunk.

    Starts over when the server ignores the requested range. Raises FetchError, keeping what has arrived, and OSError
    when `part` cannot be written.
    """
    held = size_of(part)
    response = _open(url, held)
    if response is None:
        return
    with contextlib.closing(response):
        resumed = response.status == 206
        held = held if resumed else 0
        expected = None if response.length is None else held + response.length
        with part.open("ab" if resumed else "wb") as file:
            while chunk := _read(response):
                file.write(chunk)
                held += len(chunk)
                yield held
    if expected is not None and held < expected:
        raise FetchError(
            message("the connection broke off after {held:,} of {expected:,} bytes", held=held, expected=expected)
        )


def size_of(path: Path) -> int:
    """The file's size in bytes; 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _open(url: str, start: int) -> HTTPResponse | None:
    """The server's answer, from byte `start` on; None when the file ends before that byte."""
    headers = {"User-Agent": "mnist-lab"} | ({"Range": f"bytes={start}-"} if start else {})
    answer: Future[HTTPResponse] = Future()
    # In a thread, since a socket's timeout covers neither the lookup of the name nor all addresses of a host together.
    threading.Thread(target=_ask, args=(Request(url, headers=headers), answer), daemon=True).start()
    try:
        return answer.result(TIMEOUT_SECONDS)
    except HTTPError as error:
        error.close()
        if error.code == 416 and start:
            return None
        raise FetchError(message("HTTP status {status}", status=error.code)) from None
    except (OSError, HTTPException, ValueError) as error:
        raise FetchError(_explain(error)) from None


def _ask(request: Request, answer: Future[HTTPResponse]) -> None:
    try:
        answer.set_result(urlopen(request, timeout=TIMEOUT_SECONDS))
    except BaseException as error:
        answer.set_exception(error)


def _read(response: HTTPResponse) -> bytes:
    try:
        return response.read1(_CHUNK)
    except (OSError, HTTPException) as error:
        raise FetchError(_explain(error)) from None


def _explain(error: Exception) -> Message:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return message("no answer for {seconds:g} seconds", seconds=TIMEOUT_SECONDS)
    if isinstance(cause, socket.gaierror):
        return message("name not found")
    # In the words of the operating system or of the library.
    return Message("{reason}", {"reason": getattr(cause, "strerror", None) or str(cause) or type(cause).__name__})
