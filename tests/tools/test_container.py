"""The Dockerfile: what the app needs is in it, and what a container should hold to."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from core.settings import DATA_VARIABLE, PROJECT, RUNS_VARIABLE

# What is run in a copy of the app's files alone: its first page.
_VISIT = """
from streamlit.testing.v1 import AppTest
page = AppTest.from_file("app.py", default_timeout=60).run()
print([*page.exception, *page.error], [title.value for title in page.title])
"""


def instructions():
    """Each instruction of the Dockerfile and its arguments, its lines joined."""
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(name, " ".join(rest.split())) for name, rest in lines]


def arguments(name):
    return [rest for found, rest in instructions() if found == name]


def copied():
    """The files and folders that come from the project."""
    return [entry for rest in arguments("COPY") if not rest.startswith("--from") for entry in rest.split()[:-1]]


def test_what_is_copied_exists_and_is_sent_to_the_build():
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert {*copied()} == sent
    assert all((PROJECT / entry).exists() for entry in sent)


def test_the_copied_files_are_enough_for_the_app(tmp_path):
    code = tmp_path / "code"
    for entry in copied():
        target = code / entry
        if (PROJECT / entry).is_dir():
            shutil.copytree(PROJECT / entry, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / entry, target)
    environment = os.environ | {RUNS_VARIABLE: str(tmp_path / "runs"), DATA_VARIABLE: str(tmp_path / "data")}
    command = [sys.executable, "-P", "-c", "import sys; sys.path.insert(0, '.')" + _VISIT]
    answer = subprocess.run(command, cwd=code, env=environment, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[] ['MNIST Lab']"


def test_it_does_not_run_as_root():
    assert arguments("USER")[-1] not in ("0", "root")
    assert instructions().index(("USER", arguments("USER")[-1])) > max(
        place for place, (name, _) in enumerate(instructions()) if name in ("COPY", "RUN")
    )


def test_its_health_is_asked_of_the_port_that_the_server_has():
    (check,) = arguments("HEALTHCHECK")
    assert f"127.0.0.1:{arguments('EXPOSE')[0]}/_stcore/health" in check
    command = json.loads(arguments("CMD")[-1])
    assert command[:3] == ["streamlit", "run", "app.py"]
    assert not any(option.startswith("--server.port") for option in command)
    assert arguments("EXPOSE") == ["8501"]


def test_pytorch_is_for_processors_unless_the_build_says_otherwise():
    assert arguments("ARG") == ["TORCH=cpu"]
    assert any('--torch-backend "$TORCH"' in rest for rest in arguments("RUN"))


def test_what_the_app_writes_is_on_the_volume():
    (variables,) = arguments("ENV")
    (volume,) = arguments("VOLUME")
    for variable in (RUNS_VARIABLE, DATA_VARIABLE):
        assert f"{variable}={volume}/" in variables


def test_it_is_open_only_when_its_operator_says_so():
    assert "MNIST_LAB_OPEN" not in (PROJECT / "Dockerfile").read_text(encoding="utf-8")


def test_a_linter_finds_nothing():
    linter = Path(sys.executable).with_name("hadolint")
    if not linter.exists():
        pytest.skip("hadolint is not installed")
    subprocess.run([linter, PROJECT / "Dockerfile"], check=True)


def test_community_cloud_takes_the_requirements_and_uv_takes_builds_for_this_machine():
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["tool"]["uv"]["pip"] == {"torch-backend": "auto"}
    # Any of these would be taken in place of requirements.txt.
    assert not [name for name in ("uv.lock", "Pipfile", "environment.yml") if (PROJECT / name).exists()]
