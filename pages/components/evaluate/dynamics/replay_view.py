"""The time machine: a slider over a run's epochs, with what the network predicted after each."""

from __future__ import annotations

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from core.charts.evaluation.confusion import confusion_data
from core.data.catalog import find_dataset
from core.dynamics.replay import Replay
from core.runs.record import RunRecord
from core.training.epoch_record import Split
from models.texts import mark
from pages.components.charts.cell_chart import Cell, show_cell_chart
from pages.components.charts.evaluation.confusion import confusion_chart
from pages.components.evaluate.dynamics.class_progress import show_class_progress
from pages.components.evaluate.dynamics.groups import Group, choose_group, show_groups
from pages.components.evaluate.dynamics.reading import Files, load_replay, load_split
from pages.components.evaluate.samples.gallery import Tile, prediction_caption
from pages.components.forms.pills import choose_pill
from pages.components.shell.address import in_address
from pages.components.shell.texts import tr, tr_html, tr_plain
from pages.components.shell.wording import certainty, name_classes, percent

_EPOCH = "epoch"
_MATRIX, _GROUPS = "replay_matrix", "replay_images"
_SPLITS: dict[Split, tuple[str, str]] = {
    "val": (mark("Validation images"), ":material/rule:"),
    "test": (mark("Test images"), ":material/fact_check:"),
}
_SIDES = {
    "matrix": (mark("Confusion matrix"), ":material/grid_on:"),
    "classes": (mark("Classes"), ":material/table_rows:"),
}
# Epochs whose predictions are told of an image that the mouse is on, at most.
_MOST_TOLD = 20
# At most as high as what a low window has left below the controls above it.
_SIZE = """
<style>
.st-key-replay_matrix { aspect-ratio: 1 / 1.02; max-width: clamp(20rem, 100vh - 20rem, 33rem); }
</style>
"""


def show_replay(record: RunRecord, files: Files) -> None:
    """Draw the predictions after the chosen one of the epochs in these files, at least one."""
    replays = {split: load_replay(record, files, split) for split in _SPLITS}
    there = {split: replay for split, replay in replays.items() if replay}
    if not there:
        st.info(
            tr(
                "This run predicted no images after its epochs. Train one with validation images, or one that watches "
                "the test set."
            ),
            icon=":material/info:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        splits = {split: _SPLITS[split] for split in there}
        split = choose_pill(tr("Split"), splits, "replay_split", "content") if len(there) > 1 else next(iter(there))
        place = _choose_epoch(there[split])
    replay, images = there[split], load_split(record, split)
    st.markdown(_describe(replay, place, split))
    names = name_classes(find_dataset(record.config.dataset))
    left, right = st.columns(2, gap="medium")
    with left:
        if choose_pill(tr("Show"), _SIDES, "replay_side", "content") == "matrix":
            cell = _show_matrix(record, replay, place, names)
        else:
            cell = None
            show_class_progress(replay, place, names)
    with right:
        groups = _group(replay, place, names, cell)
        # Only images of the test set have a page of their own, and only those of a measured run.
        opens = split == "test" and record.result is not None

        def make_tiles(shown: NDArray[np.int64]) -> list[Tile]:
            return [_tile(int(number), replay, place, names, split, opens) for number in shown]

        show_groups(_GROUPS, groups, "wrong", images, names, make_tiles)


def _choose_epoch(replay: Replay) -> int:
    """The place of the chosen epoch in the replay. Without a choice it is the latest, also where one is added."""
    epochs = replay.epochs
    if len(epochs) == 1:
        return 0
    arguments = in_address(_EPOCH, tr("After epoch"), epochs[-1], int, epochs)
    return epochs.index(st.select_slider(options=epochs, **arguments))


def _describe(replay: Replay, place: int, split: Split) -> str:
    share = float(replay.correct(place).mean())
    values = {"epoch": replay.epochs[place], "accuracy": percent(share), "count": len(replay.y_true)}
    if split == "val":
        text = tr("After epoch **{epoch}**: **{accuracy}** of {count:,} validation images are right.", **values)
    else:
        text = tr("After epoch **{epoch}**: **{accuracy}** of {count:,} test images are right.", **values)
    if place == 0:
        return text
    before = replay.epochs[place - 1]
    gained, lost = (len(replay.became(place, right)) for right in (True, False))
    more = tr(
        "Since epoch {before}, {gained:,} became right and {lost:,} wrong.", before=before, gained=gained, lost=lost
    )
    return f"{text} {more}"


def _show_matrix(record: RunRecord, replay: Replay, place: int, names: tuple[str, ...]) -> Cell | None:
    """Draw the matrix; returns the chosen cell."""
    key = f"{_MATRIX}_cell_{record.id}"
    cell: Cell | None = st.session_state.get(key)

    def choose(chosen: Cell | None) -> None:
        st.session_state[key] = chosen
        choose_group(_GROUPS, "cell" if chosen else "wrong")

    st.html(_SIZE)
    show_cell_chart(
        confusion_chart(confusion_data(replay.confusion(place), names)),
        _MATRIX,
        len(names),
        cell,
        choose,
        alt=tr_plain(
            "Confusion matrix: the number of images of each true class with each predicted class; in the "
            "last row and column the mistakes"
        ),
    )
    return cell


def _group(replay: Replay, place: int, names: tuple[str, ...], cell: Cell | None) -> dict[str, Group]:
    surest = tr("The surest predictions come first.")
    confidence = -replay.confidence[place].astype(np.float32)
    changes = replay.changes()
    groups = {
        "wrong": Group(tr("Wrong"), surest, _sorted(np.flatnonzero(~replay.correct(place)), confidence)),
        "right": Group(
            tr("Became right"),
            tr("Wrong after the epoch before, right after this one. {order}", order=surest),
            _sorted(replay.became(place, True), confidence),
        ),
        "lost": Group(
            tr("Became wrong"),
            tr("Right after the epoch before, wrong after this one. {order}", order=surest),
            _sorted(replay.became(place, False), confidence),
        ),
        "changed": Group(
            tr("Changed often"),
            tr("From right to wrong or back twice or more, over all epochs. Those that changed most come first."),
            _sorted(np.flatnonzero(changes > 1), -changes),
        ),
    }
    if cell:
        true, predicted = cell
        found = np.flatnonzero((replay.y_true == true) & (replay.y_pred[place] == predicted))
        title = tr("{true} → {predicted}", true=names[true], predicted=names[predicted])
        groups["cell"] = Group(title, surest, _sorted(found, confidence))
    return groups


def _sorted(found: NDArray[np.int64], order: NDArray[np.generic]) -> NDArray[np.int64]:
    return found[np.argsort(order[found], kind="stable")]


def _tile(number: int, replay: Replay, place: int, names: tuple[str, ...], split: Split, opens: bool) -> Tile:
    """opens: whether a click opens the image."""
    true, predicted = names[replay.y_true[number]], names[replay.y_pred[place, number]]
    values = {"number": number, "true": true, "predicted": predicted}
    if split == "val":
        label = tr_html("Validation image {number}: true {true}, predicted {predicted}", **values)
    else:
        label = tr_html("Test image {number}: true {true}, predicted {predicted}", **values)
    last = slice(-_MOST_TOLD, None)
    trail = ", ".join(names[answer] for answer in replay.y_pred[last, number])
    told = tr_html("predictions from epoch {epoch} on: {trail}", epoch=replay.epochs[last][0], trail=trail)
    share = certainty(float(replay.confidence[place, number]))
    caption = prediction_caption(true, predicted, share)
    return Tile(label, f"{label}; {told}", caption, number if opens else None)
