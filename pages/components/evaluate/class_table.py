"""Precision, recall and F1 of each class."""

from __future__ import annotations

from statistics import fmean

import streamlit as st

from core.metrics.classification import ClassScores

_HELP = {
    "Precision": "Of the images that the network called this class, the share that are.",
    "Recall": "Of the images of this class, the share that the network recognised.",
    "F1": "Harmonic mean of precision and recall; low as soon as one of them is.",
}


def show_class_table(scores: tuple[ClassScores, ...], class_names: tuple[str, ...]) -> None:
    """A table with a row for each class, and the means over all classes."""
    shares = {
        "Precision": [100 * score.precision for score in scores],
        "Recall": [100 * score.recall for score in scores],
        "F1": [100 * score.f1 for score in scores],
    }
    bars = {
        name: st.column_config.ProgressColumn(name, help=text, min_value=0, max_value=100, format="%.2f%%")
        for name, text in _HELP.items()
    }
    support = st.column_config.NumberColumn("Support", help="Test images of this class.", format="localized")
    st.dataframe(
        {"Class": class_names, **shares, "Support": [score.support for score in scores]},
        hide_index=True,
        height="content",
        column_config={**bars, "Support": support},
    )
    means = " · ".join(f"{name} {fmean(values):.2f}%" for name, values in shares.items())
    st.caption(f"Mean over the classes, each counted alike: {means}")
