"""What the reader's verdicts do to the accuracy, and the verdicts as a file."""

from __future__ import annotations

import streamlit as st

from core.labels.accuracy import AccuracyWithout, accuracy_without
from core.labels.verdicts import JUDGEMENTS, verdicts_csv
from pages.components.evaluate.labels.suspects import Suspects
from pages.components.shell.texts import tr
from pages.components.shell.wording import percent


def show_effect(suspects: Suspects) -> None:
    """Draw what was judged, once there is a verdict, and the accuracy with and without the labels judged wrong.

    There is no accuracy of training images: the network was trained on their labels.
    """
    verdicts, found = suspects.verdicts, None
    if not len(verdicts):
        return
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        counts = tr(
            "{right} right, {wrong} wrong, {unsure} of which you cannot tell.",
            **{judgement: len(verdicts.judged(judgement)) for judgement in JUDGEMENTS},
        )
        st.metric(tr("Labels judged"), f"{len(verdicts):,}", width="content", help=counts)
        if suspects.samples is not None:
            found = accuracy_without(suspects.samples, verdicts.judged("wrong"))
            _metric(tr("Accuracy, all images"), found.whole.accuracy, found.whole.n)
            _metric(tr("Without those judged wrong"), found.rest.accuracy, found.rest.n)
        st.download_button(
            tr("Verdicts as CSV"),
            verdicts_csv(verdicts, suspects.info.class_names),
            f"{suspects.info.name}-{suspects.which}-verdicts.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    if found:
        st.caption(_say(found))


def _metric(title: str, share: float, count: int) -> None:
    st.metric(title, percent(share), width="content", help=tr("Of {count:,} images.", count=count))


def _say(found: AccuracyWithout) -> str:
    counted = tr(
        "Correct are {correct:,} of {n:,} images, and {rest_correct:,} of {rest:,} without those judged wrong. Of "
        "those, the network predicts {wrong_correct:,} of {wrong:,} as their label says.",
        correct=found.whole.correct,
        n=found.whole.n,
        rest_correct=found.rest.correct,
        rest=found.rest.n,
        wrong_correct=found.wrong.correct,
        wrong=found.wrong.n,
    )
    limits = tr(
        "This tells how much the labels that you found wrong cost the network. It is no accuracy on right labels: you "
        "look first where this network contradicts the label, and hardly ever where it agrees with a wrong one. So do "
        "not compare networks by it."
    )
    return f"{counted} {limits}"
