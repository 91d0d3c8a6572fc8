"""Train a network and watch it learn."""

import streamlit as st

from core.config.run_config import RunConfig
from core.errors import LabError
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.draw.source.drawing import last_picture
from pages.components.runs.curves import COMPARE_KEY, compare_controls
from pages.components.runs.finish_card import COPY_KEY
from pages.components.runs.live_run import show_run
from pages.components.runs.run_picker import RUN, remember_run
from pages.components.runs.runs_table import show_runs
from pages.components.runs.steering import request, show_refusal
from pages.components.shell.address import follow, named, settle
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr
from pages.components.train.config_form import (
    choose_config,
    choose_embedded_digits,
    fill,
    fill_from_address,
    recipe_tags,
    run_name,
    show_differences,
)

enter()


def start(config: RunConfig) -> None:
    """Submit a run and show it."""

    def submit() -> None:
        record = job_queue().submit(config, data_root(), run_name(), recipe_tags(config))
        st.session_state[COMPARE_KEY] = []
        remember_run(record.id)
        # On a phone the run is shown below what fits the screen.
        st.toast(tr("The run is on its way, beside or below the form."), icon=":material/play_arrow:")

    request(submit)


def new_run() -> None:
    """The form and its Start button."""
    fill_from_address()
    if run_id := st.session_state.pop(COPY_KEY, None):
        fill(run_store().get(run_id).config)
    config = choose_config()
    if config is None or require_dataset(config.dataset, choose_embedded_digits):
        # Not a callback: it would be given the settings of the page's run before, without what was just typed.
        starts = st.button(
            tr("Start"), type="primary", icon=":material/play_arrow:", width="stretch", disabled=config is None
        )
        if config and starts:
            start(config)
    # Below the button, which must not move away under the mouse when it appears.
    if config:
        show_differences(config)


def shown_run(records: list[RunRecord]) -> RunRecord | None:
    """The run in the address; else the one being trained, the one looked at last, or the visitor's newest."""
    chosen = follow(RUN)
    if chosen and chosen == named(RUN):
        try:
            return run_store().get(chosen)
        except LabError as error:
            problem = tr("{error} The runs that exist are in the table below.", error=error.message)
            st.warning(problem, icon=":material/search_off:")
    active = [record for record in records if record.is_active and not record.is_trial]
    last = [record for record in records if record.id == chosen]
    own = [record for record in records if not record.bundled and not record.is_trial]
    return next(iter([*active[::-1], *last, *own]), None)


def current_run(records: list[RunRecord]) -> None:
    """The chosen run, live."""
    record = shown_run(records)
    if record is None:
        show_refusal()
        st.info(tr("Start a run and watch the network learn."), icon=":material/school:")
        return
    asked = named(RUN)
    settle(RUN, record.id, instead_of=asked if asked != record.id else None)
    show_run(record, last_picture)
    compare_controls(record, records)


left, right = st.columns([1, 2.2], gap="large")
with left:
    new_run()
runs = run_store().all()
with right:
    current_run(runs)
st.subheader(tr("All runs"), anchor=False)
show_runs(is_live=any(record.is_active for record in runs))
