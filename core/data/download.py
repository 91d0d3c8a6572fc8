"""Downloading a data set into a torchvision root: `python -m core.data.download NAME ROOT`.

Mirrors and checksums are torchvision's. Its own download would neither resume, nor report its progress, nor give up a
silent server, and it tries the mirrors in the same order for every file; so the files are fetched here.

Prints one JSON object a line: `{"step", "bytes_done", "bytes_total"}` while the download goes on, at the end
`{"finished": true}` or `{"failed": …}`. Texts are messages (`core.storage.messages`).
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import functools
import gzip
import hashlib
import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from core.data.catalog import DatasetInfo, find_dataset
from core.data.fetch import FetchError, fetch, size_of
from core.data.files import check_file, count_bytes, find_faults, raw_folder
from core.errors import DownloadFailed, LabError
from core.storage.atomic import write_with
from core.storage.messages import message_to_json
from core.texts.message import Message, message

# How often a server is asked for a file, as long as each attempt brings some of it.
_ATTEMPTS = 5
# Bytes of all four uncompressed files, which are the same for both data sets.
_UNPACKED_BYTES = 54_950_048
# Seconds that a download has to end by itself after standard input was closed.
_GRACE_SECONDS = 1.0


@dataclass(frozen=True)
class DownloadEvent:
    """How far a download is. `step` is what it does at the moment."""

    step: Message
    bytes_done: int
    bytes_total: int


@dataclass(frozen=True)
class Published:
    """Where a data set's archives are.

    mirrors: URL prefixes, ending in a slash.
    archives: MD5 by name, such as "t10k-labels-idx1-ubyte.gz".
    """

    mirrors: tuple[str, ...]
    archives: dict[str, str]


def find_published(info: DatasetInfo) -> Published:
    """What torchvision's class of the data set says. Importing torchvision takes some seconds."""
    import torchvision.datasets

    source = getattr(torchvision.datasets, info.torchvision_class)
    return Published(tuple(source.mirrors), dict(source.resources))


def download(name: str, root: Path) -> Generator[DownloadEvent, None, None]:
    """Fetch what is missing or damaged, one event a chunk. Closing the generator cancels.

    What has arrived stays in `<file>.gz.part`, and the next download continues it. While another process downloads the
    same data set, this one waits and then finds nothing left to do.
    Raises ConfigError for an unknown name, DownloadFailed, naming mirrors or folder, and DataCorrupt.
    """
    info = find_dataset(name)
    folder = raw_folder(info, root)
    if not find_faults(name, root):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".download.lock", timeout=0.2, thread_local=False)
        yield from _acquire(lock)
        try:
            yield from _download_missing(info, root)
        finally:
            lock.release()
    except OSError as error:
        raise _explain(error, info, folder) from None


def _acquire(lock: FileLock) -> Iterator[DownloadEvent]:
    while True:
        with contextlib.suppress(Timeout):
            lock.acquire()
            return
        yield DownloadEvent(message("Waiting for another download of the same files"), 0, 0)


def _download_missing(info: DatasetInfo, root: Path) -> Iterator[DownloadEvent]:
    missing = list(find_faults(info.name, root))
    total, done = count_bytes(info.name, missing), 0
    if not missing:
        return
    yield DownloadEvent(message("Looking for a mirror"), 0, total)
    published = find_published(info)
    mirrors = list(published.mirrors)
    for file in missing:
        part = raw_folder(info, root) / f"{file}.gz.part"
        for held in _fetch_archive(info, mirrors, f"{file}.gz", published.archives[f"{file}.gz"], part):
            yield DownloadEvent(message("Getting {file}", file=file), min(done + held, total), total)
        _unpack(part, part.with_name(file))
        check_file(info, root, file)
        done += count_bytes(info.name, [file])


def _fetch_archive(info: DatasetInfo, mirrors: list[str], archive: str, md5: str, part: Path) -> Iterator[int]:
    """Fill `part` from the first mirror that delivers, and move that one to the front of `mirrors`."""
    reasons: list[Message] = []
    for mirror in mirrors:
        try:
            yield from _fetch_stubbornly(mirror + archive, md5, part)
        except FetchError as error:
            reasons.append(message("{host} ({reason})", host=urlsplit(mirror).hostname, reason=error.message))
        else:
            mirrors.sort(key=lambda other: other != mirror)
            return
    mirrors_tried = functools.reduce(lambda one, other: message("{one} or {other}", one=one, other=other), reasons)
    raise DownloadFailed("{title} could not be downloaded from {mirrors}.", title=info.title, mirrors=mirrors_tried)


def _fetch_stubbornly(url: str, md5: str, part: Path) -> Iterator[int]:
    """Ask one server again as long as the last attempt brought some of the file."""
    for attempt in range(1, _ATTEMPTS + 1):
        before = size_of(part)
        try:
            yield from _fetch_checked(url, md5, part)
            return
        except FetchError:
            if attempt == _ATTEMPTS or size_of(part) == before:
                raise


def _fetch_checked(url: str, md5: str, part: Path) -> Iterator[int]:
    if _has_checksum(part, md5):
        return
    yield from fetch(url, part)
    if not _has_checksum(part, md5):
        part.unlink(missing_ok=True)
        raise FetchError("the file it sent has a wrong checksum")


def _has_checksum(path: Path, md5: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == md5


def _unpack(part: Path, target: Path) -> None:
    def write(temporary: Path) -> None:
        with gzip.open(part) as source, temporary.open("wb") as file:
            shutil.copyfileobj(source, file)

    write_with(target, write)
    part.unlink()


def _explain(error: OSError, info: DatasetInfo, folder: Path) -> DownloadFailed:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        reason = error.strerror or str(error)
        return DownloadFailed(
            "{title} could not be saved in {folder}: {reason}.", title=info.title, folder=folder, reason=reason
        )
    for part in folder.glob("*.part"):
        part.unlink(missing_ok=True)
    needed = (_UNPACKED_BYTES + count_bytes(info.name, find_faults(info.name, folder.parent.parent))) / 1e6
    return DownloadFailed(
        "{title} could not be saved: no space is left in {folder}; about {needed:.0f} MB are needed.",
        title=info.title,
        folder=folder,
        needed=needed,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.data.download", description="Download a data set.")
    parser.add_argument("name")
    parser.add_argument("root", type=Path)
    parser.add_argument("--stop-with-stdin", action="store_true", help="end when standard input is closed")
    options = parser.parse_args(arguments)
    stopped = threading.Event()
    if options.stop_with_stdin:
        threading.Thread(target=_watch_stdin, args=(stopped,), daemon=True).start()
    try:
        return _print_events(options.name, options.root, stopped)
    except BrokenPipeError:
        # The reader of the output is gone; a normal exit would complain about what could not be written.
        os._exit(1)


def _watch_stdin(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()
    # A lookup of a name, or a server that sends nothing, could keep the process for long.
    time.sleep(_GRACE_SECONDS)
    os._exit(1)


def _print_events(name: str, root: Path, stopped: threading.Event) -> int:
    try:
        with contextlib.closing(download(name, root)) as events:
            for event in events:
                if stopped.is_set():
                    return 1
                print(json.dumps({**vars(event), "step": message_to_json(event.step)}), flush=True)
    except LabError as error:
        print(json.dumps({"failed": message_to_json(error.message)}), flush=True)
        return 1
    print(json.dumps({"finished": True}), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
