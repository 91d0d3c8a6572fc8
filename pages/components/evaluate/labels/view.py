"""The label detective: the ranking, the judging one by one, and what the verdicts do to the accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.runs.record import RunRecord
from core.texts.message import plural
from models.texts import mark
from pages.components.data.data_gate import require_dataset
from pages.components.evaluate.labels.effect import show_effect
from pages.components.evaluate.labels.judge import show_judging
from pages.components.evaluate.labels.loading import load_suspects
from pages.components.evaluate.labels.ranking import choose_shown, show_ranking
from pages.components.evaluate.labels.suspects import TITLES, Suspects, Which
from pages.components.shell.address import choose_by_address, in_address
from pages.components.shell.errors import fragment, showing_errors
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr


@dataclass(frozen=True)
class _Way:
    title: str
    icon: str


# In CSS pixels.
_CHOICE_WIDTH = 190
_RANKING, _JUDGE = "ranking", "judge"
_WAYS = {
    _RANKING: _Way(mark("Ranking"), ":material/format_list_numbered:"),
    _JUDGE: _Way(mark("Judge one by one"), ":material/gavel:"),
}


@fragment
def show_labels(record: RunRecord) -> None:
    """Draw the labels that the run speaks against, of its test, validation or training images."""
    if not require_dataset(record.config.dataset):
        return
    with showing_errors():
        with st.container(horizontal=True, vertical_alignment="bottom", key=form_key("detective")):
            which = _choose_images()
            way = choose_by_address("labels", tr("Way"), _WAYS, _RANKING, label_visibility="collapsed", width="content")
            shown = choose_shown(record.config.dataset, which) if way == _RANKING else ""
        suspects = load_suspects(record, which)
        if suspects is None:
            return
        st.markdown(_introduce(suspects))
        if way == _RANKING:
            show_ranking(suspects, shown)
        else:
            show_judging(suspects)
        show_effect(suspects)


def _choose_images() -> Which:
    with st.container(gap=None, width=_CHOICE_WIDTH):
        which: Which = st.selectbox(
            options=list(TITLES),
            format_func=lambda which: tr(TITLES[which]),
            **in_address("among", tr("Images"), "test", known=TITLES),
        )
    return which


def _introduce(suspects: Suspects) -> str:
    if suspects.n_issues is None:
        return tr(
            "Not every label is right. Here the training images are ranked by the mean probability of their label over "
            "the epochs of training: wrong labels are often among the lowest ([training "
            "dynamics](https://arxiv.org/abs/2009.10795)). This is not out of sample: the network was trained on these "
            "labels, and may have learnt wrong ones by heart."
        )
    if suspects.which == "val":
        ranked = tr(
            "Not every label is right. Here the validation images, which the network was not trained on, are ranked by "
            "how much its predictions speak against their labels."
        )
    else:
        ranked = tr(
            "Not every label is right. Here the test images are ranked by how much the network’s predictions speak "
            "against their labels."
        )
    taken = tr(
        plural(
            "By confident learning **{count:,}** of {all:,} labels looks wrong; a weak network suspects too many.",
            "By confident learning **{count:,}** of {all:,} labels look wrong; a weak network suspects too many.",
            suspects.n_issues,
            all=len(suspects),
        )
    )
    return f"{ranked} {taken}"
