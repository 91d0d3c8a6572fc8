"""Asking a network, in the computing process, what it reads."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path

import numpy as np
import streamlit as st

from core.errors import LabError
from core.inference import predict_proba
from core.learner import Probabilities
from core.runs import RunRecord
from core.strokes import SIDE, Picture
from pages.components.resources import job_manager


def read_picture(record: RunRecord, picture: Picture) -> Probabilities:
    """Class probabilities (10,) of a picture (28, 28). Raises LabError, OSError."""
    answer: Probabilities = job_manager().host.call(predict_proba, record.path, picture[None])[0]
    return answer


def is_ready() -> bool:
    """Whether the computing process answers at once."""
    return job_manager().host.is_ready.is_set()


@st.cache_resource(show_spinner=False)
def warm_up_network(path: Path) -> None:
    """Load the network in the run's folder in the background, so that the first stroke is read as fast as any."""
    host = job_manager().host

    def load() -> None:
        # What goes wrong here goes wrong again when it is asked for, and is shown then.
        with contextlib.suppress(LabError, OSError):
            host.call(predict_proba, path, np.zeros((1, SIDE, SIDE), np.uint8))

    threading.Thread(target=load, daemon=True).start()
