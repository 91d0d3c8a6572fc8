"""What a run said of a test image after each epoch of its training."""

from __future__ import annotations

from html import escape

import streamlit as st

from core.data.catalog import find_dataset
from core.dynamics.replay import Replay
from core.runs.epoch_files import find_epochs
from core.runs.record import RunRecord
from pages.components.evaluate.dynamics.reading import load_replay, why_nothing
from pages.components.pictures.bars import BAR_STYLE, bar_html
from pages.components.shell.errors import showing_errors
from pages.components.shell.texts import tr, tr_html
from pages.components.shell.wording import certainty, name_classes

_STYLE = f"""
{BAR_STYLE}
<style>
.lab-epochs {{ border-collapse: collapse; width: 100%; max-width: 32rem; font-variant-numeric: tabular-nums; }}
.lab-epochs th, .lab-epochs td {{ border: 0; padding: 0.15rem 0.6rem 0.15rem 0; text-align: left; font-weight: 400; }}
.lab-epochs td:nth-child(3) {{ width: 55%; }}
.lab-epochs td:last-child {{ text-align: right; opacity: 0.75; font-size: 0.9rem; }}
.lab-epochs .right td:nth-child(2) {{ font-weight: 700; }}
</style>
"""
_RIGHT, _WRONG = "✓", "✗"


def show_history(record: RunRecord, index: int) -> None:
    """Draw the predictions epoch by epoch, or say why there are none."""
    with showing_errors():
        files = find_epochs(record.path)
        if not files:
            st.caption(tr(why_nothing(record)))
            return
        replay = load_replay(record, files, "test")
        if replay is None:
            st.caption(
                tr(
                    "The run did not watch the test set while it was trained, so nothing is known of this image before "
                    "the end. Recipes that watch it show it here."
                )
            )
            return
        names = name_classes(find_dataset(record.config.dataset))
        st.html(history_html(replay, index, names))
        st.caption(tr("The predicted class after each epoch, and its raw probability."))


def history_html(replay: Replay, index: int, class_names: tuple[str, ...]) -> str:
    """A row for each epoch: its number, the predicted class, and its probability as a bar; right ones stand out."""
    rows = "".join(_row(replay, place, index, class_names) for place in range(len(replay.epochs)))
    return f'{_STYLE}<table class="lab-epochs" aria-label="{tr_html("Predictions by epoch")}">{rows}</table>'


def _row(replay: Replay, place: int, index: int, class_names: tuple[str, ...]) -> str:
    share, is_right = float(replay.confidence[place, index]), bool(replay.correct(place)[index])
    epoch = tr_html("Epoch {epoch}", epoch=replay.epochs[place])
    name = escape(class_names[replay.y_pred[place, index]])
    kind, mark = ("right", _RIGHT) if is_right else ("wrong", _WRONG)
    bar = bar_html(share, is_strong=is_right)
    return (
        f'<tr class="{kind}"><th scope="row">{epoch}</th><td>{mark} {name}</td><td>{bar}</td>'
        f"<td>{escape(certainty(share))}</td></tr>"
    )
