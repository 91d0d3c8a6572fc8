"""Labels judged by keys, in a browser."""

import re

from playwright.sync_api import expect

from benchmarks.app.running_app import wait_for_answer


def test_labels_are_judged_and_taken_back_by_keys(open_page):
    page = open_page("evaluate?run=embedded-digits&view=labels&labels=judge")
    asked, judged = page.get_by_text("Is it right?"), page.locator(".lab-sprites figure")
    expect(asked).to_be_visible()
    # The keys are those of the buttons, which are drawn last.
    expect(page.get_by_role("button", name=re.compile("No"))).to_be_visible()
    wait_for_answer(page)
    first = page.get_by_text(re.compile(r"^Test image \d+$"))
    name = first.inner_text()
    page.keyboard.press("n")
    expect(judged).to_have_count(1)
    expect(first).not_to_have_text(name)
    expect(judged.first).to_contain_text("✗")
    page.keyboard.press("y")
    expect(judged).to_have_count(2)
    page.keyboard.press("t")
    expect(judged).to_have_count(3)
    for left in (2, 1, 0):
        page.keyboard.press("z")
        expect(judged).to_have_count(left)
    expect(first).to_have_text(name)
