"""How good both networks are, and whether their difference is more than chance."""

from __future__ import annotations

import streamlit as st

from core.evaluation.two_runs import Accuracy, TwoRuns
from core.metrics.mcnemar import McNemar
from core.runs.record import RunRecord
from core.texts.message import Message, message
from pages.components.evaluate.accuracy import show_accuracy
from pages.components.shell.texts import tr

# Below this p value a difference is called more than chance.
_LEVEL = 0.05
# p values below this are not written out.
_SMALLEST = 0.0001


def show_verdict(a: RunRecord, b: RunRecord, two: TwoRuns) -> None:
    """Both accuracies with their intervals, and McNemar's test."""
    with st.container(horizontal=True, gap="medium"):
        for letter, record, accuracy in zip("AB", (a, b), two.accuracies(), strict=True):
            label = tr("{letter}: {name}", letter=letter, name=record.name)
            show_accuracy(label, accuracy.share, accuracy.interval, tr(_explain_accuracy(accuracy)))
    test = two.test()
    st.markdown(f"{tr(_counts(test))} {tr(_conclusion(test))}")
    with st.expander(tr("What the test says, and what it does not")):
        _explain(test)


def _explain_accuracy(accuracy: Accuracy) -> Message:
    return message(
        "Test accuracy on {count:,} images with its 95 % interval (Wilson 1927): accuracies that fit the count of "
        "right answers. Both networks answered the same images, so the test below tells them apart better than "
        "their intervals do.",
        count=accuracy.n,
    )


def _counts(test: McNemar) -> Message:
    return message(
        "A alone is right on **{only_a:,}** images, B alone on **{only_b:,}**: p {p_value} by McNemar’s exact test.",
        only_a=test.only_a,
        only_b=test.only_b,
        p_value=p_text(test.p_value),
    )


def _conclusion(test: McNemar) -> Message:
    if test.p_value >= _LEVEL:
        return message("Networks that are equally good differ as much by chance often enough.")
    if test.only_a > test.only_b:
        return message("On images like these A is better: chance alone would seldom divide them so unevenly.")
    return message("On images like these B is better: chance alone would seldom divide them so unevenly.")


def p_text(p_value: float) -> str:
    """A p value that is never called 0, with its sign of comparison."""
    if p_value < _SMALLEST:
        return f"< {_SMALLEST:.4f}"
    return f"= {p_value:.2f}" if p_value >= 0.1 else f"= {p_value:.2g}"


def _explain(test: McNemar) -> None:
    st.markdown(
        tr(
            "- Only images on which one network is right and the other wrong tell which is better; here they are "
            "{count:,}. Were both equally good, each would be like the toss of a coin. p is the probability of a split "
            "at least as uneven (McNemar 1947, two-sided and exact by the binomial distribution).\n"
            "- A large p is no proof that both are equally good: there may be too few images to tell.\n"
            "- A small p does not say that the difference is large. See both accuracies for that.\n"
            "- It is about these two trained networks, not about their recipes: trained again from another seed, each "
            "would be right on other images.\n"
            "- It counts as it stands for two networks that were chosen beforehand. The best of many by its test "
            "accuracy looks better than it is.",
            count=test.only_a + test.only_b,
        )
    )
