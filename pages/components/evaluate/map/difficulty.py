"""How difficult the test images are for all networks at hand, and what that means."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from core.data.datasets import ImageSet
from core.errors import LabError
from core.evaluation.difficulty import Difficulty, count_difficulty
from core.evaluation.stored_predictions import load_test_predictions
from core.runs.record import RunRecord
from core.settings import data_root
from core.storage.stamp import Stamp, file_stamp
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr


def load_difficulty(record: RunRecord, test: ImageSet) -> Difficulty:
    """The difficulty of the run's test images for the run and all others that were measured on the same images.

    A network whose predictions cannot be used is left out. The trials of a sweep are left out too: they are many and
    alike. Raises LabError where those of `record` itself cannot be used.
    """
    others = [
        run
        for run in run_store().all()
        if run.id != record.id and run.result and run.config.dataset == record.config.dataset and not run.is_trial
    ]
    runs = (record, *others)
    stamps = tuple((run.id, file_stamp(run.predictions_file), file_stamp(run.weights_file)) for run in runs)
    return _load_difficulty(data_root(), stamps, runs, test)


def explain_difficulty(difficulty: Difficulty) -> None:
    """Say what the colours mean."""
    if difficulty.n_networks == 1:
        st.caption(
            tr(
                "Difficulty is how many networks misclassify an image. Only this one was measured on these images so "
                "far, so the colours tell right from wrong."
            )
        )
        return
    st.caption(
        tr(
            "Difficulty is how many of the {count} networks that were measured on these images misclassify an image "
            "(instance hardness, Smith, Martinez and Giraud-Carrier 2014). All of them misclassify {all:,} images, "
            "none of them {none:,}.",
            count=difficulty.n_networks,
            all=int((difficulty.n_wrong == difficulty.n_networks).sum()),
            none=int((difficulty.n_wrong == 0).sum()),
        )
    )


@st.cache_data(max_entries=20, show_spinner=False)
def _load_difficulty(
    root: Path,  # noqa: ARG001 - part of the key
    stamps: tuple[tuple[str, Stamp, Stamp], ...],  # noqa: ARG001 - part of the key
    _runs: tuple[RunRecord, ...],
    _test: ImageSet,
) -> Difficulty:
    first, *others = _runs
    predictions = [load_test_predictions(first, _test).argmax(1)]
    for run in others:
        try:
            probabilities = load_test_predictions(run, _test)
        except (LabError, OSError):
            continue
        if len(probabilities) == len(_test):
            predictions.append(probabilities.argmax(1))
    return count_difficulty(_test.labels, predictions)
