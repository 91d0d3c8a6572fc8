"""The browser's tab, for pages that let it keep a text; see `pages.components.shell.tab_storage`."""

from __future__ import annotations

import streamlit as st

from tests.pages.drawing import find


class Tab:
    """Keeps texts by their names, and hands them to a new session when a test lets it answer."""

    def __init__(self):
        self.kept = {}

    def __call__(self, key, data, on_kept_change):
        """Stand for the component of `keep_in_tab`."""
        name, text = data["name"], data["text"]
        if not data["is_new"]:
            self.kept[name] = text
        elif self.kept.get(name):

            def answer(kept):
                st.session_state[key] = {"kept": kept}
                # Streamlit may call twice.
                on_kept_change()
                on_kept_change()

            st.button("The tab answers", on_click=answer, args=(self.kept[name],))

    def answer(self, app):
        """What a new session asked for arrives."""
        return find(app.button, "The tab answers").click().run()
