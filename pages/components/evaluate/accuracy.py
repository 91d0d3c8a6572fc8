"""An accuracy with its interval."""

from __future__ import annotations

import streamlit as st

from core.metrics.intervals import Interval
from pages.components.shell.wording import interval_text, percent


def show_accuracy(label: str, share: float, interval: Interval, explanation: str) -> None:
    """Draw the share of right predictions, from 0 to 1, with its interval below and the explanation on request."""
    st.metric(
        label,
        percent(share),
        interval_text(interval),
        delta_color="off",
        delta_arrow="off",
        width="content",
        help=explanation,
    )
