"""Calibrating a network on request, or why that cannot be done."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.data.datasets import is_available
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import Message, message
from core.uncertainty.calibrate_run import calibrate_run
from models.texts import mark
from pages.components.shell.long_call import await_call
from pages.components.shell.services import is_others
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr

_ALL_USED = mark("It was trained on all images of its data set, so none are left to calibrate it on.")


def offer_calibration(record: RunRecord, problem: Message) -> None:
    """Why the probabilities are the raw ones, and a button where they can be calibrated."""
    can = record.config.val_fraction > 0 and not record.bundled
    st.caption(tr(problem) if can else f"{tr(problem)} {tr(_ALL_USED)}")
    # While it is trained its weights still change, and another visitor's run is not to be changed.
    if not can or record.is_active or is_others(record):
        return
    if not is_available(record.config.dataset, data_root()):
        title = Message(find_dataset(record.config.dataset).title)
        st.page_link("pages/train.py", label=tr("Get {dataset}", dataset=title), icon=PAGES["train"].icon)
        return
    key, label = f"calibrate_{record.id}", message("Calibrate")
    if await_call(key, label, calibrate_run, record.path, data_root(), kind="secondary", icon=":material/tune:"):
        st.rerun()
