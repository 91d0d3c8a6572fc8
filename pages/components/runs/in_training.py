"""What is being trained, in the header of every page: how far it is, and a link to it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from core.runs.record import PAUSED, QUEUED, RUNNING, SWEEP_TAG, RunRecord
from pages.components.runs.run_picker import RUN
from pages.components.runs.status import BADGES
from pages.components.shell.address import follow
from pages.components.shell.errors import fragment
from pages.components.shell.services import run_store
from pages.components.shell.sitemap import PAGES
from pages.components.shell.texts import tr

_REFRESH_SECONDS = 2.0
# By which app.py finds it a place in the header.
_KEY = "in_training"


def show_in_training(page: str) -> None:
    """Draw the link, and again by itself as long as something is active. It takes no room from the page.

    page: the name of the page; what it shows itself needs no link.
    """
    record, shown = run_to_follow(run_store().all()), follow(RUN) if page == "train" else None
    # A page that shows it follows it by itself, and runs again when it ends.
    if record and not _is_shown(record, page, shown):
        with st.container(key=_KEY):
            fragment(_draw, run_every=_REFRESH_SECONDS)(page, shown)


def run_to_follow(records: Sequence[RunRecord]) -> RunRecord | None:
    """The run that is being trained, rather than one that waits, and than a sweep's; None where none is active.

    records: newest first.
    """
    active = [record for record in records if record.is_active]
    return min(active, key=lambda record: (record.is_trial, record.state.status == QUEUED), default=None)


def _draw(page: str, shown: str | None) -> None:
    record = run_to_follow(run_store().all())
    if record is None:
        # A fragment's timer is fixed when the page runs.
        st.rerun()
    elif _is_shown(record, page, shown):
        return
    elif record.is_trial:
        _link("sweep", tr("Sweep under way"), {"sweep": record.tags[SWEEP_TAG]})
    else:
        _link("train", _progress(record), {RUN: record.id})


def _is_shown(record: RunRecord, page: str, shown: str | None) -> bool:
    return page == "sweep" if record.is_trial else record.id == shown


def _progress(record: RunRecord) -> str:
    # Rounded down: only a run that is done is at 100 %.
    share = math.floor(100 * record.state.share) / 100
    if record.state.status == RUNNING:
        return tr("Training {share:.0%}", share=share)
    if record.state.status == PAUSED:
        return tr("Paused at {share:.0%}", share=share)
    return tr(BADGES[record.state.status].text)


def _link(page: str, label: str, parameters: dict[str, str]) -> None:
    st.page_link(f"pages/{page}.py", label=label, icon=PAGES[page].icon, query_params=parameters)
