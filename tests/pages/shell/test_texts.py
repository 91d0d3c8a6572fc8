import pytest

from core.errors import RunNotFound
from core.texts.message import message
from pages.components.shell.texts import escape_markdown, tr, tr_html, tr_plain
from tests.made import SYSTEM_ERRORS

NASTY = "a*b_[c](http://x) <i> ![p](q) $y$ :red[z] # ~~w~~ `v`\n# big"


def test_a_value_is_escaped_for_markdown_and_the_text_around_it_is_not():
    assert tr("**{name}** is here", name="*x*") == "**\\*x\\*** is here"
    assert tr(RunNotFound("There is no run {id!r}.", id="[a](b)")) == "There is no run '\\[a\\](b)'."


def test_a_value_stands_as_it_is_where_nothing_is_read_into_it():
    assert tr_plain("{name} is here", name="*x*") == "*x* is here"


def test_a_value_is_escaped_for_html():
    assert tr_html("<b>{name}</b>", name="<i>&") == "<b>&lt;i&gt;&amp;</b>"
    assert tr_html(message("{inner}", inner=message("{x}", x="<"))) == "&lt;"


@pytest.mark.parametrize(("error", "words"), SYSTEM_ERRORS)
def test_an_error_of_the_system_is_told_in_its_words(error, words):
    assert tr(error) == tr_plain(error) == tr_html(error) == words


def test_the_words_of_the_system_are_escaped():
    error = OSError(5, "<*no*>")
    assert (tr(error), tr_html(error)) == (r"\<\*no\*\>", "&lt;*no*&gt;")


@pytest.mark.parametrize("sign", "\\`*_[]$~<:#>|{}!")
def test_every_sign_that_markdown_reads_is_escaped(sign):
    assert escape_markdown(f"a{sign}b") == f"a\\{sign}b"


def test_an_escaped_text_is_a_single_line():
    assert "\n" not in escape_markdown(NASTY)
    assert escape_markdown("a, b-c. d") == "a, b-c. d"
