"""The images on which only one of two networks is right, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import streamlit as st

from core.data.catalog import DatasetInfo
from core.data.datasets import Images
from core.evaluation.two_runs import Group, TwoRuns, counts_of_groups, wrong_answers
from core.texts.message import Message, message, plural
from models.texts import mark
from pages.components.evaluate.mistakes.choice import CellChoice, Choice
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.shell.address import choose_by_address
from pages.components.shell.errors import callback
from pages.components.shell.texts import tr
from pages.components.shell.wording import name_classes


@dataclass(frozen=True)
class _Option:
    """A group of images, see `pages.components.shell.address.Titled`. answer: whose answer stands below each image."""

    title: str
    icon: str
    answer: str


_B_TAKES, _A_TAKES = (
    mark("Under each image stands what B takes it for."),
    mark("Under each image stands what A takes it for."),
)
_GROUPS: dict[str, _Option] = {
    "only_a": _Option(mark("Only A is right"), ":material/looks_one:", _B_TAKES),
    "only_b": _Option(mark("Only B is right"), ":material/looks_two:", _A_TAKES),
    "both_wrong": _Option(mark("Both are wrong"), ":material/block:", _A_TAKES),
}


def show_groups(two: TwoRuns, images: Images, info: DatasetInfo, choice: CellChoice, key: str) -> None:
    """Draw the images of one of the groups, as far as they are of the chosen classes. key: of the gallery."""
    y_true, y_pred = choice.value.y_true, choice.value.y_pred
    chosen = two.select(y_true, y_pred)
    counts = counts_of_groups(two, chosen)
    # In a box as wide as they are, the choices wrap on a phone.
    with st.container(gap=None, width="content"):
        chosen_group = choose_by_address("images", tr("Images"), _GROUPS, "only_a", label_visibility="collapsed")
    group = cast(Group, chosen_group)
    if choice.value != Choice():
        _say_choice(info, choice)
    count = counts[group]
    said = tr(_count(group, count))
    st.markdown(f"{said} {tr(_GROUPS[group].answer)}" if count else said)
    if count:
        found = wrong_answers(two, group, chosen)
        if group == "both_wrong":
            same = int((two.a.y_pred == two.b.y_pred)[found.index].sum())
            st.caption(tr("B takes {count:,} of them for the same.", count=same))
        show_gallery_pages(images, found, name_classes(info), f"{key}_{group}_{y_true}_{y_pred}")


def _say_choice(info: DatasetInfo, choice: CellChoice) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(tr(_classes(choice.value, name_classes(info))))
        st.button(tr("Show all"), icon=":material/arrow_back:", on_click=callback(choice.set))


def _classes(chosen: Choice, names: tuple[str, ...]) -> Message:
    true, predicted = (None if which is None else names[which] for which in (chosen.y_true, chosen.y_pred))
    if predicted is None:
        return message("Images of **{true}**.", true=true)
    if true is None:
        return message("Images that A or B takes for **{predicted}**.", predicted=predicted)
    return message("Images of **{true}** that A or B takes for **{predicted}**.", true=true, predicted=predicted)


def _count(group: Group, count: int) -> Message:
    if group == "only_a":
        return plural("A alone is right on **{count:,}** image.", "A alone is right on **{count:,}** images.", count)
    if group == "only_b":
        return plural("B alone is right on **{count:,}** image.", "B alone is right on **{count:,}** images.", count)
    return plural("Both are wrong on **{count:,}** image.", "Both are wrong on **{count:,}** images.", count)
