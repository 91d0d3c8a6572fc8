"""The reader's verdicts: on disk for who sits at this machine, for as long as their visit lasts for all others."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.data.datasets import Labels
from core.labels.verdict_file import change_verdicts, read_verdicts
from core.labels.verdicts import Verdicts, drop_other_labels
from core.settings import runs_root
from pages.components.shell.visitor import is_operator


def my_verdicts(dataset: str, labels: Labels) -> Verdicts:
    """The reader's verdicts that are about these test labels (N,). Raises VerdictError."""
    kept = read_verdicts(runs_root(), dataset) if is_operator() else st.session_state.get(_key(dataset), Verdicts())
    return drop_other_labels(kept, labels)


def change_my_verdicts(dataset: str, change: Callable[[Verdicts], Verdicts]) -> None:
    """Replace the verdicts by what `change` makes of them; to be called from a widget's callback.

    Raises VerdictError and RunBusy.
    """
    if is_operator():
        change_verdicts(runs_root(), dataset, change)
    else:
        st.session_state[_key(dataset)] = change(st.session_state.get(_key(dataset), Verdicts()))


def _key(dataset: str) -> str:
    return f"verdicts_{dataset}"
