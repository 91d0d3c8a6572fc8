"""MNIST Lab: `streamlit run app.py`."""

import streamlit as st

from core.logs import show_logs
from pages.components.shell.errors import showing_errors
from pages.components.shell.sitemap import all_pages
from pages.components.shell.visitor import require_admission

show_logs()
st.set_page_config(page_title="MNIST Lab", layout="wide")

# Less empty space above the title than Streamlit leaves.
st.html(
    "<style>.stMainBlockContainer {padding-top: 4.5rem; padding-bottom: 3rem}"
    # In the theme's own colour, what is chosen has a contrast below 4.5 to 1 in dark; mixed with the text's it has not.
    "button[data-selected=true]:is([data-variant=pills], [data-variant=segmented_control]),"
    "[role=tab][aria-selected=true] {color: color-mix(in srgb, #3b76ee 72%, currentColor) !important}"
    "h1 {margin: 0 !important; padding: 0.25rem 0 1.1rem !important; font-size: 2rem !important}"
    "@media (max-width: 30rem) {.stMainBlockContainer {padding-top: 3.5rem} h1 {font-size: 1.75rem !important}}</style>"
)

require_admission()
page = st.navigation(all_pages(), position="top")
# A title of its own for each page: where the browser translates a page, one that is changed would keep the words of the
# page before. Not as HTML, whose part of Streamlit's front end comes a tenth of a second later.
with st.container(key=f"title_{page.url_path or 'home'}"):
    st.title(page.title if page.url_path else "MNIST Lab", anchor=False)
with showing_errors():
    page.run()

# What costs a fresh server most comes after the page: the first emoji, which is the one kind of icon that neither comes
# from the network nor loads NumPy, and the compute process, which imports torch.
from pages.components.shell.services import warm_up  # noqa: E402

st.set_page_config(page_icon="🔢")
warm_up()
