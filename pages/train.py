"""Train a network and watch it learn."""

import streamlit as st

from core.config.run_config import RunConfig
from core.errors import LabError
from core.runs.record import RunRecord
from core.settings import data_root
from pages.components.data.data_gate import require_dataset
from pages.components.runs.curves import COMPARE_KEY, compare_controls
from pages.components.runs.live_run import COPY_KEY, show_run
from pages.components.runs.run_picker import asked_run_id, remember_run
from pages.components.runs.runs_table import show_runs
from pages.components.runs.steering import request, show_refusal
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.sitemap import enter
from pages.components.train.config_form import (
    choose_config,
    choose_embedded_digits,
    fill,
    fill_from_url,
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
        st.toast("The run is on its way, beside or below the form.", icon=":material/play_arrow:")

    request(submit)


def new_run() -> None:
    """The form and its Start button."""
    fill_from_url()
    if run_id := st.session_state.pop(COPY_KEY, None):
        fill(run_store().get(run_id).config)
    config = choose_config()
    if config is None or require_dataset(config.dataset, choose_embedded_digits):
        # Not a callback: it would be given the settings of the page's run before, and so miss what was just typed.
        starts = st.button(
            "Start", type="primary", icon=":material/play_arrow:", width="stretch", disabled=config is None
        )
        if config and starts:
            start(config)
    # Below the button, which must not move away under the mouse when it appears.
    if config:
        show_differences(config)


def shown_run(records: list[RunRecord]) -> RunRecord | None:
    """The run in the URL; else the one being trained, the one looked at last, or the visitor's newest."""
    asked = st.query_params.get("run")
    if asked:
        try:
            return run_store().get(asked)
        except LabError as error:
            st.warning(f"{error} The runs that exist are in the table below.", icon=":material/search_off:")
    active = [record for record in records if record.is_active and not record.is_trial]
    last = [record for record in records if record.id == asked_run_id()]
    own = [record for record in records if not record.bundled and not record.is_trial]
    return next(iter([*active[::-1], *last, *own]), None)


def current_run(records: list[RunRecord]) -> None:
    """The chosen run, live."""
    record = shown_run(records)
    if record is None:
        show_refusal()
        st.info("Start a run and watch the network learn.", icon=":material/school:")
        return
    remember_run(record.id)
    show_run(record)
    compare_controls(record, records)


left, right = st.columns([1, 2.2], gap="large")
with left:
    new_run()
runs = run_store().all()
with right:
    current_run(runs)
st.subheader("All runs", anchor=False)
show_runs(is_live=any(record.is_active for record in runs))
