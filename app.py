"""MNIST Lab: `streamlit run app.py`."""

import streamlit as st

from pages.components.resources import warm_up
from pages.components.sitemap import all_pages

# An emoji is the one kind of icon that neither comes from the network nor loads NumPy.
st.set_page_config(page_title="MNIST Lab", page_icon="🔢", layout="wide")

# Less empty space above the title than Streamlit leaves.
st.html(
    "<style>.stMainBlockContainer {padding-top: 4.5rem; padding-bottom: 3rem}"
    "h1 {margin: 0 !important; padding: 0.25rem 0 !important}"
    "@media (max-width: 30rem) {.stMainBlockContainer {padding-top: 3.5rem} h1 {font-size: 1.75rem !important}}</style>"
)

page = st.navigation(all_pages(), position="top")
# As HTML: where the browser translates the page, a title of Streamlit's own would keep the text of the page before.
st.html(f"<h1>{'MNIST Lab' if page.title == 'Home' else page.title}</h1>")
page.run()
warm_up()
