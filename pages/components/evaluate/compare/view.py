"""Two runs on the same test images: where they differ, and whether by more than chance."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import find_dataset
from core.evaluation.two_runs import TwoRuns
from core.runs.record import RunRecord
from core.settings import data_root
from core.texts.message import message
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.compare.images import show_groups
from pages.components.evaluate.compare.matrix import show_difference
from pages.components.evaluate.compare.other import pick_other
from pages.components.evaluate.compare.verdict import show_verdict
from pages.components.evaluate.mistakes.choice import CellChoice
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.shell.errors import fragment, showing_errors
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr
from pages.components.shell.wording import name_classes


@fragment
def show_two_runs(record: RunRecord) -> None:
    """Compare the run with a second one, which the reader chooses."""
    info = find_dataset(record.config.dataset)
    left, right = st.columns(2, gap="medium")
    with left, st.container(key=form_key("other")):
        other = pick_other(record)
    if other is None:
        st.info(
            tr("There is no other network that was measured on {dataset}.", dataset=message(info.title)),
            icon=":material/compare_arrows:",
        )
        return
    if not require_dataset(info.name):
        return
    with showing_errors():
        test = load_test_images(info.name, data_root())
        two = TwoRuns(*(load_calibrated_samples(run, test) for run in (record, other)))
        choice = CellChoice(name_classes(info))
        with left:
            show_difference(two, name_classes(info), choice)
        with right:
            show_verdict(record, other, two)
            show_groups(two, test.images, info, choice, f"compare_{record.id}_{other.id}")
