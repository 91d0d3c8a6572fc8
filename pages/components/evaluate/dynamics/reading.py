"""What the view draws from, kept in memory until the run's files change."""

from __future__ import annotations

import streamlit as st

from core.data.datasets import ImageSet
from core.dynamics.examples import ExampleDynamics, read_examples
from core.dynamics.replay import Replay, make_replay
from core.errors import RunError
from core.runs.epoch_files import EpochFile, read_epoch
from core.runs.record import RunRecord
from core.runs.trained_images import split_as_trained
from core.settings import data_root
from core.storage.stamp import Stamp, file_stamp
from core.texts.message import Message, message
from core.training.epoch_record import Split
from pages.components.data.images_in_memory import load_test_images, load_train_images

Files = tuple[EpochFile, ...]


def load_images(record: RunRecord) -> tuple[ImageSet, ImageSet]:
    """The run's training and validation images. Raises LabError."""
    return _load_images(record.id, file_stamp(record.extra_file), record)


def load_split(record: RunRecord, split: Split) -> ImageSet:
    """The images that the run's predictions after each epoch are of. Raises LabError."""
    return load_images(record)[1] if split == "val" else load_test_images(record.config.dataset, data_root())


def load_examples(record: RunRecord, files: Files) -> tuple[ImageSet, ExampleDynamics]:
    """The run's N training images, and their training dynamics in its files, at least one. Raises LabError."""
    train, dynamics = load_images(record)[0], _load_examples(_stamps(files), files)
    if len(train) != len(dynamics):
        raise RunError(
            "The run was trained on {count:,} images; its settings and the data folder give {due:,}.",
            count=len(dynamics),
            due=len(train),
        )
    return train, dynamics


def load_replay(record: RunRecord, files: Files, split: Split) -> Replay | None:
    """The predictions after each epoch; None where there are none. Raises LabError."""
    return _load_replay(record.id, _stamps(files), split, record, files)


def why_nothing(record: RunRecord) -> Message:
    """Why the run has no record of any epoch, and what to do."""
    if record.bundled:
        return message(
            "This network comes with the app, without a record of how it learned its single images. "
            "Train a network of your own to see that."
        )
    if record.is_trial:
        return message(
            "The cells of a sweep keep no record of how they learned single images. "
            "Train a network with the same settings to see that."
        )
    if record.is_active:
        return message("Here as soon as the first epoch is done.")
    return message(
        "This run has no record of how it learned its single images: it is older than this view, or stopped within "
        "its first epoch. Train a network to see that."
    )


def _stamps(files: Files) -> tuple[Stamp, ...]:
    return tuple(file.stamp for file in files)


@st.cache_resource(max_entries=2, show_spinner=False)
def _load_images(run_id: str, extra: Stamp, _record: RunRecord) -> tuple[ImageSet, ImageSet]:  # noqa: ARG001 - part of the key
    return split_as_trained(_record, load_train_images(_record.config.dataset, data_root()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_examples(stamps: tuple[Stamp, ...], _files: Files) -> ExampleDynamics:  # noqa: ARG001 - part of the key
    return read_examples(_files)


@st.cache_resource(max_entries=4, show_spinner=False)
def _load_replay(
    run_id: str,  # noqa: ARG001 - part of the key
    stamps: tuple[Stamp, ...],  # noqa: ARG001 - part of the key
    split: Split,
    _record: RunRecord,
    _files: Files,
) -> Replay | None:
    return make_replay(map(read_epoch, _files), split, load_split(_record, split).labels)
