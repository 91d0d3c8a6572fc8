"""Joining the class, handing in, and what the teacher alone can do."""

import pytest
import streamlit as st

from core.owners.visitor import new_key, visitor_with
from core.teaching.collection import relabel
from pages.components.classroom import live
from pages.components.classroom.invitation import invitation_html
from pages.components.shell import sitemap
from pages.components.shell.sitemap import PAGES, offered_pages
from tests.pages.classroom.conftest import CODE
from tests.pages.drawing import find, html, texts
from tests.pages.made_runs import make_run
from tests.pages.mine import made


def labels(app):
    return [button.label for button in app.button]


def names(room):
    return sorted(member.nickname for member in room.roll().members)


def fill_in(app, code, nickname):
    find(app.text_input, "Class code").set_value(code)
    find(app.text_input, "Nickname").set_value(nickname)
    find(app.button, "Join the class").click().run()
    assert not app.exception
    return app


def views(app):
    return [option.content for option in app.pills(key="board").proto.options]


def test_without_a_class_code_there_is_no_page(monkeypatch):
    assert "classroom" in offered_pages()
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "")
    assert offered_pages() == PAGES


def test_a_page_that_is_still_open_says_that_the_class_is_gone(visit, monkeypatch):
    app = visit()
    monkeypatch.setenv("MNIST_LAB_CLASS_CODE", "")
    monkeypatch.setattr(sitemap, "PAGES", {**PAGES, "classroom": PAGES["home"]._replace(title="C")})
    app.run()
    assert "no class here now" in texts(app.info)


def test_a_pupil_joins_by_code_and_nickname_once(visit, room):
    key = new_key()
    app = fill_in(visit(key), CODE, "Ada")
    assert names(room) == ["Ada"]
    assert "You are **Ada**." in texts(app.markdown)
    assert "You are **Ada**." in texts(visit(key).markdown)
    assert "You are" not in texts(visit(new_key()).markdown)


@pytest.mark.parametrize(
    ("code", "nickname", "problem"),
    [
        ("wrong", "Bo", "not the code of the class"),
        (CODE, "ada", "The nickname 'ada' is taken"),
        (CODE, "", "this one has 0"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(visit, room, keys, code, nickname, problem):
    keys("Ada")
    app = fill_in(visit(new_key()), code, nickname)
    assert problem in texts(app.error)
    assert find(app.text_input, "Class code").value == code
    assert names(room) == ["Ada"]
    fill_in(app, CODE, "Bo")
    assert not app.error
    assert names(room) == ["Ada", "Bo"]


def test_the_teachers_link_brings_the_code(visit, room):
    app = visit(new_key(), **{"class": CODE})
    assert find(app.text_input, "Class code").value == CODE
    assert "class" not in app.query_params
    find(app.text_input, "Nickname").set_value("Ada")
    find(app.button, "Join the class").click().run()
    assert names(room) == ["Ada"]


def test_guessing_is_limited_and_told(visit, room):
    app = visit(new_key())
    for _ in range(6):
        fill_in(app, "guess", "Eve")
    assert "Too many wrong class codes" in texts(app.error)
    assert names(room) == []


def test_a_closed_class_shows_no_form(visit, room):
    room.set_closed(True)
    app = visit(new_key())
    assert "The class is closed" in texts(app.info)
    assert not app.text_input


def test_outsiders_see_nothing_of_the_class(visit, keys):
    keys("Ada", digits=[3])
    app = visit(new_key(), board="handwriting")
    assert "Ada" not in html(app) + texts(app.markdown)
    assert "board" not in {pills.key for pills in app.pills}


def test_pupils_see_the_board_without_what_is_the_teachers(visit, keys):
    held = keys("Ada")
    assert "Teach" in " ".join(views(visit()))
    app = visit(held["Ada"], board="teach")
    assert "Teach" not in " ".join(views(app))
    assert not {"Clear the class", "Teach a copy"} & set(labels(app))
    assert app.pills(key="board").value == "runs"


def test_a_nickname_is_shown_as_it_stands(visit, keys, store):
    name = "<b>A</b> **x** [y](z)"
    held = keys(name, digits=[1])
    make_run(store.seen_by(visitor_with(held[name])), "r1")
    app = visit(held[name])
    [shown] = [text.value for text in app.markdown if "You are" in str(text.value)]
    assert shown == r"You are **\<b\>A\</b\> \*\*x\*\* \[y\](z)**."
    for view in ("join", "runs", "handwriting"):
        page = html(visit(board=view))
        assert "<b>A</b> **x**" not in page
        assert "&lt;b&gt;A&lt;/b&gt; **x** [y](z)" in page


def test_kept_digits_are_handed_in_replaced_and_taken_back(visit, room, keys):
    app = visit(keys("Ada")["Ada"])
    assert app.button(key="hand_in").disabled
    app.session_state["my_digits"] = made(3)
    app.run()
    assert app.button(key="hand_in").label == "Hand in 3 digits"
    app.button(key="hand_in").click().run()
    assert room.roll().n_digits == 3
    assert "The class has 3 digits of yours." in texts(app.caption)
    assert app.button(key="hand_in").disabled
    app.session_state["my_digits"] = made(2)
    app.run()
    assert "Handing in again replaces them" in texts(app.caption)
    app.button(key="hand_in").click().run()
    assert room.roll().n_digits == 2
    # A corrected label is a change too.
    app.session_state["my_digits"] = relabel(made(2), 0, 7)
    app.run().button(key="hand_in").click().run()
    [handed_in] = room.roll().hand_ins.values()
    assert [digit.label for digit in handed_in.digits] == [7, 1]
    app.button(key="take_back").click().run()
    assert room.roll().n_digits == 0
    assert "does not have your digits yet" in texts(app.caption)


def test_too_many_digits_are_refused_with_the_limit(visit, room, keys):
    app = visit(keys("Ada")["Ada"])
    app.session_state["my_digits"] = made(201)
    app.run()
    app.button(key="hand_in").click().run()
    assert "at most 200 can be handed in" in texts(app.toast)
    assert room.roll().n_digits == 0


def test_digits_are_handed_in_where_they_are_kept_too(visit, room, keys, add_run):
    add_run("small", name="Small")
    held = keys("Ada")
    for key, is_offered in ((held["Ada"], True), (new_key(), False)):
        app = visit(key)
        app.session_state["my_digits"] = made(2)
        app.switch_page("pages/draw.py")
        app.query_params.update({"run": "small", "look": "mine"})
        app.run()
        assert not app.exception
        assert ("hand_in" in {button.key for button in app.button}) == is_offered
        if is_offered:
            app.button(key="hand_in").click().run()
    assert room.roll().n_digits == 2


def test_who_leaves_is_asked_to_join_again(visit, room, keys):
    app = visit(keys("Ada", digits=[2])["Ada"])
    find(app.button, "Leave the class").click().run()
    assert names(room) == []
    assert "Join the class" in labels(app)


def test_the_teacher_closes_and_opens_the_class(visit, room):
    app = visit()
    find(app.toggle, "Pupils can join").set_value(False).run()
    assert room.is_closed
    assert not find(app.toggle, "Pupils can join").value
    find(app.toggle, "Pupils can join").set_value(True).run()
    assert not room.is_closed


def test_the_teacher_removes_a_pupil_who_sees_it(visit, room, keys):
    held = keys("Ada", "Bo", digits=[2, 3])
    app = visit()
    owner = visitor_with(held["Ada"]).owner
    find(app.selectbox, "Remove a pupil").set_value(owner).run()
    find(app.button, "Remove Ada").click().run()
    assert not app.exception
    assert names(room) == ["Bo"]
    assert room.roll().n_digits == 3
    assert "Join the class" in labels(visit(held["Ada"]))


def test_the_class_is_cleared_only_after_a_confirmation(visit, room, keys):
    keys("Ada", digits=[2])
    app = visit()
    assert app.button(key="clear_class").disabled
    find(app.checkbox, "Clear the class: delete all nicknames and all digits handed in").check().run()
    app.button(key="clear_class").click().run()
    assert names(room) == []
    assert "clear_class" not in {button.key for button in app.button}


def test_a_class_of_damaged_files_alone_can_be_cleared(visit, room, keys):
    assert "clear_class" not in {button.key for button in visit().button}
    keys("Ada")
    [file] = (room.folder / "members").iterdir()
    file.write_text("?")
    app = visit()
    find(app.checkbox, "Clear the class: delete all nicknames and all digits handed in").check().run()
    app.button(key="clear_class").click().run()
    assert not file.exists()
    assert not app.warning


def test_damaged_files_are_named_to_the_teacher_alone(visit, room, keys):
    held = keys("Ada")
    (room.folder / "members" / f"{'e' * 32}.json").write_text("?")
    assert f"{'e' * 32}.json: It is not JSON" in texts(visit().warning)
    assert not visit(held["Ada"]).warning


def test_the_invitation_holds_code_and_address_and_a_picture_of_both():
    page = invitation_html("http://lab.example/classroom", "class-7b")
    assert '<b class="code">class-7b</b>' in page
    assert "<b>http://lab.example/classroom</b>" in page
    assert 'src="data:image/svg+xml' in page
    assert page != invitation_html("http://lab.example/classroom", "class-7c")


@pytest.mark.parametrize(
    ("page", "is_local"), [("http://lab.example/classroom", False), ("http://localhost:8501/classroom", True)]
)
def test_the_invitation_is_to_the_page_s_own_address(visit, monkeypatch, page, is_local):
    monkeypatch.setattr(type(st.context), "url", f"{page}?board=join")
    app = visit(board="join")
    assert invitation_html(page, CODE) in html(app)
    assert ("leads to each reader’s own machine" in texts(app.caption)) is is_local


def test_who_has_joined_is_listed(visit, keys):
    assert "Nobody has joined yet" in texts(visit().caption)
    keys("Ada", "Bo")
    app = visit(board="join")
    assert "**2 pupils** are here." in texts(app.markdown)
    assert "<li>Ada</li>" in html(app)


def test_the_teachers_screen_looks_more_often_than_thirty_pupils(visit, keys, timers):
    held = keys("Ada")
    visit()
    assert timers["live"] == 2.0
    visit(held["Ada"])
    assert timers["live"] == 5.0


def test_a_look_draws_again_only_what_has_changed(visit, room, keys, monkeypatch):
    keys("Ada")
    visit()
    drawn = []
    monkeypatch.setattr(st, "rerun", lambda: drawn.append(True))
    version = room.roll().version
    live._look((version, None), lambda _: None)
    assert drawn == []
    live._look((version, "epoch 1"), lambda _: "epoch 2")
    assert drawn == [True]
    keys("Bo")
    live._look((version, None), lambda _: None)
    assert drawn == [True] * 2


def test_what_changes_while_the_board_is_drawn_is_found_by_the_next_look(room, monkeypatch):
    epochs, looks = [1], []
    monkeypatch.setattr(live, "classroom", lambda: room)
    monkeypatch.setattr(live, "fragment", lambda *_, **__: lambda *shown: looks.append(shown[0]))
    live.show_live(lambda _: epochs.append(2), state=lambda _: epochs[-1])
    assert looks == [(room.roll().version, 1)]
