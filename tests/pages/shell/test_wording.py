"""Words that the pages share."""

import pytest

from core.config.limits import AUGMENTS, DEVICES, OPTIMIZERS, SCALINGS, SCHEDULES
from core.data.catalog import DATASETS
from models import MODELS
from pages.components.shell.wording import about, certainty, choice, duration, percent, plain, refusal, value


def test_signs_of_markdown_stand_as_they_are():
    assert plain("*long* run_1 $x$") == r"\*long\* run\_1 \$x\$"
    assert plain("MLP 128-128 (second)") == "MLP 128-128 (second)"


def test_a_refused_setting_is_called_as_on_the_page():
    assert refusal(ValueError("batch_size is 0; it must be more.")) == "Batch size is 0; it must be more."
    assert refusal(ValueError("Nothing is there.")) == "Nothing is there."


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "–"), (0.4, "0.4 s"), (59.6, "60 s"), (80, "1 min 20 s"), (3 * 3600 + 120, "3 h 2 min")],
)
def test_durations(seconds, words):
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "about 1 s"),
        (59.4, "about 59 s"),
        (60, "about 1 min"),
        (89 * 60, "about 89 min"),
        (90 * 60, "about 1.5 h"),
        (7 * 3600, "about 7.0 h"),
    ],
)
def test_estimated_times(seconds, words):
    assert about(seconds) == words


def test_every_setting_s_choices_have_words_of_their_own():
    names = [*OPTIMIZERS, *SCHEDULES, *SCALINGS, *DEVICES, *AUGMENTS, *DATASETS, *MODELS]
    names += [name for model in MODELS.values() for option in model.options for name in option.choices]
    words = {name: choice(name) for name in names}
    assert all(word[0].isupper() or word[0].isdigit() or word == "PReLU" for word in words.values())
    assert len({*words.values()}) == len(words)
    assert [words[name] for name in OPTIMIZERS] == ["SGD", "Adam", "AdamW", "Adadelta"]


def test_values_read_as_on_the_form():
    assert [value(v) for v in (True, 0.001, (128, 64), "adam", "mnist")] == ["yes", "0.001", "128-64", "Adam", "MNIST"]
    assert (percent(0.98765), percent(None)) == ("98.77%", "–")


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "<0.1%"), (0.0009, "<0.1%"), (0.001, "0.1%"), (0.5, "50.0%"), (0.999, "99.9%"), (0.9995, ">99.9%")],
)
def test_nothing_is_said_to_be_certain(share, words):
    assert certainty(share) == words
