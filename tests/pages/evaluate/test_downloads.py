"""What can be taken away of a run."""

import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from core.data.datasets import load_split
from core.evaluation.samples import make_samples
from core.runs.history import History
from core.training.events import EpochEnd, RunStarted, StepEnd
from pages.components.charts.palette import RIGHT, WRONG
from pages.components.evaluate.downloads import _find, _make_csv
from pages.components.evaluate.report.page import report_html
from tests.pages.pictures import tiles

HISTORY = History().apply(
    [
        RunStarted(0, 0, 4, 2, 100, 20, 10, "cpu"),
        StepEnd(2, 1, (2.0, 1.0), 0.5, 0.1, 100.0, 1.0),
        EpochEnd(2, 1, 1.5, 0.5, 0.9, 0.70, None, None, 1.0),
        StepEnd(4, 2, (0.5, 0.25), 0.8, 0.1, 100.0, 2.0),
        EpochEnd(4, 2, 0.4, 0.8, 0.5, 0.90, None, None, 2.0),
    ]
)


def text(html):
    return unescape(re.sub(r"\s+", " ", re.sub("<style>.*?</style>|<.*?>", " ", html, flags=re.DOTALL)))


@pytest.fixture
def report(make_run, digits, answers):
    record = make_run("Mine <b>")
    return report_html(record, record.result, HISTORY, (digits, make_samples(digits.labels, answers)))


def test_the_files_are_offered_beside_the_figures(visit, make_run):
    make_run()
    labels = [button.label for button in visit().get("download_button")]
    assert labels == ["Report (HTML)", "Predictions (CSV)"]


def test_without_the_images_the_report_alone_is_offered(visit, make_run):
    config = make_run().path / "config.json"
    config.write_text(config.read_text().replace('"dataset": "digits"', '"dataset": "mnist"'))
    assert [button.label for button in visit().get("download_button")] == ["Report (HTML)"]


def test_with_predictions_of_other_images_the_report_alone_is_offered(visit, make_run):
    make_run().predictions_file.write_bytes(b"nothing")
    assert [button.label for button in visit().get("download_button")] == ["Report (HTML)"]


@pytest.mark.usefixtures("visit")
def test_the_predictions_are_those_of_the_run(make_run, digits, answers):
    rows = [line.split(",") for line in _make_csv(make_run()).splitlines()[1:]]
    assert [int(row[0]) for row in rows] == list(range(360))
    assert [int(row[1]) for row in rows] == digits.labels.tolist()
    np.testing.assert_allclose([[float(cell) for cell in row[5:]] for row in rows], answers, rtol=1e-5)
    assert _find(make_run())[1].y_pred.tolist() == answers.argmax(1).tolist()


def test_the_report_tells_the_figures_the_confusions_and_the_settings(report):
    told = text(report)
    assert "Test accuracy 98.33% 96.41% – 99.23%" in told
    assert "Mistakes 6 of 360" in told
    assert "True Predicted Images % of true 4 9 5 " in told[told.index("Most often confused") :]
    assert "Learning rate 0." in told
    assert "Digits (embedded)" in told
    assert "Loss over epochs" in told


def test_each_figure_of_the_report_is_its_own(make_run):
    record = make_run()
    measured = replace(record.result, val_accuracy=0.5, test_loss=0.25, n_parameters=25_818)
    told = text(report_html(record, measured, History(), None))
    assert "Test loss 0.2500 Validation accuracy 50.00% Parameters 25,818 Training time" in told


def test_the_report_s_matrix_has_right_and_wrong_in_their_colours_and_pairs_their_share_of_the_true_class(
    report, digits
):
    row = re.findall("<tr>(.*?)</tr>", report[report.index('class="matrix"') :])[1 + 4]
    cells = re.findall("<td(.*?)</td>", row)
    assert RIGHT in cells[4]
    assert WRONG in cells[9]
    assert "style" not in cells[0]
    assert f"4 9 5 {100 * 5 / (digits.labels == 4).sum():.2f}" in text(report)


def test_the_report_shows_the_worst_mistakes(report, digits):
    shown = tiles(report)
    assert len(shown) == 6
    number = int(re.search(r"\d+", shown[0].label)[0])
    np.testing.assert_array_equal(shown[0].pixels, digits.images[number])
    assert [tile.caption.split()[-1] for tile in shown] == ["80.0%", "75.0%", "70.0%", "65.0%", "60.0%", "55.0%"]


def test_the_report_stands_alone_and_shows_names_as_they_are(report):
    assert "Mine &lt;b&gt;" in report
    assert "Mine <b>" not in report
    # Nothing is loaded from elsewhere, and nothing runs.
    addresses = re.findall(r'(?:src|href)="([^"]*)"|url\(([^)]*)\)', report)
    assert addresses
    assert all((first or second).startswith("data:") for first, second in addresses)
    assert "<script" not in report


def test_the_curves_go_through_the_measured_epochs(report):
    lines = re.findall(r'<polyline points="(.*?)"', report)
    assert re.findall('"middle">(.*?)<', report) == ["0", "1", "2"] * 2
    shares = ["50.0%", "62.5%", "75.0%", "87.5%", "100.0%"]
    assert re.findall('"end">(.*?)<', report) == ["0", "0.5", "1", "1.5", "2", *shares]
    # The loss, the training accuracy and the validation accuracy; the test set was not watched.
    assert len(lines) == 3
    validation = [tuple(map(float, point.split(","))) for point in lines[2].split()]
    (x1, y1), (x2, y2) = validation
    left, right, top, bottom = 52, 450, 12, 206
    assert x1 == pytest.approx(left + (right - left) / 2, abs=0.1)
    assert x2 == pytest.approx(right, abs=0.1)
    low = 0.5
    for y, accuracy in ((y1, 0.70), (y2, 0.90)):
        assert y == pytest.approx(bottom - (bottom - top) * (accuracy - low) / (1 - low), abs=0.1)


def test_without_images_or_curves_the_report_has_its_figures(make_run):
    record = make_run()
    told = text(report_html(record, record.result, History(), None))
    assert "Test accuracy 98.33%" in told
    assert "Learning curves" not in told
    assert not tiles(report_html(record, record.result, History(), None))


@pytest.mark.usefixtures("visit")
def test_the_embedded_digits_are_found_without_a_download(make_run, tmp_path):
    test, samples = _find(make_run())
    assert len(test) == len(samples) == len(load_split("digits", tmp_path, "test"))
