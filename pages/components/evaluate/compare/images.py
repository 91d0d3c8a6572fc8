"""The images on which only one of two networks is right, or neither."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.data.catalog import DatasetInfo
from core.data.datasets import Images
from core.evaluation.two_runs import Group, TwoRuns, counts_of_groups, wrong_answers
from core.texts.message import Message, plural
from models.texts import mark
from pages.components.charts.cell_chart import Cell
from pages.components.evaluate.compare.matrix import choose_cell
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.forms.pills import choose_pill
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr

_TITLES: dict[Group, tuple[str, str]] = {
    "only_a": (mark("Only A is right"), ":material/looks_one:"),
    "only_b": (mark("Only B is right"), ":material/looks_two:"),
    "both_wrong": (mark("Both are wrong"), ":material/block:"),
}
_ANSWERS: dict[Group, str] = {
    "only_a": mark("Under each image stands what B takes it for."),
    "only_b": mark("Under each image stands what A takes it for."),
    "both_wrong": mark("Under each image stands what A takes it for."),
}


def show_groups(two: TwoRuns, images: Images, info: DatasetInfo, cell: Cell | None, key: str) -> None:
    """Draw the images of one of the groups, those of the chosen cell alone where there is one. key: of the gallery."""
    chosen = np.ones(len(two.a), bool) if cell is None else two.in_cell(*cell)
    counts = counts_of_groups(two, chosen)
    group = choose_pill(tr("Images"), _TITLES, "compare_group", width="content")
    if cell is not None:
        _say_cell(info, cell)
    count = counts[group]
    said = tr(_count(group, count))
    st.markdown(f"{said} {tr(_ANSWERS[group])}" if count else said)
    if count:
        found = wrong_answers(two, group, chosen)
        if group == "both_wrong":
            same = int((two.a.y_pred == two.b.y_pred)[found.index].sum())
            st.caption(tr("B takes {count:,} of them for the same.", count=same))
        show_gallery_pages(images, found, info.class_names, f"{key}_{group}_{cell}")


def _say_cell(info: DatasetInfo, cell: Cell) -> None:
    true, predicted = (info.class_names[label] for label in cell)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr("Images of **{true}** that A or B takes for **{predicted}**.", true=true, predicted=predicted))
        st.button(tr("Show all"), icon=":material/arrow_back:", on_click=callback(choose_cell), args=(info.name, None))


def _count(group: Group, count: int) -> Message:
    if group == "only_a":
        return plural("A alone is right on **{count:,}** image.", "A alone is right on **{count:,}** images.", count)
    if group == "only_b":
        return plural("B alone is right on **{count:,}** image.", "B alone is right on **{count:,}** images.", count)
    return plural("Both are wrong on **{count:,}** image.", "Both are wrong on **{count:,}** images.", count)
