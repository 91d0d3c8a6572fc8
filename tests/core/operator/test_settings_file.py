import dataclasses
import re

import pytest

from core.errors import SettingsError
from core.operator.settings_file import FILE_VARIABLE, PROJECT, OperatorSettings, operator_settings, variable_of


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    """The settings file; nothing is set by the environment."""
    for each in dataclasses.fields(OperatorSettings):
        monkeypatch.delenv(variable_of(each.name), raising=False)
    path = tmp_path / "mnist-lab.toml"
    path.write_text("")
    monkeypatch.setenv(FILE_VARIABLE, str(path))
    return path


def test_a_local_start_has_no_limits():
    found = operator_settings()
    assert found == OperatorSettings()
    assert not found.open
    assert found.downloads
    assert found.uploads
    assert found.folder_choice
    limits = [value for name, value in vars(found).items() if name.startswith(("most_", "queue_", "disk_", "keep_"))]
    assert len(limits) == 9
    assert limits == [None] * 9


def test_an_open_app_has_limits_even_where_nothing_else_is_set(file):
    file.write_text("open = true")
    found = operator_settings()
    limits = [value for name, value in vars(found).items() if name.startswith(("most_", "queue_", "disk_", "keep_"))]
    assert len(limits) == 9
    assert all(limits)
    assert found.queue_per_owner == 3
    assert found.downloads
    assert found.uploads
    assert not found.folder_choice


def test_every_setting_has_the_default_that_it_had_in_a_closed_and_in_an_open_app(file_regression):
    """`--force-regen` writes the text anew where a change is meant."""
    lines = []
    for title, settings in (("Closed", operator_settings()), ("Open", operator_settings(hosted=True))):
        lines += [title, *(f"  {name}: {value!r}" for name, value in vars(settings).items())]
    file_regression.check("\n".join(lines) + "\n")


def test_a_hosted_app_is_open_unless_the_operator_closes_it(file):
    assert operator_settings(hosted=True).open
    file.write_text("open = false")
    assert not operator_settings(hosted=True).open


def test_the_file_sets_and_the_environment_overrides(file, monkeypatch):
    file.write_text('open = true\nqueue_length = 5\nmost_epochs = 7\nruns = "/somewhere"\ndownloads = false\n')
    monkeypatch.setenv("MNIST_LAB_MOST_EPOCHS", "9")
    monkeypatch.setenv("MNIST_LAB_DOWNLOADS", "1")
    found = operator_settings()
    assert (found.queue_length, found.most_epochs, found.runs, found.downloads) == (5, 9, "/somewhere", True)


def test_a_change_of_the_file_is_noticed(file):
    file.write_text("queue_length = 5")
    assert operator_settings().queue_length == 5
    file.write_text("queue_length = 55")
    assert operator_settings().queue_length == 55


def test_an_empty_variable_sets_nothing(file, monkeypatch):
    file.write_text("queue_length = 5")
    monkeypatch.setenv("MNIST_LAB_QUEUE_LENGTH", "")
    assert operator_settings().queue_length == 5


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("queue_length = 0", "mnist-lab.toml: queue_length is 0; it must be a whole number from 1 to "),
        ("queue_length = true", "queue_length is True; it must be a whole number"),
        ("queue_length = 2.5", "queue_length is 2.5; it must be a whole number"),
        ('queue_length = "many"', "queue_length is 'many'; it must be a whole number"),
        ("queue_length = 10000000000000", "it must be a whole number from 1 to 1,000,000,000,000"),
        ("open = 1", "mnist-lab.toml: open is 1; it must be true or false."),
        ("runs = 3", "mnist-lab.toml: runs must be a text, in quotes."),
        ("queue = 5", "mnist-lab.toml: there is no setting 'queue'; there are open, operator_key, "),
        ("[limits]\nqueue_length = 5", "there is no setting 'limits'"),
        ("queue_length 5", "mnist-lab.toml is not TOML: "),
        ("a = " + "[" * 90_000, "mnist-lab.toml is not TOML: "),
        ('operator_key = "short"', "operator_key must be 16 to 200 letters"),
        ('operator_key = "with a space inside"', "operator_key must be 16 to 200 letters"),
        ('class_code = "abc"', "class_code must be 4 to 40 letters, digits and hyphens."),
        ('class_code = "class 7b"', "class_code must be 4 to 40 letters"),
        ('class_code = "klässe"', "class_code must be 4 to 40 letters"),
        (f'class_code = "{"a" * 41}"', "class_code must be 4 to 40 letters, digits and hyphens."),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_allowed(file, text, problem):
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        operator_settings()
    assert problem in str(caught.value)


def test_bytes_that_are_no_text_are_refused(file):
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="is not TOML"):
        operator_settings()


def test_a_named_file_that_is_not_there_is_refused(file):
    file.unlink()
    with pytest.raises(SettingsError, match=r"mnist-lab.toml cannot be read: No such file"):
        operator_settings()


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("QUEUE_LENGTH", "-1", "MNIST_LAB_QUEUE_LENGTH: queue_length is '-1'; it must be a whole number"),
        ("QUEUE_LENGTH", "²", "it must be a whole number"),
        ("QUEUE_LENGTH", "9" * 5000, "it must be a whole number"),
        ("OPEN", "maybe", "MNIST_LAB_OPEN: open is 'maybe'; it must be true or false."),
    ],
)
def test_a_wrong_variable_is_refused(monkeypatch, name, value, problem):
    monkeypatch.setenv(f"MNIST_LAB_{name}", value)
    with pytest.raises(SettingsError) as caught:
        operator_settings()
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("text", "is_open"), [("1", True), ("true", True), ("yes", True), ("0", False), ("false", False), ("no", False)]
)
def test_a_variable_is_true_or_false_in_several_words(monkeypatch, text, is_open):
    monkeypatch.setenv("MNIST_LAB_OPEN", text)
    assert operator_settings(hosted=not is_open).open is is_open


def test_every_setting_is_described_to_the_operator():
    text = (PROJECT / "docs" / "hosting.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(named) == sorted(each.name for each in dataclasses.fields(OperatorSettings))


def test_the_described_limits_are_those_of_an_open_app(file):
    file.write_text("open = true")
    text = (PROJECT / "docs" / "hosting.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines() if line.startswith("| `")]
    described = {row[1].strip("`"): row[4].replace(",", "") for row in rows}
    for name, value in vars(operator_settings()).items():
        if isinstance(value, int) and not isinstance(value, bool):
            assert described[name] == str(value)


@pytest.mark.parametrize(
    "text", ['class_code = "my secret code"', "class_code = 12345", "operator_key = 1234567890123456"]
)
def test_what_may_be_a_key_is_not_told_to_whoever_visits(file, text):
    file.write_text(text)
    with pytest.raises(SettingsError) as caught:
        operator_settings()
    assert not re.search("secret|123", str(caught.value))


def test_settings_do_not_print_keys():
    assert "kept to oneself" not in repr(OperatorSettings(operator_key="kept to oneself", class_code="kept to oneself"))


def test_a_file_that_is_too_long_is_refused_and_not_cut(file):
    file.write_text("#" * 100_000 + "\nopen = true\n")
    with pytest.raises(SettingsError, match="cannot be read: it has 100,013 bytes; at most 100,000 are read"):
        operator_settings()
