"""Browsers that are gone all at once, at a real server: in the middle of an upload, and while a computation goes on."""

import asyncio
import http.client
import os
import re
import socket
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from benchmarks.app.running_app import running_app
from benchmarks.load.visitor import pressed, visiting
from core.settings import PROJECT
from tests.made import wait_until
from tests.processes import is_alive

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads processes from /proc"),
]

SCRIPT = f"""
import sys
from pathlib import Path

sys.path.insert(0, {str(PROJECT)!r})
from pages.components.shell import long_call
from tests.pages.shell.endless import go_on

long_call._RETURN_SECONDS = 0.2
long_call.await_call("endless", "Begin", go_on, Path(__file__).with_name("begun"))
"""
PART = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
MEGABYTE = 10**6


def test_a_computation_of_a_browser_that_has_gone_is_broken_off(tmp_path):
    script, begun = tmp_path / "page.py", tmp_path / "begun"
    script.write_text(SCRIPT)
    begun.mkdir()

    async def begin_and_go(address):
        async with visiting(address) as visitor:
            await visitor.open("")
            await visitor.rerun(pressed(visitor.find("button", lambda found: found.label == "Begin").id))
            await asyncio.to_thread(wait_until, lambda: any(begun.iterdir()))

    with running_app(tmp_path / "runs", script) as (address, _):
        asyncio.run(begin_and_go(address))
        [child] = [int(file.name) for file in begun.iterdir()]
        wait_until(lambda: not is_alive(child))


def start_upload(address, session, name, length):
    """A connection over which a file of this length in bytes is to be sent; its head has been."""
    place = urlsplit(address)
    client = http.client.HTTPConnection(place.hostname, place.port)
    client.request("GET", "/_stcore/health")
    token = re.search("_streamlit_xsrf=([^;]+)", client.getresponse().getheader("Set-Cookie"))[1]
    client.close()
    connection = socket.create_connection((place.hostname, place.port), timeout=30)
    head = (
        f"PUT /_stcore/upload_file/{session}/{name} HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {address}\r\n"
        f"X-Xsrftoken: {token}\r\nCookie: _streamlit_xsrf={token}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
    )
    connection.sendall(head.encode() + PART)
    return connection


def deleted_files(server):
    """Files that the server holds open though they have no name any more: what it has of uploads."""
    held = []
    for file in Path(f"/proc/{server}/fd").iterdir():
        try:
            held.append(os.readlink(file))
        except FileNotFoundError:
            continue
    return [name for name in held if name.endswith("(deleted)")]


def test_uploads_that_break_off_leave_nothing_and_the_next_one_is_taken(tmp_path):
    async def upload(address, server):
        async with visiting(address) as visitor:
            await visitor.open("draw")
            process = psutil.Process(server)
            before = process.memory_info().rss
            for number in range(30):
                with start_upload(address, visitor.session, f"broken-{number}", 9 * MEGABYTE) as connection:
                    connection.sendall(bytes(5 * MEGABYTE))
            end = b"\r\n--x--\r\n"
            content = bytes(MEGABYTE)
            with start_upload(address, visitor.session, "whole", len(PART + content + end)) as connection:
                connection.sendall(content + end)
                assert connection.recv(100).startswith(b"HTTP/1.1 204")
            # Python frees the last ones at its next collection of garbage, which visits bring about.
            while len(deleted_files(server)) > 2:
                await visitor.open("draw")
            # All of them together are 150 MB.
            assert process.memory_info().rss - before < 75 * MEGABYTE

    with running_app(tmp_path / "runs", data=tmp_path / "data") as (address, server):
        asyncio.run(upload(address, server))
