"""MNIST Lab: `streamlit run app.py`."""

import streamlit as st

from core.logs import show_logs
from pages.components.shell.errors import showing_errors
from pages.components.shell.presenter import note_shown, show_presenter_switch
from pages.components.shell.sitemap import all_pages
from pages.components.shell.visitor import require_admission

show_logs()
st.set_page_config(page_title="MNIST Lab", layout="wide")

# Less empty space above the title than Streamlit leaves. What is in training stands in Streamlit's header: between its
# navigation and its menu, beside which it says when it is busy; or below, where there is no room. This comes first, so
# that nothing moves once it is drawn.
st.html(
    "<style>.stMainBlockContainer {padding-top: 4.5rem; padding-bottom: 3rem}"
    # In the theme's own colour, what is chosen has a contrast below 4.5 to 1 in dark; mixed with the text's it has not.
    "button[data-selected=true]:is([data-variant=pills], [data-variant=segmented_control]),"
    "[role=tab][aria-selected=true] {color: color-mix(in srgb, #3b76ee 72%, currentColor) !important}"
    "[data-testid=stSliderThumbValue] p {color: light-dark(#2360e4, #82abf7)}"
    "[data-testid=stPaginationEllipsis] {color: inherit !important}"
    "h1 {margin: 0 !important; padding: 0.25rem 0 1.1rem !important; font-size: 2rem !important}"
    "@media (max-width: 30rem) {.stMainBlockContainer {padding-top: 3.5rem} h1 {font-size: 1.75rem !important}}"
    ".st-key-in_training {position: fixed; top: 0; right: 12rem; width: auto; height: 3.75rem; z-index: 999991;"
    "justify-content: center}"
    ".st-key-in_training a {border: 1px solid rgb(128 128 128 / 0.4); border-radius: 2rem;"
    "padding: 0.1rem 0.7rem; font-variant-numeric: tabular-nums; white-space: nowrap}"
    ".st-key-presenter {position: fixed; top: 0; right: 7rem; width: auto; height: 3.75rem; z-index: 999991;"
    "justify-content: center}"
    "@media (max-width: 64rem) {.st-key-presenter {display: none}}"
    "@media (max-width: 64rem) {.st-key-in_training {top: 3.75rem; right: 1rem}}"
    "@media (max-width: 48rem) {.st-key-in_training {top: 0; right: auto; left: 3.75rem}}</style>"
)

require_admission()
show_presenter_switch()
page = st.navigation(all_pages(), position="top")
# A title of its own for each page: where the browser translates a page, one that is changed would keep the words of the
# page before. Not as HTML, whose part of Streamlit's front end comes a tenth of a second later.
with st.container(key=f"title_{page.url_path or 'home'}"):
    st.title(page.title if page.url_path else "MNIST Lab", anchor=False)
with showing_errors():
    page.run()
note_shown()

# What costs a fresh server most comes after the page: a look at all runs, the first emoji, which is the one kind of
# icon that neither comes from the network nor loads NumPy, and the compute process, which imports torch.
from pages.components.runs.in_training import show_in_training  # noqa: E402
from pages.components.shell.services import warm_up  # noqa: E402

with showing_errors():
    show_in_training(page.url_path)
st.set_page_config(page_icon="🔢")
warm_up()
