"""A real Chromium visits the running app. Skipped where no Chromium is installed."""

import contextlib

import pytest
from playwright.sync_api import Error, expect

from benchmarks.app.running_app import chromium, find_chromium, running_app, visit

# A busy machine may take long; mostly what is waited for comes at once. In seconds for a test.
SECONDS = 300
# In milliseconds for what is expected.
expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Report what the visitors saw where a test of this folder fails."""
    report = yield
    if report.failed and "browser" in getattr(item, "funcargs", ()):
        for context in item.funcargs["browser"].contexts:
            for page in context.pages:
                with contextlib.suppress(Error):
                    report.sections.append((f"The page {page.url}", describe(page)))
    return report


def describe(page):
    """The state of the page's script, its text, and what the browser's console holds."""
    app = page.get_by_test_id("stApp").first
    state = app.get_attribute("data-test-script-state", timeout=1000)
    messages = [f"{message.type}: {message.text}" for message in page.console_messages()]
    return "\n".join(
        [f"The script is {state}.", app.inner_text(timeout=1000), *messages, *map(str, page.page_errors())]
    )


# Not for the whole session: Playwright keeps an event loop running in this thread, which other tests cannot share.
@pytest.fixture(scope="module")
def browser():
    if find_chromium() is None:
        pytest.skip("no Chromium is installed")
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    """The address of an app with an empty run store; all tests that start no run share it."""
    with running_app(tmp_path_factory.mktemp("runs")) as (address, _):
        yield address


@pytest.fixture(scope="module")
def own_app(tmp_path_factory):
    """The address of an app whose runs are those of the file's tests."""
    with running_app(tmp_path_factory.mktemp("runs")) as (address, _):
        yield address


@pytest.fixture
def open_page(browser, app):
    """Opens a page of the shared app as a new visitor."""
    opened = []

    def opener(path, **options):
        context = visit(browser, f"{app}/{path}", **options)
        opened.append(context)
        return context.__enter__()

    yield opener
    for context in opened:
        context.__exit__(None, None, None)
