"""Train a network and watch it learn."""

import streamlit as st

from core.charts.outcome import NextStep
from core.config.recipes import RECIPES
from core.config.run_config import RunConfig
from core.errors import LabError
from core.runs.names import recipe_name, recipe_tags
from core.runs.record import QUEUED, STARTING, RunRecord
from core.settings import data_root
from pages.components.classroom.services import nicknames
from pages.components.data.start import Start, find_delay
from pages.components.draw.source.drawing import last_picture
from pages.components.runs.curves import COMPARE_KEY, CONTROLS, compare_controls, runs_on_show
from pages.components.runs.differences import show_differences
from pages.components.runs.finish_card import COPY_KEY, NEXT_KEY
from pages.components.runs.live_run import show_run
from pages.components.runs.run_picker import RUN, remember_run
from pages.components.runs.runs_table import show_runs
from pages.components.runs.steering import request, show_refusal
from pages.components.runs.time_needed import show_time_needed
from pages.components.runs.time_spent import show_time_spent
from pages.components.shell.address import follow, named, settle
from pages.components.shell.presenter import form_key
from pages.components.shell.reveal import reveal
from pages.components.shell.services import job_queue, run_store
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.uninterrupted import uninterrupted
from pages.components.shell.visitor import current_visitor
from pages.components.train.config_form import (
    bundled_example,
    choose_embedded_digits,
    choose_recipe,
    draw_settings,
    fill,
    fill_from_address,
    fill_recipe,
    read_config,
    run_name,
    run_tags,
)
from pages.components.train.example import show_example

enter()

START = Start("new_", choose_embedded_digits)
# The run that is shown instead of one that does not exist, and the words that say so.
_IN_VAIN = "run_asked_for_in_vain"


def start(config: RunConfig, name: str, tags: dict[str, str]) -> None:
    """Submit a run and show it. A second press while it is about to start shows the same run."""

    def submit() -> None:
        record = about_to_start(config) or job_queue().submit(config, data_root(), name, tags)
        st.session_state[COMPARE_KEY] = []
        remember_run(record.id)

    request(submit)


def about_to_start(config: RunConfig) -> RunRecord | None:
    """The visitor's run with these settings that waits for its turn or is starting, if there is one."""
    owner = current_visitor().owner
    own = [record for record in run_store().all() if record.owner == owner]
    return next((one for one in own if one.state.status in (QUEUED, STARTING) and one.config == config), None)


def start_next() -> None:
    """Train the better network that a run which has ended offers, if the reader asked for it there."""
    step: NextStep | None = st.session_state.pop(NEXT_KEY, None)
    if step is None:
        return
    if delay := find_delay(step.dataset):
        # The form gets its data first. A phone does not show it beside the run.
        fill_recipe(step.recipe, step.dataset)
        START.press()
        st.toast(tr(delay), icon=":material/hourglass_top:")
    else:
        # Without the form, which may hold what the reader wants to train after that.
        recipe = RECIPES[step.recipe]
        name = recipe_name(recipe, tr_plain(recipe.title), step.config, names_of_runs())
        start(step.config, name, recipe_tags(recipe, step.config))


def names_of_runs() -> list[str]:
    """What the runs are called that the visitor sees."""
    return [record.name for record in run_store().all()]


def new_run() -> RunConfig | None:
    """The form with its Start button; returns what it describes."""
    fill_from_address()
    # What was asked for is forgotten before it is done, so that it is done once.
    with uninterrupted():
        if run_id := st.session_state.pop(COPY_KEY, None):
            fill(run_store().get(run_id).config)
        start_next()
    choose_recipe()
    described = read_config()
    config = described if isinstance(described, RunConfig) else None
    with uninterrupted():
        if START.draw(config.dataset if config else None) and config:
            start(config, run_name(config, names_of_runs()), run_tags(config))
    if isinstance(described, RunConfig):
        show_time_needed(described)
    else:
        st.error(tr(described), icon=":material/error:")
    draw_settings(described)
    return config


def shown_run(records: list[RunRecord]) -> RunRecord | None:
    """The run in the address, or else the one that comes first."""
    chosen = follow(RUN)
    if not chosen or chosen != named(RUN):
        return first_run(records, chosen)
    try:
        record: RunRecord | None = run_store().get(chosen)
    except LabError as error:
        record = first_run(records, chosen)
        problem = tr("{error} The runs that exist are in the table below.", error=error.message)
        st.session_state[_IN_VAIN] = record.id if record else chosen, problem
    # The browser puts the run that is shown instead into the address. What was asked for in vain is still told then.
    shown, problem = st.session_state.get(_IN_VAIN, ("", ""))
    if shown == (record.id if record else chosen):
        st.warning(problem, icon=":material/search_off:")
    return record


def first_run(records: list[RunRecord], last: str | None) -> RunRecord | None:
    """The run being trained, the one looked at last, or the visitor's newest."""
    active = [record for record in records if record.is_active and not record.is_trial]
    looked_at = [record for record in records if record.id == last]
    own = [record for record in records if not record.bundled and not record.is_trial]
    return next(iter([*active[::-1], *looked_at, *own]), None)


def current_run(records: list[RunRecord], config: RunConfig | None) -> None:
    """The chosen run, live, below what is missing to start another."""
    is_missing = config is not None and START.show_missing(config.dataset)
    record = shown_run(records)
    # On a phone it stands below the form.
    reveal("run", record.id if record else None)
    if record is None:
        show_refusal()
        if example := bundled_example(records):
            show_example(example)
        elif not is_missing:
            st.info(tr("Start a run and watch the network learn."), icon=":material/school:")
        return
    asked = named(RUN)
    settle(RUN, record.id, instead_of=asked if asked != record.id else None)
    show_run(record, last_picture)
    with st.container(key=CONTROLS):
        compare_controls(record, records)
    show_differences(runs_on_show(record))
    with st.container(key=form_key("time")):
        show_time_spent(record.config)


left, right = st.columns([1, 2.2], gap="large")
with left, st.container(key=form_key("train")):
    described = new_run()
runs = run_store().all()
# As high as a run, or a phone's window, so that the table stays where it is when the first run starts.
st.html(
    "<style>.st-key-run { min-height: 46rem; } @media (max-width: 40rem) { .st-key-run { min-height: 55rem; } }</style>"
)
with right, st.container(key="run"):
    current_run(runs, described)
with st.container(key=form_key("runs")):
    st.subheader(tr("All runs"), anchor=False)
    show_runs(any(record.is_active for record in runs), nicknames)
