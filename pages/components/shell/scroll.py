"""Bringing what has appeared outside the view into it, as on a phone, where a page is one long column."""

from __future__ import annotations

import json

import streamlit as st

_COUNT_KEY = "times_scrolled"
# Below this share of the window's height an element does not count as in view. Streamlit's header covers 4rem.
_SCRIPT = """
<style>.st-key-scroll {{ display: none; }} .st-key-{key} {{ scroll-margin-top: 4rem; }}</style>
<script>
// {count}
const element = document.querySelector(".st-key-" + {name});
const top_ = element?.getBoundingClientRect().top;
if (top_ < 0 || top_ > innerHeight * 0.6) element.scrollIntoView({{ behavior: "smooth" }});
</script>
"""


def scroll_to(key: str) -> None:
    """Move the view to the container of this key, unless it is in view already. Call it once, after what moves it."""
    # The browser runs a script anew only where its text is another one.
    count = st.session_state[_COUNT_KEY] = st.session_state.get(_COUNT_KEY, 0) + 1
    with st.container(key="scroll"):
        st.html(_SCRIPT.format(key=key, name=json.dumps(key), count=count), unsafe_allow_javascript=True)
