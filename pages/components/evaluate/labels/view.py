"""The label detective: the ranking, the judging one by one, and what the verdicts do to the accuracy."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.runs.record import RunRecord
from models.texts import mark
from pages.components.data.data_gate import require_dataset
from pages.components.evaluate.labels.effect import show_effect
from pages.components.evaluate.labels.judge import show_judging
from pages.components.evaluate.labels.ranking import choose_shown, show_ranking
from pages.components.evaluate.labels.suspects import Suspects, load_suspects
from pages.components.shell.address import choose_by_address
from pages.components.shell.errors import fragment, showing_errors
from pages.components.shell.presenter import form_key
from pages.components.shell.texts import tr


@dataclass(frozen=True)
class _Way:
    title: str
    icon: str


_RANKING, _JUDGE = "ranking", "judge"
_WAYS = {
    _RANKING: _Way(mark("Ranking"), ":material/format_list_numbered:"),
    _JUDGE: _Way(mark("Judge one by one"), ":material/gavel:"),
}


@fragment
def show_labels(record: RunRecord) -> None:
    """Draw the test labels that the run's predictions speak against."""
    if not require_dataset(record.config.dataset):
        return
    with showing_errors():
        with st.spinner(tr("Ranking the labels…")):
            suspects = load_suspects(record)
        st.markdown(_introduce(suspects))
        with st.container(horizontal=True, vertical_alignment="center", key=form_key("detective")):
            way = choose_by_address("labels", tr("Way"), _WAYS, _RANKING, label_visibility="collapsed", width="content")
            shown = choose_shown(suspects) if way == _RANKING else ""
        if way == _RANKING:
            show_ranking(suspects, shown)
        else:
            show_judging(suspects)
        show_effect(suspects)


def _introduce(suspects: Suspects) -> str:
    ranked = tr(
        "Not every label is right. Here the test images are ranked by how much the network’s predictions speak against "
        "their labels."
    )
    taken = tr(
        "Confident learning takes **{count:,}** of {all:,} for wrong: too many where the network is weak.",
        count=suspects.n_issues,
        all=len(suspects.samples),
    )
    return f"{ranked} {taken}"
