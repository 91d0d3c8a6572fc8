"""What the process of a timed training is given."""

import json
import subprocess

import pytest

from benchmarks.training.trial import run_trial
from core.execution.sleeping_threads import let_threads_sleep
from tests.made import make_config


@pytest.mark.parametrize(("kind", "sleeps"), [("ours", True), ("tutorial", False), ("floor", False)])
def test_only_our_training_has_threads_that_sleep_as_the_app_s_have(kind, sleeps, monkeypatch):
    asked = {}
    let_threads_sleep(asked)
    for name in asked:
        monkeypatch.delenv(name, raising=False)
    given = []

    def run(command, env, **_options):
        given.append(env)
        return subprocess.CompletedProcess(command, 0, json.dumps({"wall": 1.0}), "")

    monkeypatch.setattr(subprocess, "run", run)
    assert run_trial(kind, make_config()) == {"wall": 1.0}
    assert [env.items() >= asked.items() for env in given] == [sleeps]
