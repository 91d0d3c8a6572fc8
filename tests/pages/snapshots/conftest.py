"""A small run whose figures are the same in every session, and pages opened on it."""

import json
import os
import re
import shutil
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from streamlit.testing.v1 import local_script_runner

from core import settings
from core.execution import live_probe, train_run
from core.runs import store as run_store
from core.runs.record import FINISHED, read_run
from core.runs.store import RunStore
from core.training import clock
from core.uncertainty.record import read_calibration, write_calibration
from tests.made import Noon, make_config, set_clock
from tests.pages.drawing import TEMPERATURE
from tests.pages.snapshots.comparing import compare_files
from tests.pages.snapshots.outline import outline, parse_with_frames

# Between two looks at the clock, in seconds.
_TICK = 0.01


@pytest.fixture(scope="session")
def steady(tmp_path_factory):
    """The folders of two runs on the embedded digits, trained while the clock goes on at each look at it."""
    store = RunStore(tmp_path_factory.mktemp("steady"))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run_store, "datetime", Noon)
        for module, name in ((clock, "perf_counter"), (live_probe, "monotonic"), (train_run, "monotonic")):
            set_clock(patched, module, **{name: _ticks()})
        return {"Mine": _train(store, make_config()), "Other": _train(store, make_config(epochs=3, lr=0.002, seed=2))}


def _train(store, config):
    record = store.create(config, "Small")
    assert train_run.train_run(record, store.root).status == FINISHED
    write_calibration(record.path, replace(read_calibration(record.path), temperature=TEMPERATURE))
    return record.path


def _ticks():
    ticks = count()
    return lambda: next(ticks) * _TICK


@pytest.fixture
def add_run(steady, runs_folder):
    """Puts a copy of one of these runs into the store."""

    def add(name):
        folder = runs_folder / name
        shutil.copytree(steady[name], folder)
        values = json.loads((folder / "config.json").read_text()) | {"name": name}
        (folder / "config.json").write_text(json.dumps(values))
        return read_run(folder)

    return add


@pytest.fixture
def mine(add_run):
    """The run on show, beside another one."""
    add_run("Other")
    return add_run("Mine")


@pytest.fixture(autouse=True)
def _frames(monkeypatch):
    parse = local_script_runner.parse_tree_from_messages
    monkeypatch.setattr(local_script_runner, "parse_tree_from_messages", partial(parse_with_frames, parse))


@pytest.fixture
def visit(visit_at_once, monkeypatch):
    """Opens a page; see `visit_at_once`. Runs and sweeps are made at noon."""
    monkeypatch.setattr(run_store, "datetime", Noon)
    # These stand on some pages.
    monkeypatch.setenv(settings.DATA_VARIABLE, "/nowhere")
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    return visit_at_once


@pytest.fixture
def check_text(file_regression, tmp_path):
    """Compares a text with the one that is kept beside these tests."""

    def compare(text):
        assert str(tmp_path) not in text
        file_regression.check(text, encoding="utf-8", check_fn=compare_files)

    return compare


@pytest.fixture
def check(check_text):
    """Compares a page with the outline of it that is kept beside these tests.

    parts: of the page, as `outline` takes them. without: what is left out of each line, since it tells the processor's
    rounding.
    """

    def compare(app, *parts, without=""):
        assert not app.exception
        text = outline(app, parts)
        # A part that is not there would be compared with nothing.
        assert text.strip()
        if without:
            text, count = re.subn(without, "…", text)
            assert count
        check_text(text)

    return compare
