"""Drawing with the mouse."""

from playwright.sync_api import expect

from benchmarks.app.drawing import draw_stroke

# Across, then down to the left.
_SEVEN = [(78, 70), (140, 70), (202, 70), (174, 126), (146, 182), (126, 238)]


def answer(page):
    """The digit that is shown large."""
    return page.locator(".lab-prediction header b").first


def test_a_seven_is_read_as_seven_and_cleared_away(open_page):
    page = open_page("draw")
    expect(answer(page)).to_have_text("?")
    draw_stroke(page, _SEVEN)
    expect(answer(page)).to_have_text("7")
    page.get_by_test_id("stBaseButton-secondary").filter(has_text="Clear").click()
    expect(answer(page)).to_have_text("?")


def test_undo_takes_back_the_last_stroke_alone(open_page):
    page = open_page("draw")
    expect(answer(page)).to_have_text("?")
    draw_stroke(page, [(140, 56), (140, 224)])
    expect(answer(page)).to_have_text("1")
    before = page.locator(".lab-prediction table").first.inner_text()
    draw_stroke(page, [(56, 140), (224, 140)])
    page.wait_for_function("before => document.querySelector('.lab-prediction table').innerText !== before", arg=before)
    page.get_by_test_id("stBaseButton-secondary").filter(has_text="Undo").click()
    page.wait_for_function("before => document.querySelector('.lab-prediction table').innerText === before", arg=before)


def test_the_drawing_outlasts_a_visit_to_another_page(open_page):
    page = open_page("draw")
    expect(answer(page)).to_have_text("?")
    draw_stroke(page, _SEVEN)
    expect(answer(page)).to_have_text("7")
    page.get_by_role("link", name="Train", exact=True).click()
    expect(page.get_by_role("heading", name="Train", exact=True)).to_be_visible()
    page.get_by_role("link", name="Draw", exact=True).first.click()
    expect(answer(page)).to_have_text("7")


def test_drawing_works_on_a_phone(open_page):
    page = open_page("draw", width=390, height=844, has_touch=True)
    expect(answer(page)).to_have_text("?")
    draw_stroke(page, _SEVEN)
    expect(answer(page)).to_have_text("7")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
