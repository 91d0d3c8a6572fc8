"""Explanations from the compute process. Answers are cached, so that going back to one is immediate."""

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
from core.storage.stamp import Stamp, file_stamp
from pages.components.shell.services import job_queue

# Answers in the cache, of all visitors together.
_MAX_ANSWERS = 500
# Answers about layers in the cache. Each is about a hundred times as large as the others.
_MAX_LAYER_ANSWERS = 20


def ask_attribution(
    record: RunRecord, picture: Picture, method: str, target: int, other: int | None = None
) -> Attribution:
    """See `core.explain.ask.attribute_run`. Raises LabError, OSError."""
    return _attribution(record.path, file_stamp(record.weights_file), picture, method, target, other)


def ask_change(record: RunRecord, picture: Picture, target: int) -> SmallestChange | None:
    """See `core.explain.ask.change_picture`. Raises LabError, OSError."""
    return _change(record.path, file_stamp(record.weights_file), picture, target)


def ask_layers(record: RunRecord, picture: Picture) -> tuple[Anatomy, Inside]:
    """See `core.explain.ask.look_at_layers`. Raises LabError, OSError."""
    return _layers(record.path, file_stamp(record.weights_file), picture)


# `stamp` is part of the key: a network in training has other weights a moment later.
@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _attribution(
    run: Path,
    stamp: Stamp,  # noqa: ARG001
    picture: Picture,
    method: str,
    target: int,
    other: int | None,
) -> Attribution:
    return job_queue().compute.call(attribute_run, run, picture, method, target, other)


@st.cache_data(max_entries=_MAX_ANSWERS, show_spinner=False)
def _change(run: Path, stamp: Stamp, picture: Picture, target: int) -> SmallestChange | None:  # noqa: ARG001
    return job_queue().compute.call(change_picture, run, picture, target)


@st.cache_data(max_entries=_MAX_LAYER_ANSWERS, show_spinner=False)
def _layers(run: Path, stamp: Stamp, picture: Picture) -> tuple[Anatomy, Inside]:  # noqa: ARG001
    return job_queue().compute.call(look_at_layers, run, picture)
