"""A data folder without files, and downloads that run some Python code instead."""

import hashlib
import sys

import pytest
import streamlit as st

from core import settings
from core.data import download_jobs, files
from core.data.catalog import DATASETS
from core.data.files import DataFile, raw_folder

PUBLISHED = files.FILES["MNIST"]
FILES = {name: f"made {name}".encode() for name in PUBLISHED}
FAIL = """print('{"failed": {"id": "MNIST could not be downloaded from {host}.", "values": {"host": "a.example"}}}')"""
HANG = """
import sys
step = '{"id": "Getting {file}", "values": {"file": "t10k"}}'
print(f'{{"step": {step}, "bytes_done": 5800000, "bytes_total": 11600000}}', flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def root(monkeypatch, tmp_path):
    """A data folder without files, chosen in the settings."""
    sums = {name: hashlib.md5(content, usedforsecurity=False).hexdigest() for name, content in FILES.items()}
    made = {name: DataFile(md5, PUBLISHED[name].archive_bytes) for name, md5 in sums.items()}
    monkeypatch.setattr(files, "FILES", {"MNIST": made})
    monkeypatch.delenv(settings.DATA_VARIABLE, raising=False)
    monkeypatch.setenv(settings.RUNS_VARIABLE, str(tmp_path / "runs"))
    folder = tmp_path / "data"
    settings.choose_data_root(folder)
    st.cache_resource.clear()
    return folder


def write_files(root):
    folder = raw_folder(DATASETS["mnist"], root)
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture
def downloading(monkeypatch):
    """Let downloads run some Python code instead."""
    started = []

    def use(code):
        def command(name, root):
            started.append((name, root))
            return [sys.executable, "-c", code, str(root)]

        monkeypatch.setattr(download_jobs, "command_for", command)
        return started

    return use
