"""The mathematics of the network beside the code that computes it."""

from __future__ import annotations

import streamlit as st

from core.texts.message import message
from core.twins.formulas import formula_steps
from core.twins.session import TwinBench
from pages.components.shell.texts import tr


def show_maths(bench: TwinBench) -> None:
    """Formulas with this network's own sizes, and the functions of `models/numpy_mlp.py`."""
    st.caption(
        tr("What is to be computed, with this network’s sizes below the symbols, and the code that computes it.")
    )
    for number, formula_step in enumerate(formula_steps(bench.setup), start=1):
        st.markdown(tr("##### {number}. {title}", number=number, title=message(formula_step.title)))
        left, right = st.columns(2, gap="large")
        with left:
            st.markdown(tr(formula_step.words))
            st.latex(formula_step.latex)
        with right:
            st.caption(tr("`{function}` in `models/numpy_mlp.py`", function=formula_step.function))
            st.code(formula_step.code, language="python", wrap_lines=True)
