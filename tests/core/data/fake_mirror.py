"""A web server on the loopback with small made archives, and the core taught to expect them.

As a script it is `python -m core.data.download` with those expectations, read from the JSON file named first.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SIZES = {
    "train-images-idx3-ubyte": 300_000,
    "train-labels-idx1-ubyte": 2_000,
    "t10k-images-idx3-ubyte": 50_000,
    "t10k-labels-idx1-ubyte": 500,
}
CONTENTS = {name: random.Random(name).randbytes(size) for name, size in SIZES.items()}
ARCHIVES = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in CONTENTS.items()}


def md5(content):
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def expectations(*mirrors):
    """What `expect` needs, as plain values."""
    return {
        "mirrors": mirrors,
        "archives": {name: md5(content) for name, content in ARCHIVES.items()},
        "files": {name: md5(content) for name, content in CONTENTS.items()},
        "sizes": {name: len(ARCHIVES[f"{name}.gz"]) for name in CONTENTS},
    }


def expect(values, setattr_=setattr):
    """Let the core take the made files for MNIST."""
    from core.data import datasets as data
    from core.data import download
    from core.data import integrity as data_files

    setattr_(data, "_MD5", {"MNIST": values["files"]})
    setattr_(data_files, "ARCHIVE_BYTES", {"MNIST": values["sizes"]})
    published = download.Published(tuple(values["mirrors"]), values["archives"])
    setattr_(download, "find_published", lambda _: published)


class Mirror(ThreadingHTTPServer):
    """Serves `content`; the other attributes make it fail."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.content = dict(ARCHIVES)
        self.asked = []  # (archive, Range header)
        self.agents = []  # User-Agent headers
        self.broken_after = {}  # archive -> bytes after which the connection is cut, once
        self.status = None
        self.ignores_range = False
        self.seconds_a_chunk = 0.0
        self.released = threading.Event()  # set when stalled answers may end
        self.stalled_after = {}  # archive -> bytes after which nothing more comes

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/"

    def ranges(self, archive):
        return [wanted for name, wanted in self.asked if name == archive]

    def handle_error(self, request, client_address):
        """A client that hangs up is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self):
        name, wanted = self.path.lstrip("/"), self.headers.get("Range")
        self.server.asked.append((name, wanted))
        self.server.agents.append(self.headers.get("User-Agent"))
        body = self.server.content.get(name)
        if self.server.status or body is None:
            return self._answer(self.server.status or 404, b"")
        if not wanted or self.server.ignores_range:
            return self._answer(200, body, name)
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        return self._answer(206, body[start:], name) if start < len(body) else self._answer(416, b"")

    def _answer(self, status, body, name=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        cut = self.server.broken_after.pop(name, len(body))
        stall = self.server.stalled_after.get(name, len(body))
        for start in range(0, min(cut, stall, len(body)), 20_000):
            self.wfile.write(body[start : min(start + 20_000, cut, stall)])
            time.sleep(self.server.seconds_a_chunk)
        self.wfile.flush()
        if stall < len(body):
            self.server.released.wait(20)
        self.close_connection = True

    def log_message(self, *_):
        pass


@contextmanager
def running_mirror():
    mirror = Mirror()
    thread = threading.Thread(target=mirror.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield mirror
    finally:
        mirror.released.set()
        mirror.shutdown()
        mirror.server_close()
        thread.join()


if __name__ == "__main__":
    from core.data.download import main

    expect(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    sys.exit(main(sys.argv[2:]))
