"""The visitor's own twins: what they are set to, their buttons, and their steps, computed in the compute process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, TypeVarTuple

import streamlit as st

from core.config.fields import FIELDS, value_text
from core.data.catalog import DATASETS
from core.errors import LabError
from core.execution.children import BACKGROUND
from core.settings import data_root
from core.twins.lock_step import advance
from core.twins.session import TwinBench
from core.twins.setup import PRECISIONS, TwinSetup
from pages.components.shell.address import choose, in_address
from pages.components.shell.errors import callback
from pages.components.shell.services import job_queue
from pages.components.shell.texts import tr, tr_plain

Ts = TypeVarTuple("Ts")
R = TypeVar("R")

# Seconds of steps in a call, so that the page shows them as they come and a click takes effect soon.
_CHUNK_SECONDS = 0.15
_READY_POLL_SECONDS = 0.2
_BENCH = "twin_bench"
_DEFAULT = TwinSetup()
_DATASET = "twin_dataset"


def choose_setup() -> TwinSetup:
    """Draw the settings; returns them. Raises ConfigError where one is not allowed.

    They are in the page's address, so that a link leads to the same experiment.
    """
    precision = st.segmented_control(
        options=PRECISIONS,
        required=True,
        help=tr("float64 keeps about 16 digits of every number, float32 about 7."),
        **in_address("twin_precision", tr("Arithmetic"), _DEFAULT.precision, known=PRECISIONS),
    )
    lr = st.number_input(
        step=0.05,
        format="%g",
        width=140,
        help=tr("A new one counts from the next step on."),
        **in_address("twin_lr", tr(FIELDS["lr"].label), _DEFAULT.lr, float),
    )
    with st.popover(tr("Settings"), icon=":material/tune:"):
        dataset = st.selectbox(
            options=list(DATASETS),
            format_func=lambda name: tr_plain(DATASETS[name].title),
            **in_address(_DATASET, tr(FIELDS["dataset"].label), _DEFAULT.dataset, _read_dataset, DATASETS),
        )
        hidden = st.text_input(
            help=tr("1 to 4 sizes of up to 512 units, first to last, such as 64-32."),
            **in_address("twin_hidden", tr("Hidden layers"), value_text(_DEFAULT.hidden)),
        )
        batch_size = st.number_input(
            step=1, **in_address("twin_batch", tr(FIELDS["batch_size"].label), _DEFAULT.batch_size, int)
        )
        seed = st.number_input(
            step=1,
            help=tr("Decides the start weights and the order of the images."),
            **in_address("twin_seed", tr(FIELDS["seed"].label), _DEFAULT.seed, int),
        )
    return TwinSetup(dataset, hidden, precision or _DEFAULT.precision, lr, batch_size, seed)


def choose_embedded_digits() -> None:
    """Switch to the data set that needs no download."""
    choose(_DATASET, "digits")


def _read_dataset(text: str) -> str:
    """A data set's name; older links have its title."""
    return next((name for name, info in DATASETS.items() if info.title == text), text)


def find_bench(setup: TwinSetup | None) -> TwinBench | None:
    """This visitor's twins, set to `setup`. Without one they stand still as they are; None where there are none yet."""
    bench: TwinBench | None = st.session_state.get(_BENCH)
    if setup is None:
        if bench:
            bench.stop()
        return bench
    if bench is None:
        bench = st.session_state[_BENCH] = TwinBench(setup)
    bench.adopt(setup)
    return bench


def show_buttons(bench: TwinBench, is_set: bool) -> None:
    """Play or pause, one step, back to the start. is_set: whether all settings are allowed, so that steps are too."""
    cannot_go_on = not (is_set and bench.can_go_on)
    if bench.playing:
        st.button(
            tr("Pause"), key="twins_pause", icon=":material/pause:", on_click=callback(bench.stop), type="primary"
        )
    else:
        st.button(
            tr("Play"),
            key="twins_play",
            icon=":material/play_arrow:",
            on_click=callback(bench.play),
            type="primary",
            disabled=cannot_go_on,
        )
    st.button(tr("Step"), icon=":material/skip_next:", on_click=callback(bench.ask_step), disabled=cannot_go_on)
    at_start = not (bench.run.step or bench.wanted)
    st.button(tr("Reset"), icon=":material/replay:", on_click=callback(bench.reset), disabled=at_start)


def go_on(bench: TwinBench) -> None:
    """Take the steps that are due, or some of them when they are many."""
    with bench.lock:
        run, wanted = bench.run, bench.wanted
        if not wanted:
            return
        try:
            chunk = ask_compute(advance, bench.setup, run.state, data_root(), wanted, _CHUNK_SECONDS)
        except LabError as error:
            bench.stop()
            bench.trouble = error.message
        else:
            bench.take(run, chunk)


def ask_compute(function: Callable[[*Ts], R], *args: *Ts) -> R:
    """Call a function where torch is loaded, once it is, behind the predictions of others. Raises LabError."""
    compute = job_queue().compute
    compute.start()
    slot = st.empty()
    # Each of these short waits ends when the visitor clicks elsewhere.
    while not compute.is_ready.wait(_READY_POLL_SECONDS):
        slot.caption(tr(":material/hourglass_top: Starting PyTorch …"))
    slot.empty()
    return compute.call(function, *args, lane=BACKGROUND)
