"""A class in real browsers: a teacher's screen and two pupils', each of which sees what the others do by itself."""

import pytest
from playwright.sync_api import expect

from benchmarks.app.running_app import running_app, visit, wait_for_answer
from core.owners.visitor import new_key
from core.teaching.collection import write_digits
from tests.pages.mine import made

CODE = "class-7b"


@pytest.fixture(scope="module")
def operator_key():
    return new_key()


@pytest.fixture(scope="module")
def open_app(tmp_path_factory, operator_key):
    """The address of an app that is open to visitors and has a class."""
    settings = {"OPEN": "1", "OPERATOR_KEY": operator_key, "CLASS_CODE": CODE}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in settings.items():
            patched.setenv(f"MNIST_LAB_{name}", value)
        with running_app(tmp_path_factory.mktemp("runs")) as (address, _):
            yield address


def join(page, nickname):
    page.get_by_label("Nickname").fill(nickname)
    page.get_by_role("button", name="Join the class").click()
    expect(page.get_by_text(f"You are {nickname}.")).to_be_visible()


def hand_in(page, address, count):
    """Give the Draw page a file of digits, and hand them in there."""
    page.goto(f"{address}/draw?look=mine")
    page.get_by_role("button", name="Upload digits").click()
    content = write_digits(made(count)).encode()
    page.locator("input[type=file]").last.set_input_files(
        {"name": "mine.json", "mimeType": "application/json", "buffer": content}
    )
    page.get_by_role("button", name=f"Hand in {count} digits").click()
    expect(page.get_by_text(f"The class has {count} digits of yours.")).to_be_visible()


def test_a_teacher_and_two_pupils(browser, open_app, operator_key):
    link = f"{open_app}/classroom?class={CODE}"
    with (
        visit(browser, f"{open_app}/classroom?operator={operator_key}") as teacher,
        visit(browser, link) as ada,
        visit(browser, link, width=390, height=844) as bo,
    ):
        expect(teacher.get_by_text("Nobody has joined yet.")).to_be_visible()
        join(ada, "Ada")
        join(bo, "<b>Bo</b>")
        # The teacher touches nothing.
        expect(teacher.locator(".lab-names li")).to_have_text(["Ada", "<b>Bo</b>"], use_inner_text=True)
        teacher.get_by_role("radio", name="Handwriting").click()
        expect(teacher.get_by_text("Nobody has handed in digits yet.")).to_be_visible()
        hand_in(ada, open_app, 3)
        expect(teacher.get_by_text("3 digits of 1 pupil.")).to_be_visible()
        hand_in(bo, open_app, 2)
        expect(teacher.get_by_text("5 digits of 2 pupils.")).to_be_visible()
        expect(teacher.locator(".lab-writing [title='0 by <b>Bo</b>']")).to_have_count(1)
        # What was kept on the Draw page is known on the Classroom page.
        bo.goto(f"{open_app}/classroom")
        expect(bo.get_by_text("The class has 2 digits of yours.")).to_be_visible()
        expect(bo.get_by_role("button", name="Hand in 2 digits")).to_be_disabled()
        wait_for_answer(bo)
        teacher.get_by_role("button", name="Manage the class").click()
        teacher.get_by_label("Remove a pupil").click()
        teacher.get_by_role("option", name="<b>Bo</b>").click()
        teacher.get_by_role("button", name="Remove <b>Bo</b>").click()
        expect(bo.get_by_role("button", name="Join the class")).to_be_visible()
        expect(teacher.get_by_text("3 digits of 1 pupil.")).to_be_visible()
