"""Translations say what the English says, with the same values in them and the same markup around them."""

import re
from collections import Counter
from string import Formatter

import pytest

from tools.texts import (
    collect_texts,
    is_translated,
    language_file,
    read_language,
    translated_languages,
    update_language,
)

# Texts that may wait for a translation: whoever changes an English text may not speak the other language.
MOST_WAITING = 0.05
# What a translation has as often as the English: bold, code, icons, formulas, HTML, headings, lines and tables.
MARKUP = (r"\*\*", "`", r":material/\w+:", r"\$", r"<[^>]+>", r"^#+ ", r"\n", r"\|")


def translated():
    """Language, English text (of a plural the second form) and translations."""
    for language in translated_languages():
        for entry in read_language(language):
            if entry.id and is_translated(entry):
                english = entry.id if isinstance(entry.id, str) else entry.id[1]
                yield language, english, [entry.string] if isinstance(entry.string, str) else [*entry.string]


def fields(text):
    """The values that a text takes. How a number or a date is written may differ between languages."""
    return Counter((name, conversion) for _, name, _, conversion in Formatter().parse(text) if name is not None)


def test_there_is_a_translation():
    assert "zh_Hans" in translated_languages()


def test_a_translation_takes_the_same_values():
    # A text without values is shown as it stands, braces too.
    texts = [entry for entry in translated() if "{" in entry[1] and r"\mathbf" not in entry[1]]
    assert len(texts) > 100
    assert [text for text in texts if any(fields(form) != fields(text[1]) for form in text[2])] == []


@pytest.mark.parametrize("sign", MARKUP)
def test_a_translation_has_the_same_markup(sign):
    def count(text):
        return len(re.findall(sign, text, re.MULTILINE))

    assert [text for text in translated() if any(count(form) != count(text[1]) for form in text[2])] == []


@pytest.mark.parametrize("language", translated_languages())
def test_the_files_of_a_language_are_up_to_date(language):
    text, compiled, waiting = update_language(language, collect_texts())
    command = "run python -m tools.texts"
    assert language_file(language).read_text(encoding="utf-8") == text, command
    assert language_file(language, ending="mo").read_bytes() == compiled, command
    assert waiting <= MOST_WAITING * text.count("\nmsgid")
