import pickle
from pathlib import Path

import pytest

from core.errors import ConfigError, LabError, RunNotFound
from core.texts.message import MAX_QUOTED_LENGTH, MAX_VALUE_LENGTH, NO_MESSAGE, Message, message, plural, render


def upper(one, many, count):
    return (many if many and count != 1 else one).upper().replace("{NAME", "{name").replace("{INNER", "{inner")


def stars(text):
    return text.replace("*", "\\*")


def test_values_are_filled_in_with_their_formats():
    assert str(message("{name!r} has {size:,} bytes, {share:.1%}", name="a", size=12345, share=0.5)) == (
        "'a' has 12,345 bytes, 50.0%"
    )


@pytest.mark.parametrize(("count", "words"), [(0, "0 images"), (1, "1 image"), (2, "2 images"), (1000, "1,000 images")])
def test_a_count_decides_between_two_forms(count, words):
    assert str(plural("{count} image", "{count:,} images", count)) == words


def test_a_message_within_a_message_is_translated_too():
    inner = message("range of {name}", name="x")
    assert render(message("must be {inner}", inner=inner), upper) == "MUST BE RANGE OF x"


def test_text_values_are_escaped_after_formatting_and_the_words_are_not():
    text = message("**{name}** {name!r} {name:>4} {inner}", name="*", inner=message("*{name}*", name="*"))
    assert render(text, escape=stars) == "**\\*** '\\*'    \\* *\\**"


def test_numbers_are_not_escaped():
    assert render(message("{a} {b:.1f}", a=3, b=2.5), escape=lambda _: "no") == "3 2.5"


@pytest.mark.parametrize(
    ("text", "most", "quote"), [("{value}", 300, ""), ("{value:s}", 300, ""), ("{value!r}", 80, "'")]
)
def test_a_value_of_the_greatest_length_is_shown_whole_and_a_longer_one_without_its_middle(text, most, quote):
    letters = most // 2 - len(quote)
    begin, end = "a" * letters, "z" * letters
    assert str(message(text, value=begin + end)) == f"{quote}{begin}{end}{quote}"
    assert str(message(text, value=f"{begin}m{end}")) == f"{quote}{begin} … {end}{quote}"


def test_a_number_has_digits_up_to_fourteen_thousand_bits():
    digits = str(2**14_000 - 1)
    assert str(message("{value}", value=2**14_000 - 1)) == f"{digits[:150]} … {digits[-150:]}"
    assert str(message("{value}", value=2**14_000)) == "…"


def test_braces_of_a_value_are_left_alone():
    assert str(message("got {value}", value="{x}")) == "got {x}"
    assert str(message("a {brace}")) == "a {brace}"
    assert str(message("a {{brace}} {value}", value=1)) == "a {brace} 1"


def test_no_message_is_false_and_empty():
    assert not NO_MESSAGE
    assert str(NO_MESSAGE) == ""
    assert message("x")


def test_an_error_carries_its_message_and_survives_pickling():
    error = RunNotFound("There is no run {id!r}.", id="a")
    assert str(error) == "There is no run 'a'."
    assert error.message == Message("There is no run {id!r}.", {"id": "a"})
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), copy.message, str(copy)) == (RunNotFound, error.message, str(error))


def test_an_error_takes_over_a_message():
    first = LabError("{path} is missing.", path=Path("a"))
    assert ConfigError(first.message).message == first.message


def test_a_configuration_error_knows_its_field():
    assert ConfigError("{field} is {value}.", field="lr", value=3).field == "lr"
    assert ConfigError("Nothing is varied.").field == ""


@pytest.mark.parametrize(
    "value",
    ["x" * 20_000, 10**4000, 10**5000, [["x"] * 50] * 50, {"a" * 500: 1}],
    ids=["a text", "a number", "a number too long for Python", "lists", "an object"],
)
def test_a_quoted_value_is_cut_to_eighty_characters(value):
    assert len(str(message("{value!r}", value=value))) <= MAX_QUOTED_LENGTH + len(" … ")


@pytest.mark.parametrize("text", ["{value}", "{value:,}", "{value:d}"])
def test_a_number_of_any_length_can_be_shown(text):
    assert len(str(message(text, value=10**5000))) <= MAX_VALUE_LENGTH


def test_lists_that_are_nested_too_deeply_can_be_shown():
    value = []
    for _ in range(100_000):
        value = [value]
    assert str(message("{value!r} is no number.", value=value)) == "… is no number."


def test_half_of_a_character_is_shown_as_a_question_mark():
    assert str(message("{name} · {name!r}", name="a\ud800ä")) == r"a?ä · 'a\ud800ä'"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1e9, "1000000000"), (-1.0, "-1"), (0.0, "0"), (0.05, "0.05"), (1e300, "1e+300"), (1, "1"), ("1.0", "'1.0'")],
)
def test_a_number_is_quoted_as_one_types_it(value, shown):
    assert str(message("{value!r}", value=value)) == shown
