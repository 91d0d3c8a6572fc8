"""Several formulas one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

# A formula that is wider than the screen scrolls by itself.
_STYLE = """
<style>
.katex-display { margin: 0.45rem 0; padding: 0.15rem 0; overflow-x: auto; overflow-y: hidden; }
.katex-display, .katex-display > .katex { text-align: left; }
</style>
"""


def style_latex() -> None:
    """Set the formulas of the whole page at the left; to be called once, before `show_lines`."""
    st.html(_STYLE)


def show_lines(lines: Sequence[str]) -> None:
    """Draw each line of LaTeX as a formula of its own."""
    st.markdown("\n\n".join(f"$$\n{line}\n$$" for line in lines))
