"""The class, once for the whole app; each visitor sees it as their own part in it allows."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.classroom.classroom import Classroom, Roll
from core.classroom.reading import ClassReader, ClassReading
from core.data.datasets import Images
from core.inference.networks import predict_proba
from core.learners.base import Probabilities
from core.runs.record import RunRecord
from core.settings import operator, runs_root
from core.storage.stamp import file_stamp
from pages.components.shell.services import job_queue
from pages.components.shell.visitor import current_visitor


def classroom() -> Classroom:
    """The class as this visitor sees it."""
    return _whole_class().seen_by(current_visitor())


def nicknames() -> dict[str, str]:
    """The members' nicknames by owner; empty without a class. For the teacher."""
    room = classroom()
    return {member.owner: member.nickname for member in room.roll().members} if room.is_there else {}


def read_class(roll: Roll, record: RunRecord) -> ClassReading:
    """What a network reads in all digits that were handed in. Raises LabError, OSError."""
    return _reader().read(roll, record.path, file_stamp(record.weights_file), _predict)


def _predict(run: Path, images: Images) -> Probabilities:
    return job_queue().compute.call(predict_proba, run, images)


@st.cache_resource(show_spinner=False)
def _whole_class() -> Classroom:
    return Classroom(runs_root() / "classroom", lambda: operator().class_code)


@st.cache_resource(show_spinner=False)
def _reader() -> ClassReader:
    return ClassReader()
