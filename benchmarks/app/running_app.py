"""The app as its users meet it: a server on a free port of this machine, and Chromium to visit it."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FloatRect, Locator, Page, ViewportSize, sync_playwright

from core.settings import DATA_VARIABLE, PROJECT, RUNS_VARIABLE

_START_SECONDS = 60.0
# How long a page may take to show what is waited for, in milliseconds: a busy machine takes long.
_PATIENCE = 60_000
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The path of an installed Chromium or Chrome; None when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


@contextlib.contextmanager
def running_app(
    runs: Path, script: Path = PROJECT / "app.py", data: Path | None = None, within: Sequence[str] = ()
) -> Iterator[tuple[str, int]]:
    """Start the app with its own run store; yields its address and the server's process id.

    within: a command that runs the one that follows it, in its own process.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [*within, sys.executable, "-m", "streamlit", "run", str(script)]
    # No watching of files: nothing changes them, and what pytest writes beside them would overflow the watcher.
    options = (
        "--server.headless=true",
        "--server.address=127.0.0.1",
        f"--server.port={port}",
        "--server.fileWatcherType=none",
    )
    environment = os.environ | {RUNS_VARIABLE: str(runs)} | ({DATA_VARIABLE: str(data)} if data else {})
    server = subprocess.Popen([*command, *options], cwd=script.parent, env=environment, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_healthy(address)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_until_healthy(address: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/_stcore/health", timeout=2):
            return
        time.sleep(0.05)
    raise TimeoutError(f"The app did not start within {_START_SECONDS:.0f} s.")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium. Raises RuntimeError when none is installed."""
    path = find_chromium()
    if path is None:
        raise RuntimeError("No Chromium found; install it, for one by `apt-get install chromium`.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def visit(browser: Browser, url: str, width: int = 1280, height: int = 900, **context: Any) -> Iterator[Page]:
    """A fresh visitor's page at `url`."""
    viewport: ViewportSize = {"width": width, "height": height}
    visitor = browser.new_context(viewport=viewport, **context)
    try:
        page = visitor.new_page()
        page.set_default_timeout(_PATIENCE)
        page.goto(url)
        yield page
    finally:
        visitor.close()


def click_until(page: Page, button: Locator, is_there: str) -> float:
    """Click; returns the seconds until `is_there`, a function in JavaScript, holds.

    By the page's own clock: Playwright waits for what it clicks to stand still, and looks for what comes at times only.
    """
    page.evaluate("() => addEventListener('click', event => { window.clicked = event.timeStamp; }, {capture: true})")
    button.click()
    timed = f"() => ({is_there})() && performance.now() - window.clicked"
    seen = page.wait_for_function(timed, polling=20, timeout=_PATIENCE)
    return float(seen.evaluate("milliseconds => milliseconds")) / 1000


def find_box(element: Locator) -> FloatRect:
    """Where an element is, in pixels of the window, once it is to be seen: a redraw may take it away for a moment."""
    while True:
        element.wait_for()
        if box := element.bounding_box():
            return box


def wait_for_answer(page: Page) -> None:
    """Wait until the page's script has run to its end."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
