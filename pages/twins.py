"""The same network twice, in NumPy and in PyTorch, step by step side by side."""

import streamlit as st

from core.errors import ConfigError
from core.twins.session import TwinBench
from models.texts import mark
from pages.components.data.data_gate import require_dataset
from pages.components.shell.errors import callback, fragment
from pages.components.shell.presenter import form_key
from pages.components.shell.sitemap import enter
from pages.components.shell.texts import tr
from pages.components.twins.gradient import show_gradient_check
from pages.components.twins.maths import show_maths
from pages.components.twins.session import choose_embedded_digits, choose_setup, find_bench, go_on, show_buttons
from pages.components.twins.views import show_differences, show_figures, show_losses
from pages.components.twins.words import STYLE

enter()

_REFRESH_SECONDS = 0.3
_TAB = "twin_tab"
# What each tab is called and shows.
_TABS = {
    mark("Loss"): show_losses,
    mark("Differences"): show_differences,
    mark("Gradient check"): show_gradient_check,
    mark("The mathematics"): show_maths,
}


def draw(bench: TwinBench, was_busy: bool) -> None:
    """Take the steps that are due and show where the twins are."""
    go_on(bench)
    # A fragment's timer is fixed when the page runs, so the page runs again once there is nothing more to do.
    if was_busy and not bench.wanted:
        st.rerun()
    show_figures(bench)
    tabs = st.tabs([tr(title) for title in _TABS], key=_TAB, on_change=callback(on_tab), args=(bench,))
    for tab, show in zip(tabs, _TABS.values(), strict=True):
        if tab.open:
            with tab:
                show(bench)


def on_tab(bench: TwinBench) -> None:
    """A gradient is checked while the network stands still."""
    if st.session_state[_TAB] == tr("Gradient check"):
        bench.stop()


st.html(STYLE)
st.caption(
    tr(
        "One network, written twice: in NumPy with its backward pass by hand, and in PyTorch. Both start from the same "
        "weights and see the same batches."
    )
)
row = st.container(horizontal=True, vertical_alignment="bottom")
buttons = row.container(horizontal=True, width="content", vertical_alignment="bottom")
setup = None
try:
    with row, st.container(horizontal=True, vertical_alignment="bottom", key=form_key("twins")):
        setup = choose_setup()
except ConfigError as error:
    # Below the row: in it, the buttons would move down, and a presenter would not see why they are disabled.
    st.error(tr(error), icon=":material/error:")
is_there = setup is None or require_dataset(setup.dataset, choose_embedded_digits)
if is_there and (bench := find_bench(setup)):
    with buttons:
        show_buttons(bench, is_set=setup is not None)
    busy = bench.wanted > 0
    fragment(draw, run_every=_REFRESH_SECONDS if busy else None)(bench, busy)
