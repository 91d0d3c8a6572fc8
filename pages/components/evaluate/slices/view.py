"""Groups of test images that the network is wrong on more often than on the rest, with their images."""

from __future__ import annotations

import streamlit as st

from core.data.catalog import DatasetInfo, find_dataset
from core.data.datasets import ImageSet
from core.evaluation.samples import Samples
from core.runs.record import RunRecord
from core.settings import data_root
from core.slices.groups import make_slices
from core.slices.kept import Described, describe_test_set, find_described
from core.slices.search import FALSE_DISCOVERY_RATE, ErrorRate, WeakSlice, find_weak_slices
from core.texts.message import Message, message, plural
from pages.components.data.data_gate import require_dataset
from pages.components.data.images_in_memory import load_test_images
from pages.components.evaluate.samples.loading import load_calibrated_samples
from pages.components.evaluate.samples.pages import show_gallery_pages
from pages.components.evaluate.slices.table import choose_slice
from pages.components.shell.errors import fragment, showing_errors
from pages.components.shell.long_call import await_call
from pages.components.shell.presenter import sized_key
from pages.components.shell.texts import tr, tr_plain
from pages.components.shell.wording import interval_text, name_classes, percent


@fragment
def show_slices(record: RunRecord) -> None:
    """Draw the table of weak groups beside the images of the chosen one."""
    info = find_dataset(record.config.dataset)
    if not require_dataset(info.name):
        return
    with showing_errors():
        test = load_test_images(info.name, data_root())
        samples = load_calibrated_samples(record, test)
        described = find_described(record) or _describe(record)
        if described is not None:
            _show_found(record, info, test, samples, described)


def _describe(record: RunRecord) -> Described | None:
    st.markdown(
        tr(
            "On which test images is the network wrong more often than on the rest, such as on thin or slanted ones? "
            "They are measured and grouped first."
        )
    )
    return await_call(
        f"slices_{record.id}",
        message("Look for weak slices"),
        describe_test_set,
        record,
        data_root(),
        icon=":material/troubleshoot:",
    )


def _show_found(record: RunRecord, info: DatasetInfo, test: ImageSet, samples: Samples, described: Described) -> None:
    slices = make_slices(described.measures, described.clusters, test.labels, name_classes(info))
    found = find_weak_slices(samples.y_true != samples.y_pred, slices)
    st.markdown(tr(_count(len(found), len(slices))))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        weak = choose_slice(found, sized_key(f"slices_table_{record.id}")) if found else None
        with st.expander(tr("How the groups are found, and what the list does not say")):
            _explain(len(slices))
    if weak:
        with right:
            _show_slice(weak, test, samples, info, f"slices_gallery_{record.id}_{weak.slice.name}")


def _count(found: int, tried: int) -> Message:
    if not found:
        return message("None of {tried:,} groups of test images has more mistakes than chance explains.", tried=tried)
    return plural(
        "**{count:,}** of {tried:,} groups of test images has more mistakes than chance explains.",
        "**{count:,}** of {tried:,} groups of test images have more mistakes than chance explains.",
        found,
        tried=tried,
    )


def _show_slice(weak: WeakSlice, test: ImageSet, samples: Samples, info: DatasetInfo, key: str) -> None:
    with st.container(horizontal=True, gap="medium"):
        _show_rate(tr("Error on this group"), weak.inside)
        _show_rate(tr("Error on {rest}", rest=weak.slice.rest), weak.outside)
    title = tr_plain(weak.slice.title)
    st.caption(
        tr(
            "{title}. Those whose true class got the lowest probability come first.",
            title=title[:1].upper() + title[1:],
        )
    )
    show_gallery_pages(test.images, samples[weak.slice.index].worst_first(), name_classes(info), key)


def _show_rate(label: str, rate: ErrorRate) -> None:
    text = tr("{wrong:,} of {count:,} images, and Wilson’s 95 % interval of the share.", wrong=rate.wrong, count=rate.n)
    st.metric(
        label,
        percent(rate.share, 1),
        interval_text(rate.interval, 1),
        delta_color="off",
        delta_arrow="off",
        width="content",
        help=text,
    )


def _explain(tried: int) -> None:
    st.markdown(
        tr(
            "- {tried:,} groups are tried: tenths of all images by thickness, by slant, by the size of "
            "the box around the ink and by the amount of ink; images with no, one and more holes; each class, and "
            "thirds of it by the same measures; and clusters of the network’s features (k-means), which are “seen "
            "alike”. Groups of fewer than 20 images are left out. All are made before the mistakes are looked at.\n"
            "- A group is compared with all other images, a part of a class with the other images of the class.\n"
            "- Each is tested by Fisher’s exact test, one-sided: how likely so many of the mistakes fall into it by "
            "chance. Of so many groups some are bad by chance. So p is corrected by Benjamini and Hochberg’s method: "
            "on average at most {rate:.0%} of the listed groups are there by chance.\n"
            "- Groups overlap: the same mistakes can be behind several rows.\n"
            "- A group is listed because its error is high here, so on new images expect a little less.\n"
            "- The list tells where mistakes are, not why. Clusters are made of what the network itself computes, so "
            "one of them can gather the images on which it is undecided.",
            tried=tried,
            rate=FALSE_DISCOVERY_RATE,
        )
    )
