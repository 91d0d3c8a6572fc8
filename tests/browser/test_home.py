"""The home page, which makes others ready."""

from playwright.sync_api import expect

from tests.made import wait_until


def test_home_has_the_browser_fetch_the_very_script_that_evaluate_draws_with(open_page):
    page = open_page("")
    link = page.locator("head > link[rel=modulepreload][href*=PlotlyChart]")
    wait_until(lambda: link.count() == 1)
    fetched = link.evaluate("link => link.href")
    page.get_by_role("link", name="Evaluate", exact=True).first.click()
    expect(page.locator(".st-key-confusion .heatmaplayer image").first).to_be_attached()
    scripts = page.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert {script for script in scripts if "PlotlyChart" in script and script.endswith(".js")} == {fetched}


def test_plotly_is_run_while_the_visitor_only_looks(open_page):
    page = open_page("")
    # Plotly keeps its styles in the page's head as soon as it is run.
    expect(page.locator("head > [id^='plotly.js-style']")).not_to_have_count(0)
