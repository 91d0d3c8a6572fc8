"""No page notices the damaged folders of others: all of them lie in one store here."""

import os
import shutil

import pytest

from pages.components.shell.sitemap import PAGES
from tests.hostile import DAMAGED, READABLE

# Beginnings of the kinds of which each page says something; what it needs nothing of, it does not open.
_WEIGHTS_GONE = ("weights-pipe", "weights-gone")
TOLD = {
    "train": ("state-", *_WEIGHTS_GONE),
    "draw": _WEIGHTS_GONE,
    "evaluate": ("weights-", "predictions-"),
    "anatomy": _WEIGHTS_GONE,
}
# What is shown of a run whose kept result is of other weights, or cannot be read.
SAID = ("Measure", "is damaged", "is missing or damaged", "instead", "are gone", "has changed", "weights")


@pytest.fixture
def full_store(add_run, runs_folder):
    """A good run, and one spoiled in every way we know of, also one whose folder's name is no text."""
    good = add_run("z-good")
    for kind, spoil in (DAMAGED | READABLE).items():
        spoil(add_run(kind))
    shutil.copytree(os.fsencode(good), os.fsencode(runs_folder) + b"/\xff\xfe")


def alarms(app):
    return [element.value for element in (*app.exception, *app.error, *app.warning)]


@pytest.mark.usefixtures("full_store", "shared_compute")
@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens(page, visit_script):
    assert alarms(visit_script(page, run="z-good")) == []


@pytest.mark.usefixtures("full_store", "shared_compute")
def test_each_damaged_run_is_a_row_that_says_what_is_wrong(visit_script):
    app = visit_script("train")
    rows = app.dataframe[0].value.to_dict("records")
    damaged = {row["Name"]: row["Problem"] for row in rows if row["Status"] == "Damaged"}
    assert damaged.keys() == {*DAMAGED, "??"}
    assert all(10 < len(problem) < 400 for problem in damaged.values())


@pytest.mark.usefixtures("full_store", "shared_compute")
@pytest.mark.slow
@pytest.mark.parametrize("page", TOLD)
def test_of_a_spoiled_run_a_page_shows_what_it_can(page, visit_script):
    for kind in READABLE:
        app = visit_script(page, run=kind)
        assert not app.exception
        said = alarms(app)
        assert all(any(word in text for word in SAID) for text in said), (kind, said)
        assert said or not kind.startswith(TOLD[page]), kind


@pytest.mark.usefixtures("full_store", "shared_compute")
@pytest.mark.parametrize("page", PAGES)
def test_an_address_of_any_length_is_cut_where_it_is_repeated(page, visit_script):
    long = "x" * 20_000
    app = visit_script(page, **dict.fromkeys(("run", "view", "image", "recipe", "dataset", "sweep", "source"), long))
    assert not app.exception
    shown = [getattr(element, "value", "") for element in (*app.main, *app.sidebar)]
    assert all("x" * 200 not in str(text) for text in [*alarms(app), *shown])
