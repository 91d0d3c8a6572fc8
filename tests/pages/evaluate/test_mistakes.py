"""The confusion matrix of the Evaluate page and the test images it counts."""

import re
from dataclasses import replace

import numpy as np
import pytest

from core.charts.evaluation.confusion import TITLES, confusion_data
from core.charts.evaluation.confusion_sums import with_mistakes
from core.texts.message import NO_MESSAGE
from core.uncertainty.fitting import Sample, fit
from core.uncertainty.record import write_calibration
from core.uncertainty.temperature import apply_temperature
from pages.components.charts.evaluation.confusion import confusion_chart
from pages.components.shell.wording import certainty
from tests.pages.charts import figures
from tests.pages.drawing import find
from tests.pages.evaluate.seen import NINES_FOR_FOURS, captions, choose, give, metrics, text
from tests.pages.frontend import cell_texts, click_cell, send
from tests.pages.pictures import tiles
from tests.pages.presenting import is_hidden, present


def check_pictures(app, digits, answers):
    """Each picture of the gallery is the image that its label names, with that image's classes, share and loss."""
    [gallery] = [html.proto.body for html in app.get("html") if "<figure" in html.proto.body]
    shown = tiles(gallery)
    losses = re.findall(r'<figure .*? title=".*?, loss (.*?)">', gallery)
    marks = re.findall(r"<figcaption>\d → <span(.*?)>", gallery)
    for tile, loss, mark in zip(shown, losses, marks, strict=True):
        number, *classes = map(int, re.fullmatch(r"Test image (\d+): true (\d), predicted (\d)", tile.label).groups())
        true, predicted = int(digits.labels[number]), int(answers[number].argmax())
        assert classes == [true, predicted]
        np.testing.assert_array_equal(tile.pixels, digits.images[number])
        assert tile.caption.split() == [str(true), "→", str(predicted), certainty(answers[number].max())]
        assert loss == f"{-np.log(answers[number, true]):.2f}"
        assert mark == ("" if true == predicted else ' class="wrong"')
    return [tile.label for tile in shown]


def test_the_worst_mistakes_are_what_one_sees_first(visit, make_run, digits, answers):
    make_run()
    app = visit()
    true = answers[np.arange(360), digits.labels]
    assert metrics(app) == {
        "Test accuracy": f"{354 / 360:.2%}",
        "Test loss": f"{-np.log(true).mean():.4f}",
        "Mistakes": "6",
    }
    assert find(app.metric, "Mistakes").proto.help == "Of 360 test images."
    assert find(app.metric, "Test accuracy").delta == "96.41% to 99.23%"
    assert "**6** mistakes in all. Those whose true class got the lowest probability come first." in text(app)
    assert captions(app) == [("4", "9", share) for share in ("80.0%", "75.0%", "70.0%", "65.0%", "60.0%")] + [
        ("0", "6", "55.0%")
    ]
    assert app.get("plotly_chart")


def test_each_picture_is_the_image_that_stands_below_it(visit, make_run, digits, answers):
    make_run()
    app = visit()
    assert len(set(check_pictures(app, digits, answers))) == 6
    assert len(set(check_pictures(choose(app, 4, 9), digits, answers))) == 5


def test_choosing_a_cell_shows_its_images(visit, make_run):
    make_run()
    app = choose(visit(), 0, 6)
    assert captions(app) == [("0", "6", "55.0%")]
    assert "**1** image of **0**, predicted as **6**." in text(app)


@pytest.mark.parametrize(("true", "predicted"), [(4, None), (None, 9)])
def test_choosing_one_class_shows_its_mistakes_only(visit, make_run, true, predicted):
    make_run()
    assert [caption[:2] for caption in captions(choose(visit(), true, predicted))] == [("4", "9")] * 5


def test_choosing_a_cell_of_the_diagonal_shows_what_was_recognised(visit, make_run, digits, answers):
    make_run()
    app = choose(visit(), 4, 4)
    count = int((digits.labels == 4).sum()) - NINES_FOR_FOURS
    assert f"**{count}** images of **4**, recognised." in text(app)
    assert captions(app) == [("4", "4", "91.0%")] * min(count, 36)
    check_pictures(app, digits, answers)


def test_a_cell_without_images_says_so(visit, make_run):
    make_run()
    app = choose(visit(), 1, 2)
    assert "**0** images of **1**, predicted as **2**." in text(app)
    assert not [html for html in app.get("html") if "<figure" in html.proto.body]


def test_the_most_confused_pair_is_one_click_away(visit, make_run):
    make_run()
    app = visit()
    assert [button.label for button in app.button] == ["4 → 9 (5)", "0 → 6 (1)"]
    find(app.button, "4 → 9 (5)").click().run()
    assert len(captions(app)) == 5
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (4, 9)
    find(app.button, "Show all mistakes").click().run()
    assert len(captions(app)) == 6


def test_many_images_come_in_pages(visit, make_run, digits, answers):
    give_up = np.flatnonzero(digits.labels == 7)
    for i in give_up:
        give(answers, i, true=7, predicted=1, confidence=0.52)
    make_run()
    app = visit()
    assert len(captions(app)) == 36
    first = check_pictures(app, digits, answers)
    app.get("pagination")[0].set_value(2).run()
    assert len({*first, *check_pictures(app, digits, answers)}) == 6 + len(give_up)
    assert len(captions(app)) == 6 + len(give_up) - 36
    assert set(captions(app)) == {("7", "1", "52.0%")}


@pytest.mark.parametrize(
    ("title", "wholes"), [("Counts", None), ("% of true", 1), ("% of predicted", 0), ("% of all", (0, 1))]
)
def test_cells_hold_counts_or_the_shares_that_are_chosen(visit, make_run, digits, answers, title, wholes):
    make_run()
    app = visit()
    [show] = [group for group in app.button_group if group.label == "Show"]
    assert show.options == ["Counts", "% of true", "% of predicted", "% of all"]
    show.set_value(list(TITLES)[show.options.index(title)]).run()
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (digits.labels, answers.argmax(1)), 1)
    expected = counts if wholes is None else 100 * counts / counts.sum(wholes, keepdims=True)
    written = {cell: float(text) for cell, text in cell_texts(app).items()}
    cells = zip(*np.nonzero(counts), strict=True)
    inner = {cell: text for cell, text in written.items() if max(cell) < 10}
    assert inner == {cell: pytest.approx(expected[cell], abs=0.051) for cell in cells}
    find(app.toggle, "Hide diagonal").set_value(True).run()
    assert {cell for cell in cell_texts(app) if max(cell) < 10} == {(4, 9), (0, 6)}


def test_a_click_on_a_cell_chooses_and_frames_it_and_a_second_one_lets_go(visit, make_run):
    make_run()
    app = visit()
    assert "nth-of-type" not in style(app)
    click_cell(app, (4, 9))
    assert [caption[:2] for caption in captions(app)] == [("4", "9")] * 5
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (4, 9)
    # The frames stand row by row, with the sum of mistakes at the end of each row.
    assert "shape-group:nth-of-type(54)" in style(app)
    click_cell(app, (0, 6))
    assert [caption[:2] for caption in captions(app)] == [("0", "6")]
    assert "shape-group:nth-of-type(7)" in style(app)
    click_cell(app, None)
    assert len(captions(app)) == 6
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (None, None)


def test_a_click_on_a_sum_chooses_a_true_or_a_predicted_class(visit, make_run):
    make_run()
    app = visit()
    assert {cell: text for cell, text in cell_texts(app).items() if max(cell) == 10} == {
        (4, 10): "5",
        (0, 10): "1",
        (10, 9): "5",
        (10, 6): "1",
        (10, 10): "6",
    }
    click_cell(app, (4, 10))
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (4, None)
    assert "**5** images of **4**, predicted as another class." in text(app)
    assert "shape-group:nth-of-type(55)" in style(app)
    click_cell(app, (10, 6))
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (None, 6)
    assert captions(app) == [("0", "6", "55.0%")]
    click_cell(app, (10, 10))
    assert len(captions(app)) == 6
    assert "nth-of-type" not in style(app)


def test_the_row_and_the_column_of_sums_have_a_name(visit, make_run):
    make_run()
    [chart] = visit().get("plotly_chart")
    assert "in the last row and column the mistakes" in chart.proto.alt
    [figure] = figures(visit())
    assert figure["layout"]["xaxis"]["title"]["text"] == "Predicted (✗: mistakes)"


@pytest.mark.parametrize(("names", "sums"), [(("0", "1"), "✗"), (("Shirt", "Coat"), "Mistakes")])
def test_sums_are_called_by_their_word_where_names_are_long(names, sums):
    counts = np.array([[5, 1], [2, 7]])
    layout = confusion_chart(with_mistakes(confusion_data(counts, names), counts, "none")).layout
    assert layout.xaxis.ticktext == layout.yaxis.ticktext == (*names, sums)


def test_all_confused_pairs_are_listed_and_a_click_chooses_one(visit, make_run, digits):
    make_run()
    app = visit()
    [table] = app.dataframe
    assert list(table.value.itertuples(index=False, name=None)) == [
        ("4", "9", 5, pytest.approx(100 * 5 / (digits.labels == 4).sum())),
        ("0", "6", 1, pytest.approx(100 / (digits.labels == 0).sum())),
    ]
    send(app, table, {"selection": {"rows": [1], "columns": [], "cells": []}})
    assert captions(app) == [("0", "6", "55.0%")]
    assert app.query_params["true"] == "0"
    assert app.query_params["predicted"] == "6"


def test_the_address_holds_the_choice(visit, make_run):
    make_run()
    app = visit(true="4", predicted="9")
    assert [caption[:2] for caption in captions(app)] == [("4", "9")] * 5
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (4, 9)
    find(app.button, "Show all mistakes").click().run()
    assert "true" not in app.query_params
    assert len(captions(app)) == 6


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("12", "True: '12' in the address is unknown; known: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9."),
        ("four", "True: 'four' in the address is not a number."),
    ],
)
def test_a_class_in_the_address_that_does_not_exist_is_said(visit, make_run, value, said):
    make_run()
    app = visit(true=value)
    assert [warning.value for warning in app.warning] == [said]
    assert len(captions(app)) == 6


def test_a_network_of_other_classes_begins_without_a_choice(visit, make_run):
    other = make_run("Clothes")
    config = other.path / "config.json"
    config.write_text(config.read_text().replace('"dataset": "digits"', '"dataset": "fashion-mnist"'))
    same, first = make_run("Same"), make_run("First")
    app = visit(run=first.id, true="4", predicted="9")
    find(app.selectbox, "Run").set_value(same.id).run()
    assert (app.query_params["true"], app.query_params["predicted"]) == ("4", "9")
    find(app.selectbox, "Run").set_value(other.id).run()
    assert not app.exception
    assert "true" not in app.query_params
    assert (find(app.selectbox, "True").value, find(app.selectbox, "Predicted").value) == (None, None)


def style(app):
    return " ".join(html.proto.body for html in app.get("html") if "st-key-confusion " in html.proto.body)


def test_calibrated_confidences_are_shown_and_raw_ones_on_request(visit, make_run, digits, answers):
    record = make_run()
    calibration = fit(record.weights_file, [Sample(NO_MESSAGE, answers, digits.labels)], [])
    write_calibration(record.path, replace(calibration, temperature=2.0))
    first = np.flatnonzero(digits.labels == 4)[NINES_FOR_FOURS - 1]
    raw, calibrated = (certainty(shares[first].max()) for shares in (answers, apply_temperature(answers, 2.0)))
    assert raw != calibrated
    app = visit()
    assert captions(app)[0] == ("4", "9", calibrated)
    find(app.toggle, "Raw").set_value(True).run()
    assert captions(app)[0] == ("4", "9", raw)
    present(app)
    assert is_hidden(app, find(app.toggle, "Raw"))
