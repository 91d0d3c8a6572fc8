"""MNIST Lab: `streamlit run app.py`."""

import streamlit as st

from pages.components.resources import warm_up

st.set_page_config(page_title="MNIST Lab", page_icon=":material/neurology:", layout="wide")

PAGES = (
    st.Page("pages/home_page.py", title="Home", icon=":material/home:", default=True),
    st.Page("pages/train_page.py", title="Train", icon=":material/play_circle:", url_path="train"),
    st.Page("pages/draw_page.py", title="Draw", icon=":material/draw:", url_path="draw"),
    st.Page("pages/evaluate_page.py", title="Evaluate", icon=":material/fact_check:", url_path="evaluate"),
)

page = st.navigation(PAGES)
st.title(page.title if page.title != "Home" else "MNIST Lab")
page.run()
warm_up()
