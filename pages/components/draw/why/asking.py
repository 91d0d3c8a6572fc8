"""Asking the computing process for explanations. What was asked once is kept, so that going back to it is immediate."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.anatomy.inside import Inside
from core.anatomy.layers import Anatomy
from core.explain.ask import attribute_run, change_picture, look_at_layers
from core.explain.change import SmallestChange
from core.explain.methods import Attribution
from core.ink.rendering import Picture
from core.runs.record import RunRecord
from pages.components.shell.services import job_queue

# Answers kept, of all visitors together. Those on layers are some hundred times as large as the others.
_FEW, _MANY = 20, 500


def ask_attribution(
    record: RunRecord, picture: Picture, method: str, target: int, other: int | None = None
) -> Attribution:
    """See `core.explain.ask.attribute_run`. Raises LabError, OSError."""
    return _attribution(record.path, _stamp(record), picture, method, target, other)


def ask_change(record: RunRecord, picture: Picture, target: int) -> SmallestChange | None:
    """See `core.explain.ask.change_picture`. Raises LabError, OSError."""
    return _change(record.path, _stamp(record), picture, target)


def ask_layers(record: RunRecord, picture: Picture) -> tuple[Anatomy, Inside]:
    """See `core.explain.ask.look_at_layers`. Raises LabError, OSError."""
    return _layers(record.path, _stamp(record), picture)


# `stamp` is there for the cache.
@st.cache_data(max_entries=_MANY, show_spinner=False)
def _attribution(
    run: Path,
    stamp: int,  # noqa: ARG001
    picture: Picture,
    method: str,
    target: int,
    other: int | None,
) -> Attribution:
    return job_queue().compute.call(attribute_run, run, picture, method, target, other)


@st.cache_data(max_entries=_MANY, show_spinner=False)
def _change(run: Path, stamp: int, picture: Picture, target: int) -> SmallestChange | None:  # noqa: ARG001
    return job_queue().compute.call(change_picture, run, picture, target)


@st.cache_data(max_entries=_FEW, show_spinner=False)
def _layers(run: Path, stamp: int, picture: Picture) -> tuple[Anatomy, Inside]:  # noqa: ARG001
    return job_queue().compute.call(look_at_layers, run, picture)


def _stamp(record: RunRecord) -> int:
    """When the weights were saved: a network still in training has others a moment later."""
    return record.weights_file.stat().st_mtime_ns if record.weights_file.is_file() else 0
