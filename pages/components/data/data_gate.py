"""The panel that a page shows instead of its content while its data set is not on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import streamlit as st

from core import settings
from core.data.catalog import DatasetInfo, find_dataset
from core.data.download_jobs import DownloadJob, DownloadManager, DownloadProgress
from core.data.files import count_bytes, data_files, find_faults, raw_folder
from core.data.folder import use_folder
from core.errors import DataCorrupt, DataError
from core.texts.message import NO_MESSAGE, Message, message
from models.texts import mark
from pages.components.shell.errors import callback, fragment
from pages.components.shell.services import allowed
from pages.components.shell.texts import tr
from pages.components.shell.visitor import current_visitor

_Kind = Literal["primary", "secondary"]

# How often the progress of a download is drawn anew.
_REFRESH_SECONDS = 0.5
# Why a download could not be started, a message that is shown once.
_ERROR_KEY = "download_error"


@dataclass(frozen=True)
class Ways:
    """What a visitor can do about a missing data set.

    download: what the button of this label calls.
    digits: the same of the button that goes without; None for no such button.
    """

    label: str
    download: Callable[[], None]
    digits_label: str = ""
    digits: Callable[[], None] | None = None


@dataclass(frozen=True)
class Missing:
    """A data set that is not on this machine, or not whole.

    faults: what is wrong with each file. job, progress: the latest download, running or ended.
    """

    info: DatasetInfo
    root: Path
    faults: Mapping[str, DataError]
    job: DownloadJob | None
    progress: DownloadProgress | None

    @property
    def is_downloading(self) -> bool:
        """Whether it is on its way."""
        return self.progress is not None and self.progress.state == "running"

    @property
    def has_failed(self) -> bool:
        """Whether the latest download has failed."""
        return self.progress is not None and self.progress.state == "failed"

    @property
    def megabytes(self) -> float:
        """The size of what is to be downloaded."""
        return count_bytes(self.info.name, self.faults) / 1e6


def find_missing(name: str) -> Missing | None:
    """What is missing of a data set; None when all of it is here and its checksums are right.

    Raises ConfigError for an unknown name.
    """
    info, root = find_dataset(name), settings.data_root()
    # Before the files are checked, so that a download that ends in between is not missed.
    job = _downloads().find(name, root)
    progress = job.progress if job else None
    faults = find_faults(name, root)
    return Missing(info, root, faults, job, progress) if faults else None


def require_dataset(name: str, on_use_digits: Callable[[], None] | None = None) -> bool:
    """Whether the data set is here; if not, draws a panel that gets it. See `find_missing`.

    on_use_digits: called when the visitor chooses the embedded digits instead; without it they are not offered.
    """
    missing = find_missing(name)
    if missing is None:
        return True

    def download() -> None:
        start_download(missing)

    draw_panel(missing, Ways(tr("Download"), download, tr("Use the embedded digits"), on_use_digits))
    return False


def draw_panel(missing: Missing, ways: Ways) -> None:
    """Draw what is missing with the ways to go on, or how far the download is."""
    with st.container(border=True):
        if missing.job and missing.is_downloading:
            fragment(_watch, run_every=_REFRESH_SECONDS)(missing.job, missing.info.title)
        else:
            _explain(missing)
            _offer(missing, ways)


def may_download() -> bool:
    """Whether this visitor may have the server download data sets."""
    limits = allowed()
    return limits is None or limits.downloads


def start_download(missing: Missing) -> None:
    """Begin to download, or go on with a download that was begun. An error is shown by the next `draw_panel`."""
    try:
        _downloads().start(missing.info.name, missing.root)
    except OSError as error:
        st.session_state[_ERROR_KEY] = message(
            "The download of {title} cannot be started: {reason}.", title=missing.info.title, reason=error.strerror
        )


@st.cache_resource(show_spinner=False)
def _downloads() -> DownloadManager:
    return DownloadManager()


def _watch(job: DownloadJob, title: str) -> None:
    progress = job.progress
    if progress.state != "running":
        st.rerun()
    st.markdown(tr("**Downloading {title}**", title=title))
    st.progress(progress.share, text=tr(describe_progress(progress)))
    if st.button(tr("Cancel"), icon=":material/close:"):
        job.cancel()
        st.rerun()


def describe_progress(progress: DownloadProgress) -> Message:
    """What the download does, with the megabytes done and in all where they are known."""
    step = progress.step or message("Starting")
    if not progress.bytes_total:
        return message("{step}…", step=step)
    done, total = progress.bytes_done / 1e6, progress.bytes_total / 1e6
    return message("{done:.1f} of {total:.1f} MB · {step}", done=done, total=total, step=step)


def _explain(missing: Missing) -> None:
    info, progress = missing.info, missing.progress
    if error := st.session_state.pop(_ERROR_KEY, None):
        st.error(tr(error), icon=":material/error:")
    if progress and missing.has_failed:
        st.error(tr(progress.reason), icon=":material/cloud_off:")
    elif problem := describe_damage(info, missing.root, missing.faults):
        st.warning(tr(problem), icon=":material/broken_image:")
    else:
        text = mark("**{title} is not on this machine yet** ({size:.1f} MB to download).")
        if len(missing.faults) < len(data_files(info)):
            text = mark("**{title} is only partly on this machine yet** ({size:.1f} MB to download).")
        st.markdown(tr(text, title=info.title, size=missing.megabytes))
    # A path of the server's disk is no visitor's business.
    if current_visitor().is_operator:
        st.caption(tr("Data folder: {folder}", folder=missing.root))


def describe_damage(info: DatasetInfo, root: Path, faults: Mapping[str, DataError]) -> Message:
    """What is wrong with the first file that is there but cannot be used; empty when files are only missing."""
    for file, fault in faults.items():
        if isinstance(fault, DataCorrupt):
            size = (raw_folder(info, root) / file).stat().st_size
            return message(
                "{title}'s file {file} is damaged ({size:,} bytes, wrong checksum).",
                title=info.title,
                file=file,
                size=size,
            )
        if (raw_folder(info, root) / file).exists():
            # Without the folder, which is told to the owner alone.
            return replace(fault.message, values={**fault.message.values, "file": file})
    return NO_MESSAGE


def _offer(missing: Missing, ways: Ways) -> None:
    failed = missing.has_failed
    label = ways.label
    if failed:
        label = tr("Retry")
    elif describe_damage(missing.info, missing.root, missing.faults):
        label = tr("Download again")
    # What needs no server is the main way on where none has answered.
    is_allowed = may_download()
    digits_first = ways.digits is not None and (failed or not is_allowed)
    if not is_allowed:
        st.caption(tr("The operator of this app has switched downloads off."))
    icon = ":material/refresh:" if failed else ":material/download:"
    with st.container(horizontal=True, key="ways_to_data"):
        if digits_first:
            _digits_button(ways, "primary")
        if is_allowed:
            kind: _Kind = "secondary" if digits_first else "primary"
            st.button(label, type=kind, icon=icon, on_click=callback(ways.download))
        if ways.digits and not digits_first:
            _digits_button(ways, "secondary")
        # On an app that is open to others, a visitor must not have the server look into its folders.
        if current_visitor().is_operator and settings.operator().folder_choice:
            with st.popover(tr("Choose a folder"), icon=":material/folder_open:"):
                _offer_folder(missing.info, missing.root)


def _digits_button(ways: Ways, type: _Kind) -> None:
    assert ways.digits is not None
    st.button(ways.digits_label, type=type, icon=":material/grid_view:", on_click=callback(ways.digits))


def _offer_folder(info: DatasetInfo, root: Path) -> None:
    if settings.data_root_is_fixed():
        st.markdown(
            tr(
                "The environment variable {variable} fixes the data folder to {folder}. "
                "To use another one, change it and start the app again.",
                variable=settings.DATA_VARIABLE,
                folder=root,
            )
        )
        return
    with st.form("data-folder", border=False):
        text = st.text_input(
            tr("Folder with {subfolder}/raw in it", subfolder=info.torchvision_class), placeholder="/path/to/data"
        )
        if st.form_submit_button(tr("Use this folder")):
            _use_folder(info, text)


def _use_folder(info: DatasetInfo, text: str) -> None:
    try:
        use_folder(info.name, text)
    except DataError as error:
        st.error(tr(error))
    else:
        st.rerun()
