"""How the run learned: its predictions epoch by epoch, and a map of its training images."""

from __future__ import annotations

import streamlit as st

from core.errors import LabError
from core.runs.epoch_files import find_epochs
from core.runs.record import RunRecord
from models.texts import mark
from pages.components.data.data_gate import require_dataset
from pages.components.evaluate.dynamics.map_view import show_data_map
from pages.components.evaluate.dynamics.reading import Files, why_nothing
from pages.components.evaluate.dynamics.replay_view import show_replay
from pages.components.forms.pills import choose_pill
from pages.components.shell.errors import fragment
from pages.components.shell.services import run_store
from pages.components.shell.texts import tr

# Time between two looks for new epochs of a run in training, in seconds.
_LOOK_SECONDS = 1.0
_PARTS = {
    "replay": (mark("Epoch by epoch"), ":material/history:"),
    "map": (mark("Data map"), ":material/scatter_plot:"),
}


def show_dynamics(record: RunRecord) -> None:
    """Draw the part that is chosen. While the run is in training, the page runs again after each of its epochs."""
    files = find_epochs(record.path)
    _draw(record, files)
    if record.is_active:
        fragment(_watch, run_every=_LOOK_SECONDS)(record.id, files)


def _watch(run_id: str, files: Files) -> None:
    """Look for what has changed. What is drawn has no timer of its own, since drawing it in vain makes it flicker."""
    try:
        record = run_store().get(run_id)
    except LabError as error:
        st.warning(tr(error))
        return
    if not record.is_active or find_epochs(record.path) != files:
        st.rerun()


@fragment
def _draw(record: RunRecord, files: Files) -> None:
    if not files:
        st.info(tr(why_nothing(record)), icon=":material/timeline:")
        st.page_link("pages/train.py", label=tr("Train a network"), icon=":material/play_circle:")
        return
    if not require_dataset(record.config.dataset):
        return
    if choose_pill(tr("Part"), _PARTS, "dynamics_part", "content") == "replay":
        show_replay(record, files)
    else:
        show_data_map(record, files)
