"""The mathematics of the network beside the code that computes it."""

from __future__ import annotations

import streamlit as st

from core.twins.formulas import formula_steps
from core.twins.session import TwinBench


def show_maths(bench: TwinBench) -> None:
    """Formulas with this network's own sizes, and the functions of `models/numpy_mlp.py`."""
    st.caption("What is to be computed, with this network’s sizes below the symbols, and the code that computes it.")
    for number, formula_step in enumerate(formula_steps(bench.setup), start=1):
        st.markdown(f"##### {number}. {formula_step.title}")
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(formula_step.words)
            st.latex(formula_step.latex)
        with right:
            st.caption(f"`{formula_step.function}` in `models/numpy_mlp.py`")
            st.code(formula_step.code, language="python", wrap_lines=True)
