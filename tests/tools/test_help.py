"""Each command of `benchmarks` and `tools` says what it is for."""

import importlib

import pytest

from core.settings import PROJECT

COMMANDS = [
    ".".join(file.relative_to(PROJECT).with_suffix("").parts)
    for folder in ("benchmarks", "tools")
    for file in sorted((PROJECT / folder).rglob("*.py"))
    if "__main__" in file.read_text(encoding="utf-8")
]


def test_commands_are_found():
    assert {"benchmarks.app.memory", "benchmarks.reproduction.reproduce", "tools.texts"} < {*COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_help_says_what_a_command_does(name, capsys):
    command = importlib.import_module(name)
    with pytest.raises(SystemExit) as end:
        command.main(["--help"])
    assert end.value.code == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert " ".join(command.__doc__.split("\n\n")[0].split()).removesuffix(".") in shown
