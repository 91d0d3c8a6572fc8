"""The reader's verdicts: on disk for who sits at this machine, for as long as their visit lasts for all others."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.data.datasets import Labels, Split
from core.labels.verdict_file import change_verdicts, read_verdicts
from core.labels.verdicts import Verdicts, drop_other_labels
from core.settings import runs_root
from pages.components.shell.visitor import current_visitor


def my_verdicts(dataset: str, split: Split, labels: Labels) -> Verdicts:
    """The reader's verdicts that are about these labels (N,) of a split. Raises VerdictError."""
    kept = read_verdicts(runs_root(), dataset, split) if current_visitor().is_operator else _of_visit(dataset, split)
    return drop_other_labels(kept, labels)


def change_my_verdicts(dataset: str, split: Split, change: Callable[[Verdicts], Verdicts]) -> None:
    """Replace the verdicts by what `change` makes of them; to be called from a widget's callback.

    Raises VerdictError and RunBusy.
    """
    if current_visitor().is_operator:
        change_verdicts(runs_root(), dataset, split, change)
    else:
        st.session_state[_key(dataset, split)] = change(_of_visit(dataset, split))


def _of_visit(dataset: str, split: Split) -> Verdicts:
    verdicts: Verdicts = st.session_state.get(_key(dataset, split), Verdicts())
    return verdicts


def _key(dataset: str, split: Split) -> str:
    return f"verdicts_{dataset}_{split}"
