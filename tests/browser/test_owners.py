"""Visitors of an app that is open to others: real browsers with cookies of their own."""

import json

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import CHROMIUM_FLAGS, find_chromium, running_app, visit, wait_for_answer
from core import settings
from core.owners.visitor import is_key, visitor_with
from core.runs.record import FINISHED, RunState, write_state
from core.runs.store import RunStore
from pages.components.shell.cookies.visitor_cookie import VISITOR_COOKIE
from tests.made import make_config

OPERATOR_KEY = "the-key-of-the-operator"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return RunStore(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def app(store):
    """The address of an app that is open to others."""
    patch = pytest.MonkeyPatch()
    patch.setenv(settings.OPEN_VARIABLE, "1")
    patch.setenv("MNIST_LAB_OPERATOR_KEY", OPERATOR_KEY)
    with running_app(store.root) as (address, _):
        yield address
    patch.undo()


def key_of(page):
    """The visitor's key, which no script of the page can read."""
    assert VISITOR_COOKIE not in page.evaluate("document.cookie")
    (key,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == VISITOR_COOKIE]
    assert is_key(key)
    return key


def make_run(store, key):
    record = store.seen_by(visitor_with(key)).create(make_config(), f"Run of {key[:4]}")
    write_state(record.path, RunState(FINISHED))
    return record


def test_each_browser_has_its_own_runs_and_keeps_them(browser, app, store):
    with visit(browser, f"{app}/train") as one, visit(browser, f"{app}/train") as other:
        wait_for_answer(one)
        key = key_of(one)
        assert key != key_of(other)
        assert "visitor=" not in one.url
        record = make_run(store, key)
        one.reload()
        expect(one.get_by_role("heading", name=record.name)).to_be_visible()
        assert key_of(one) == key
        other.reload()
        wait_for_answer(other)
        expect(other.get_by_text("An example")).to_be_visible()
        expect(other.get_by_text(record.name)).to_have_count(0)
        # By its link.
        other.goto(f"{app}/train?run={record.id}")
        expect(other.get_by_role("heading", name=record.name)).to_be_visible()
        expect(other.get_by_text("It belongs to another visitor")).to_be_visible()


def test_the_operator_shows_a_key_once_and_then_sees_all(browser, app, store):
    with visit(browser, f"{app}/train?operator={OPERATOR_KEY}") as page:
        record = make_run(store, "somebody else's key")
        page.reload()
        wait_for_answer(page)
        assert "operator" not in page.url
        expect(page.get_by_text("MNIST Lab 0.")).to_be_visible()
        page.goto(f"{app}/train?run={record.id}")
        expect(page.get_by_role("heading", name=record.name)).to_be_visible()
        expect(page.get_by_text("It belongs to another visitor")).to_have_count(0)


@pytest.fixture
def without_cookies(browser, tmp_path):
    """A page of a browser that takes no cookies."""
    (tmp_path / "Default").mkdir()
    refuse = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(refuse))
    options = {"executable_path": find_chromium(), "args": CHROMIUM_FLAGS, "headless": True}
    context = browser.browser_type.launch_persistent_context(str(tmp_path), **options)
    yield context.new_page()
    context.close()


def test_without_cookies_the_key_stays_in_the_address(without_cookies, app, store):
    page = without_cookies
    page.goto(f"{app}/train")
    expect(page.get_by_text("Your browser keeps no cookies")).to_be_visible()
    page.wait_for_url("**visitor=*")
    key = page.url.partition("visitor=")[2]
    record = make_run(store, key)
    page.reload()
    expect(page.get_by_role("heading", name=record.name)).to_be_visible()
    # Links to other pages are without it.
    page.get_by_role("link", name="Sweep", exact=True).first.click()
    page.wait_for_url(f"**/sweep*visitor={key}*")
