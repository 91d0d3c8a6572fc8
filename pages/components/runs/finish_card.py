"""What a finished run came to, and where to go from here."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.charts.outcome import NextStep, Outcome, next_step, outcome
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.runs.record import RunRecord
from core.sweep.estimate import seconds_of_run
from core.texts.message import Message, message, plural
from pages.components.runs.step_cost import show_by_step_seconds
from pages.components.shell.presenter import form_key
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr
from pages.components.shell.wording import about, percent

# The run whose settings the form is to take over.
COPY_KEY = "copied_run"
# The better network that the page is to train: a `NextStep`.
NEXT_KEY = "next_step"
_LINKS = form_key("finish_links")
# Links have room around them that buttons of their looks lack, so the gaps would differ.
_STYLE = f"<style>.st-key-{_LINKS} [data-testid=stPageLink-NavLink] {{ padding-inline: 0; background: none; }}</style>"


def show_finish(record: RunRecord) -> None:
    """Draw what the kept network of a run that has ended does with the test images, and the links from there."""
    if record.result:
        st.markdown(tr(_sentence(outcome(record.config, record.result))))
    if record.has_lost_weights:
        text = tr("The weights of this run are gone, so it predicts no more. Train its settings again, or delete it.")
        st.warning(text, icon=":material/heart_broken:")
    # Two rows on a phone, which is the room that is kept for them.
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key=_LINKS):
        if record.can_predict:
            _link("evaluate", tr("See its mistakes"), record)
            _link("draw", _draw_label(record.config), record)
            if step := next_step(record.config):
                # What draws itself again would take all the room that the row has left.
                with st.container(width="content"):
                    show_by_step_seconds([step.config], partial(_offer, step))
        if st.button(tr("Use its settings"), icon=":material/content_copy:", type="tertiary"):
            st.session_state[COPY_KEY] = record.id
            st.rerun()


def _offer(step: NextStep, step_seconds: list[float] | None) -> None:
    seconds = seconds_of_run(step.config, run_store().all(), step_seconds)
    label = tr(step.title) if seconds is None else tr("{step} ({time})", step=message(step.title), time=about(seconds))
    # By a key, so that the button stays the same one when its time is known better.
    if st.button(label, key="next_step_button", icon=":material/trending_up:", type="tertiary"):
        st.session_state[NEXT_KEY] = step
        st.rerun()


def _sentence(result: Outcome) -> Message:
    accuracy = percent(result.accuracy)
    if result.most_often is None:
        return message(
            "**{accuracy}** of the {count:,} test images: no mistake.", accuracy=accuracy, count=result.n_test
        )
    return plural(
        "**{accuracy}** of the test images: {count:,} mistake, **{true}\u00a0→\u00a0{predicted}**.",
        "**{accuracy}** of the test images: {count:,} mistakes, most often **{true}\u00a0→\u00a0{predicted}**.",
        result.mistakes,
        accuracy=accuracy,
        true=message(result.most_often.true),
        predicted=message(result.most_often.predicted),
    )


def _draw_label(config: RunConfig) -> str:
    return tr("Draw for it") if find_dataset(config.dataset).has_digits else tr("Try it on a picture")


def _link(name: str, label: str, record: RunRecord) -> None:
    st.page_link(f"pages/{name}.py", label=label, icon=PAGES[name].icon, query_params={"run": record.id})
