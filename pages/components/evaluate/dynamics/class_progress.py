"""How well each class was recognised after an epoch, and over all of them."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.dynamics.replay import Replay
from pages.components.shell.presenter import sized_place
from pages.components.shell.texts import tr, tr_plain


def show_class_progress(replay: Replay, place: int, class_names: tuple[str, ...]) -> None:
    """A table with a row for each class. place: of the chosen epoch in the replay."""
    accuracy = 100 * replay.class_accuracy()
    before = accuracy[max(place - 1, 0)]
    table = {
        "class": class_names,
        "accuracy": accuracy[place],
        "change": accuracy[place] - before,
        "epochs": accuracy.T.tolist(),
    }
    columns = {
        "class": st.column_config.TextColumn(tr_plain("Class")),
        "accuracy": st.column_config.ProgressColumn(
            tr_plain("Accuracy"),
            help=tr("The share of the images of this class that were predicted as it, after this epoch."),
            min_value=0,
            max_value=100,
            format="%.2f%%",
        ),
        "change": st.column_config.NumberColumn(
            tr_plain("Change"), help=tr("Percentage points since the epoch before."), format="%+.2f"
        ),
        "epochs": st.column_config.LineChartColumn(tr_plain("All epochs"), y_min=float(np.nanmin(accuracy)), y_max=100),
    }
    with sized_place():
        st.dataframe(table, hide_index=True, height="content", column_config=columns)
