"""Groups with more mistakes than chance explains, as a visitor without a browser."""

import json
import re
import shutil

import numpy as np
import pytest

from core.execution.compute_client import ComputeClient
from core.metrics.intervals import wilson_interval
from core.runs.record import read_run
from core.settings import BUNDLED_RUNS, data_root
from core.slices.groups import make_slices
from core.slices.kept import describe_test_set
from core.steps import finish
from core.storage.arrays import save_arrays
from tests.pages.calls import MadeCall
from tests.pages.drawing import find
from tests.pages.evaluate.seen import text
from tests.pages.frontend import send


@pytest.fixture
def record(store):
    shutil.copytree(BUNDLED_RUNS / "embedded-digits", store.root / "copy")
    return read_run(store.root / "copy")


@pytest.fixture
def slices(record, digits, tmp_path):
    """The groups of the test set, which are kept with the run."""
    described = finish(describe_test_set(record, tmp_path))
    names = tuple("0123456789")
    return {group.name: group for group in make_slices(described.measures, described.clusters, digits.labels, names)}


@pytest.fixture
def answer(record, digits):
    """Has the run be wrong on these images alone, on the first one most surely."""

    def store_answers(wrong):
        probabilities = np.full((len(digits), 10), 0.01, np.float32)
        probabilities[np.arange(len(digits)), digits.labels] = 0.91
        for rank, i in enumerate(wrong):
            probabilities[i] = 0.0
            probabilities[i, (digits.labels[i] + 1) % 10] = 0.99 - 0.01 * rank
            probabilities[i, digits.labels[i]] = 0.01 + 0.01 * rank
        save_arrays(record.predictions_file, {"probabilities": probabilities})
        (record.path / "calibration.json").unlink(missing_ok=True)

    return store_answers


def labels(app):
    galleries = [html.proto.body for html in app.get("html") if "lab-gallery" in html.proto.body]
    return [int(found) for gallery in galleries for found in re.findall(r'aria-label="Test image (\d+):', gallery)]


def test_the_test_set_is_described_on_request(visit, record, answer, monkeypatch):
    answer([])
    calls = []

    def start_long_call(_, function, *args, **_options):
        calls.append((function, args, MadeCall()))
        return calls[-1][-1]

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    app = visit(view="slices", run=record.id)
    assert "On which test images is the network wrong more often" in text(app)
    assert not app.dataframe
    find(app.button, "Look for weak slices").click().run()
    [(function, args, call)] = calls
    assert (function, args[1]) == (describe_test_set, data_root())
    call.end(finish(describe_test_set(*args)))
    app.run()
    assert "groups of test images has more mistakes than chance explains." in text(app)


def test_a_planted_group_is_listed_with_its_figures(visit, record, slices, answer):
    thin = slices["thickness-1"].index
    wrong = [*thin[:12].tolist(), int(slices["thickness-9"].index[0])]
    answer(wrong)
    app = visit(view="slices", run=record.id, slice="thickness-1")
    table = app.dataframe[0].value
    [row] = table[table["group"] == str(slices["thickness-1"].title)].to_dict("records")
    low, high = wilson_interval(12, len(thin))
    assert (row["mistakes"], row["images"]) == (12, len(thin))
    assert row["error"] == pytest.approx(1200 / len(thin))
    assert row["rest"] == pytest.approx(100 / (360 - len(thin)))
    assert row["interval"] == f"{low:.1%} to {high:.1%}"
    low_rest, high_rest = wilson_interval(1, 360 - len(thin))
    assert row["rest_interval"] == f"{low_rest:.1%} to {high_rest:.1%}"
    assert float(row["p"]) < 0.001
    assert re.fullmatch(r"[\d.]+(e-[1-9]\d*)?", row["p"])
    shown = {metric.label: (metric.value, metric.delta) for metric in app.metric}
    assert shown["Error on this group"] == (f"{12 / len(thin):.1%}", f"{low:.1%} to {high:.1%}")
    assert shown["Error on all other images"][0] == f"{1 / (360 - len(thin)):.1%}"
    # All images of the group, the worst mistake first.
    assert labels(app)[:12] == wrong[:12]
    assert set(labels(app)) <= set(thin.tolist())
    assert re.search(rf"of {len(slices)} groups of test images (has|have) more mistakes", text(app))


def test_all_columns_up_to_p_are_in_sight_in_a_window_of_1366_pixels(visit, record, slices, answer):
    answer(slices["thickness-1"].index[:15].tolist())
    columns = json.loads(visit(view="slices", run=record.id).dataframe[0].proto.columns)
    widths = {name: column["width"] for name, column in columns.items() if name != "_index"}
    assert widths["p"] >= 70
    # Of the page's 1,206 pixels the table has three fifths, less half of the gap, and 33 of them are for the choice.
    assert sum(width for name, width in widths.items() if name != "rest_interval") < 1206 * 0.6 - 16 - 33


def test_a_row_that_is_chosen_stands_in_the_address_and_shows_its_images(visit, record, slices, answer):
    answer(slices["thickness-1"].index[:15].tolist())
    app = visit(view="slices", run=record.id)
    titles = app.dataframe[0].value["group"].tolist()
    by_title = {str(group.title): group for group in slices.values()}
    assert set(labels(app)) <= set(by_title[titles[0]].index.tolist())
    second = by_title[titles[1]]
    send(app, app.dataframe[0], {"selection": {"rows": [1], "columns": [], "cells": []}})
    assert app.query_params["slice"] == second.name
    assert set(labels(app)) <= set(second.index.tolist())


def test_where_no_group_is_worse_than_the_rest_the_page_says_so(visit, record, slices, answer):
    random = np.random.default_rng(4)
    answer(random.permutation(360)[:12].tolist())
    app = visit(view="slices", run=record.id)
    assert f"None of {len(slices)} groups of test images has more mistakes than chance explains." in text(app)
    assert not app.dataframe
    assert not labels(app)
    assert f"{len(slices)} groups are tried" in text(app)


def test_a_group_in_the_address_that_is_not_listed_is_named(visit, record, slices, answer):
    answer(slices["thickness-1"].index[:15].tolist())
    app = visit(view="slices", run=record.id, slice="nonsense")
    assert app.warning[0].value == "The group 'nonsense' in the address is not among those with more mistakes."
    assert len(app.dataframe) == 1
