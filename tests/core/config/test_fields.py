"""The one description of the settings."""

import dataclasses

import pytest

from core.config.fields import FIELDS, find_field, option_fields, value_text, with_label
from core.config.run_config import RunConfig
from core.errors import ConfigError
from core.texts.message import message
from models import MODELS, OptionError
from tests.made import declared

EVERY = [field for arch in MODELS for field in (*FIELDS.values(), *option_fields(arch).values())]


def test_every_setting_of_a_run_is_described_and_nothing_else():
    assert list(FIELDS) == [field.name for field in dataclasses.fields(RunConfig) if field.name != "options"]
    for arch, architecture in MODELS.items():
        assert list(option_fields(arch)) == [option.name for option in architecture.options]


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.name)
def test_every_choice_has_words_of_its_own(field):
    words = [str(field.describe(choice)) for choice in field.choices]
    assert len({*words}) == len(words)
    assert all(word[0].isupper() or word[0].isdigit() or word == "PReLU" for word in words)


def test_every_setting_has_the_limits_choices_and_values_to_try_that_it_had(file_regression):
    """`--force-regen` writes the text anew where a change is meant."""
    options = {(arch, name): field for arch in MODELS for name, field in option_fields(arch).items()}
    lines = []
    for title, field in [*FIELDS.items(), *((f"{name} of {arch}", field) for (arch, name), field in options.items())]:
        lines += [title, *declared(field, "name", "help", "flag_help")]
    file_regression.check("\n".join(lines) + "\n", encoding="utf-8")


def test_values_are_described_as_on_the_form():
    described = [
        str(find_field(name, "mlp").describe(value))
        for name, value in (
            *(("watch_test", True), ("keep_best", False), ("lr", 0.001), ("hidden", (128, 64))),
            *(("optimizer", "adam"), ("dataset", "mnist"), ("activation", "relu"), ("epochs", 5)),
        )
    ]
    assert described == ["yes", "no", "0.001", "128-64", "Adam", "MNIST", "ReLU", "5"]
    values = (1e-5, 0.5, 0.0123456, 8, (64, 32))
    assert [value_text(value) for value in values] == ["1e-05", "0.5", "0.0123456", "8", "64-32"]


def test_a_setting_that_there_is_not_is_not_found():
    with pytest.raises(KeyError):
        find_field("hidden", "cnn")
    with pytest.raises(OptionError):
        find_field("lr", "resnet")


def test_an_error_about_a_setting_calls_it_by_its_label_on_a_page():
    with pytest.raises(ConfigError) as caught:
        RunConfig(batch_size=0)
    assert str(caught.value).startswith("batch_size is 0;")
    assert str(with_label(caught.value.message)).startswith("Batch size is 0;")
    with pytest.raises(ConfigError) as caught:
        RunConfig(options={"dropout": 2})
    assert str(with_label(caught.value.message)) == "Dropout is 2; it must be a number from 0 to 0.9."
    assert str(with_label(message("{field} is odd.", field="colour"))) == "colour is odd."
    assert str(with_label(message("Nothing is there."))) == "Nothing is there."
