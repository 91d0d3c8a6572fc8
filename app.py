"""MNIST Lab: `streamlit run app.py`."""

import streamlit as st

from pages.components.resources import warm_up
from pages.components.sitemap import all_pages

# An emoji is the one kind of icon that neither comes from the network nor loads NumPy.
st.set_page_config(page_title="MNIST Lab", page_icon="🔢", layout="wide")

# Less empty space above the title than Streamlit leaves.
st.html("<style>.stMainBlockContainer {padding-top: 4.5rem; padding-bottom: 3rem}</style>")

page = st.navigation(all_pages(), position="top")
st.title("MNIST Lab" if page.title == "Home" else page.title, anchor=False)
page.run()
warm_up()
