"""One file over HTTP: continued where it broke off, and given up within seconds when nobody answers."""

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

TIMEOUT_SECONDS = 4.0
_CHUNK = 1 << 16


class FetchError(Exception):
    """A server did not deliver. The text is a short phrase that says why."""


def fetch(url: str, part: Path) -> Iterator[int]:
    """Append to `part` what it lacks of the file at `url`; yields the bytes it holds after each chunk.

    Starts over when the server ignores the requested range. Raises FetchError, keeping what has arrived,
    and OSError when `part` cannot be written.
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
        raise FetchError(f"the connection broke off after {held:,} of {expected:,} bytes")


def size_of(path: Path) -> int:
    """The file's size in bytes; 0 when there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _open(url: str, start: int) -> HTTPResponse | None:
    """The answer from byte `start` on; None when the server has nothing from there on."""
    headers = {"User-Agent": "mnist-lab"} | ({"Range": f"bytes={start}-"} if start else {})
    answer: Future[HTTPResponse] = Future()
    # A socket's timeout covers neither looking up the name nor trying each of a host's addresses in turn.
    threading.Thread(target=_ask, args=(Request(url, headers=headers), answer), daemon=True).start()
    try:
        return answer.result(TIMEOUT_SECONDS)
    except HTTPError as error:
        error.close()
        if error.code == 416 and start:
            return None
        raise FetchError(f"HTTP status {error.code}") from None
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


def _explain(error: Exception) -> str:
    cause = getattr(error, "reason", error)
    if isinstance(cause, TimeoutError):
        return f"no answer for {TIMEOUT_SECONDS:g} seconds"
    if isinstance(cause, socket.gaierror):
        return "name not found"
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
