"""What is in training, in the header of every page."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import find_box, running_app, visit, wait_for_answer
from core.runs.record import FINISHED, RUNNING, RunState, write_state
from core.runs.store import RunStore
from core.storage.locks import hold_as_worker
from tests.made import make_config, wait_until

_PAGES = ("", "draw", "evaluate", "sweep", "twins", "anatomy")
_SIZES = ((1280, 720), (820, 1180), (390, 844))
_SHIFTS = """() => {
    window.shifts = [];
    window.lastShift = performance.now();
    new PerformanceObserver(list => {
        window.shifts.push(...list.getEntries().map(entry => entry.value));
        window.lastShift = performance.now();
    }).observe({type: "layout-shift"});
}"""
# Charts and images of a page come after its script has ended, and move what is below them. Two seconds of rest say that
# all are there.
_AT_REST = "performance.now() - window.lastShift > 2000"

_SEEN_BOXES = """nodes => nodes.filter(node => node.checkVisibility({visibilityProperty: true}))
    .map(node => node.getBoundingClientRect().toJSON()).filter(box => box.width && box.height)"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return RunStore(tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def app(store):
    """The address of an app whose runs are this module's."""
    with running_app(store.root) as (address, _):
        yield address


@pytest.fixture
def run(store):
    """A run that this process trains, as its lock says; 42 of its 100 steps are done. It is gone afterwards."""
    record = store.create(make_config())
    with hold_as_worker(record.path):
        tell(record, 42)
        yield record
        write_state(record.path, RunState(FINISHED))
    store.delete(record.id)


def tell(record, step):
    write_state(record.path, RunState(RUNNING, step=step, total_steps=100))


def link(page):
    return page.locator(".st-key-in_training a")


def overlap(one, other):
    return (
        one["x"] < other["x"] + other["width"]
        and other["x"] < one["x"] + one["width"]
        and one["y"] < other["y"] + other["height"]
        and other["y"] < one["y"] + one["height"]
    )


def stands_apart(page):
    """Whether the link is at the window's top, beside all else that is there."""
    box, width = find_box(link(page)), page.viewport_size["width"]
    others = "h1, [data-testid=stTopNavLink], [data-testid=stMainMenu], [data-testid=stExpandSidebarButton]"
    # All at once: the navigation is drawn anew for another width.
    boxes = page.locator(others).evaluate_all(_SEEN_BOXES)
    # A heading is as wide as the page, its words are not.
    boxes = [{**other, "width": min(other["width"], 250)} for other in boxes]
    is_at_top = 0 <= box["x"] <= width - box["width"] and box["y"] + box["height"] < 120
    return is_at_top and len(boxes) >= 3 and not [other for other in boxes if overlap(box, other)]


@pytest.mark.parametrize("path", _PAGES)
@pytest.mark.usefixtures("run")
def test_it_stands_beside_the_navigation_and_covers_nothing(browser, app, path):
    with visit(browser, f"{app}/{path}") as page:
        expect(link(page)).to_contain_text("Training 42%")
        for width, height in _SIZES:
            page.set_viewport_size({"width": width, "height": height})
            wait_until(lambda: stands_apart(page))


@pytest.mark.usefixtures("run")
def test_train_shows_the_run_itself(browser, app):
    with visit(browser, f"{app}/train") as page:
        expect(page.get_by_test_id("stProgress").first).to_be_visible()
        expect(link(page)).to_have_count(0)


def test_it_follows_the_run_without_moving_the_page_and_leads_to_it(browser, app, run):
    with visit(browser, f"{app}/evaluate", 1280, 720) as page:
        expect(link(page)).to_contain_text("Training 42%")
        wait_for_answer(page)
        page.evaluate(_SHIFTS)
        page.wait_for_function(_AT_REST)
        page.evaluate("window.shifts = []")
        tell(run, 67)
        expect(link(page)).to_contain_text("Training 67%")
        assert sum(page.evaluate("window.shifts")) < 0.001
        link(page).click()
        page.wait_for_url(f"{app}/train?run={run.id}")
        expect(page.get_by_role("heading", name=run.name)).to_be_visible()
        expect(link(page)).to_have_count(0)


def test_train_has_it_where_another_run_is_shown(browser, app, store, run):
    other = store.create(make_config(), "Other")
    with visit(browser, f"{app}/train?run={other.id}", 1280, 720) as page:
        expect(page.get_by_role("heading", name="Other")).to_be_visible()
        expect(link(page)).to_contain_text("Training 42%")
        link(page).click()
        expect(page.get_by_role("heading", name=run.name)).to_be_visible()
        expect(link(page)).to_have_count(0)
    store.delete(other.id)


def test_it_goes_by_itself_when_the_run_ends(browser, app, run):
    with visit(browser, f"{app}/draw", 1280, 720) as page:
        expect(link(page)).to_contain_text("Training 42%")
        write_state(run.path, RunState(FINISHED))
        expect(link(page)).to_have_count(0)
