"""The mathematics of the network beside the code that computes it."""

from __future__ import annotations

import streamlit as st

from core.twins.formulas import lessons
from core.twins.session import TwinBench


def show_maths(bench: TwinBench) -> None:
    """Formulas with this network's own sizes, and the functions of `models/numpy_mlp.py`."""
    st.caption("What is to be computed, with this network’s sizes below the symbols, and the code that computes it.")
    for number, lesson in enumerate(lessons(bench.setup), start=1):
        st.markdown(f"##### {number}. {lesson.title}")
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(lesson.words)
            st.latex(lesson.latex)
        with right:
            st.caption(f"`{lesson.function}` in `models/numpy_mlp.py`")
            st.code(lesson.code, language="python", wrap_lines=True)
