"""Choices in the page's address, in a real browser: how Back goes through them."""

import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def home(open_page):
    """The first page, from which the others are visited."""
    page = open_page("")
    expect(page.get_by_text("Train").first).to_be_visible()
    return page


def test_what_the_page_itself_chooses_makes_no_entry_in_the_history(home, app):
    home.goto(f"{app}/draw?run=nonsense")
    expect(home.get_by_text("There is no run 'nonsense'")).to_be_visible()
    # The run that is shown instead replaces the unknown one.
    expect(home).to_have_url(re.compile(r"/draw\?run=(?!nonsense)"))
    home.go_back()
    expect(home).to_have_url(re.compile(rf"{app}/?$"))


def test_back_undoes_a_visitor_s_choice_and_a_reload_keeps_it(home, app):
    home.goto(f"{app}/twins")
    expect(home.get_by_role("radio", name="float64")).to_be_checked()
    home.get_by_text("float32", exact=True).click()
    expect(home).to_have_url(re.compile("twin_precision=float32"))
    home.reload()
    expect(home.get_by_role("radio", name="float32")).to_be_checked()
    home.go_back()
    expect(home.get_by_role("radio", name="float64")).to_be_checked()
    home.go_back()
    expect(home).to_have_url(re.compile(rf"{app}/?$"))


def test_an_unknown_value_is_said_and_goes_with_the_next_choice(open_page):
    page = open_page("twins?twin_precision=float16")
    expect(page.get_by_text("in the address is unknown; known: float64, float32")).to_be_visible()
    page.get_by_text("float32", exact=True).click()
    expect(page).to_have_url(re.compile("twin_precision=float32"))
    expect(page.get_by_text("in the address is unknown")).to_have_count(0)
