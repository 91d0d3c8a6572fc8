"""Training, watched in a browser."""

import contextlib
import re

import pytest
from playwright.sync_api import TimeoutError, expect

from benchmarks.app.running_app import wait_for_answer
from tests.made import wait_until

_STEP = re.compile(r"step ([0-9,]+) of")
_RUN = re.compile(r"[?&]run=([^&]+)")


@pytest.fixture(scope="module")
def app(own_app):
    """These tests start runs."""
    return own_app


def steps(page):
    """Steps done, as the progress bar says; 0 before the first."""
    found = _STEP.search(page.get_by_test_id("stProgress").inner_text())
    return int(found.group(1).replace(",", "")) if found else 0


def wait_for_steps(page, more_than):
    page.wait_for_function(
        """least => {
            const bar = document.querySelector("[data-testid=stProgress]");
            const found = bar && bar.innerText.match(/step ([0-9,]+) of/);
            return found && Number(found[1].replaceAll(",", "")) > least;
        }""",
        arg=more_than,
    )


def loss_chart(page):
    """The drawing area of the loss chart of the run that the address names: an earlier run's may be there as well."""
    page.wait_for_url(_RUN)
    run_id = _RUN.search(page.url).group(1)
    return page.locator(f"[class*=st-key-loss_{run_id}] canvas")


def picture_of(chart):
    return chart.evaluate("canvas => canvas.toDataURL()")


def button(page, name):
    """A button of the page itself: while a page is busy, Streamlit has a Stop button of its own above it."""
    return page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True)


def stop(page):
    """Stop the run. On a busy machine a click on what draws itself again by a timer is now and then not told to it."""

    def is_stopped():
        if page.get_by_text("Stopped").first.is_visible():
            return True
        # The button is gone when the run ends meanwhile.
        with contextlib.suppress(TimeoutError):
            button(page, "Stop").click(timeout=5_000)
        return False

    wait_until(is_stopped)


def fill(page, label, text):
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")


def open_settings(page):
    page.locator(".st-key-train_settings summary").first.click()
    page.get_by_label("Epochs", exact=True).wait_for()
    wait_for_answer(page)


def start_run(page):
    """Start a run that lasts longer than any test: over 600,000 small steps."""
    open_settings(page)
    fill(page, "Epochs", "1000")
    fill(page, "Batch size", "2")
    button(page, "Start").click()


def test_the_chart_grows_and_the_run_outlives_page_changes_and_refreshes(open_page):
    page = open_page("train?dataset=digits")
    start_run(page)
    wait_for_steps(page, 0)
    first, picture = steps(page), picture_of(loss_chart(page))
    wait_for_steps(page, first)
    wait_until(lambda: picture_of(loss_chart(page)) != picture)
    run_address = page.url
    assert "run=" in run_address

    page.get_by_role("link", name="Evaluate").click()
    expect(page.get_by_role("heading", name="Evaluate", exact=True)).to_be_visible()
    page.get_by_role("link", name="Train", exact=True).click()
    wait_for_steps(page, first)

    page.goto(run_address)
    wait_for_steps(page, first)
    second = open_page(run_address.split("/", 3)[3])
    wait_for_steps(second, first)
    # One run only, whoever looks at it.
    assert second.url == run_address

    button(page, "Pause").click()
    expect(page.get_by_text("Paused").first).to_be_visible()
    # Without a time left, which belongs to a run that goes on.
    expect(page.get_by_test_id("stProgress")).not_to_contain_text("left")
    paused = steps(page)
    page.reload()
    expect(page.get_by_text("Paused").first).to_be_visible()
    assert steps(page) == paused
    button(page, "Continue").click()
    wait_for_steps(page, paused)

    stop(page)
    expect(button(page, "Resume")).to_be_visible()


def test_zooming_into_a_chart_outlasts_its_updates(open_page):
    page = open_page("train?dataset=digits")
    start_run(page)
    wait_for_steps(page, 0)
    chart = loss_chart(page)
    chart.evaluate("canvas => canvas.dataset.mark = 'same'")
    wait_for_steps(page, steps(page) + 200)
    # The very same drawing area is used on, so nothing flashes and a zoom is kept.
    assert chart.get_attribute("data-mark") == "same"
    stop(page)


def test_a_value_that_is_not_allowed_is_explained_in_the_page(open_page):
    page = open_page("train?dataset=digits")
    open_settings(page)
    fill(page, "Epochs", "0")
    # By Start, and below the field.
    words = page.get_by_text("epochs is 0; it must be a whole number from 1 to 1,000.")
    expect(words).to_have_count(2)
    expect(button(page, "Start")).to_be_disabled()
    # A field that is typed into keeps the focus while its mistake comes and goes.
    expect(page.get_by_label("Epochs", exact=True)).to_be_focused()
    fill(page, "Epochs", "3")
    expect(words).to_have_count(0)
    expect(page.get_by_label("Epochs", exact=True)).to_be_focused()


def test_streamlit_s_own_stop_is_not_shown_beside_the_run_s(open_page):
    page = open_page("train")
    # Streamlit shows it while a page is busy, however short that is.
    page.evaluate(
        """document.querySelector("[data-testid=stHeader]").insertAdjacentHTML(
            "beforeend", "<div data-testid=stStatusWidget><i>busy</i><button>Break off</button></div>")"""
    )
    expect(page.get_by_text("busy", exact=True)).to_be_visible()
    expect(page.get_by_text("Break off")).to_be_hidden()
