import gettext
import struct

import pytest

from core.texts import catalogue
from core.texts.catalogue import Catalogue, best_language, languages
from core.texts.message import message, plural


def write_mo(
    path, texts, header="Plural-Forms: nplurals=2; plural=(n != 1);\nContent-Type: text/plain; charset=UTF-8\n"
):
    """A compiled catalogue by the format's definition (GNU gettext manual, "The Format of GNU MO Files")."""
    entries = sorted({"": header, **texts}.items())
    ids, strings = ([text.encode() for text in column] for column in zip(*entries, strict=True))
    start, tables, content = 28 + 16 * len(entries), [], b""
    for texts_ in (ids, strings):
        for text in texts_:
            tables.append(struct.pack("<2I", len(text), start + len(content)))
            content += text + b"\0"
    path.parent.mkdir(parents=True)
    head = struct.pack("<7I", 0x950412DE, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    path.write_bytes(head + b"".join(tables) + content)


@pytest.fixture
def locales(tmp_path):
    texts = {"Start": "Los", "{count} run\0{count} runs": "{count} Lauf\0{count} Läufe", "no {what}": "kein {what}"}
    write_mo(tmp_path / "de" / "LC_MESSAGES" / "texts.mo", texts)
    write_mo(tmp_path / "zh_Hans" / "LC_MESSAGES" / "texts.mo", {"Start": "开始"})
    yield tmp_path
    catalogue.languages.cache_clear()


def test_a_text_is_translated_with_its_values(locales):
    german = Catalogue("de", locales)
    assert german.text(message("Start")) == "Los"
    assert german.text(message("no {what}", what=message("Start"))) == "kein Los"
    assert [german.text(plural("{count} run", "{count} runs", count)) for count in (1, 2)] == ["1 Lauf", "2 Läufe"]


def test_what_has_no_translation_stays_english(locales):
    assert Catalogue("de", locales).text(message("Stop {name}", name="a")) == "Stop a"
    assert Catalogue("xx", locales).text(plural("{count} run", "{count} runs", 2)) == "2 runs"


def test_languages_are_found_by_their_files(locales):
    assert languages(locales) == ("en", "de", "zh_Hans")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("de-AT", "de"),
        ("de", "de"),
        ("zh-Hans-CN", "zh_Hans"),
        ("zh", "zh_Hans"),
        ("en-GB", "en"),
        ("fr", "en"),
        ("", "en"),
    ],
)
def test_the_nearest_language_is_chosen(locales, wanted, found):
    assert best_language(wanted, locales) == found


def test_the_source_language_needs_no_file():
    assert isinstance(Catalogue("en")._translations, gettext.NullTranslations)
