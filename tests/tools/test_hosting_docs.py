"""docs/hosting.md names commands and files that exist."""

import importlib.util
import re

from core.settings import PROJECT

TEXT = (PROJECT / "docs" / "hosting.md").read_text(encoding="utf-8")


def test_its_commands_exist():
    commands = {*re.findall(r"python -m (benchmarks[\w.]+)", TEXT)}
    assert {"benchmarks.load.visitors", "benchmarks.load.peak", "benchmarks.app.wake_up"} <= commands
    assert [name for name in commands if importlib.util.find_spec(name) is None] == []


def test_its_build_argument_volume_and_user_are_the_dockerfile_s():
    dockerfile = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert "ARG TORCH=" in dockerfile
    assert "--build-arg TORCH=" in TEXT
    assert "VOLUME /store" in dockerfile
    assert ":/store" in TEXT
    assert "USER 10001" in dockerfile
    assert "user 10001" in TEXT


def test_it_names_the_headers_by_which_a_proxy_is_known():
    from pages.components.shell.visitor import _PROXY_HEADERS

    assert [name for name in _PROXY_HEADERS if name.lower() not in TEXT.lower()] == []
