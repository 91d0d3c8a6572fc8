"""The stress test, as a visitor without a browser. Nothing is computed."""

import re

import pytest

from core.execution.compute_client import ComputeClient
from core.stress.kinds import KINDS
from core.stress.result import save_stress
from tests.made import make_config, make_stress
from tests.pages.calls import MadeCall
from tests.pages.charts import figures
from tests.pages.drawing import find, html, texts


@pytest.fixture
def started(monkeypatch):
    """The calls that the page has started, with the functions and the runs."""
    calls = []

    def start_long_call(_, function, *args, **_options):
        calls.append((MadeCall(), function.__name__, args[0].name))
        return calls[-1][0]

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    return calls


def frames(app):
    """The images of the strip: whether each has a red frame, and what is said of it."""
    return re.findall(r'<div role="img"( class="wrong")? title="(.+?)"', html(app))


def names(app):
    [chart] = figures(app)
    return [trace["name"] for trace in chart["data"]]


def test_the_test_starts_by_a_button_and_its_result_is_shown(visit, make_run, started):
    make_run("Mine")
    app = visit(view="stress")
    assert "The test disturbs 360 test images in 10 ways" in texts(app.markdown)
    assert not started
    find(app.button, "Start the stress test").click().run()
    assert [call[1:] for call in started] == [("stress_test", "Mine")]
    assert "Cancel" in [button.label for button in app.button]
    started[0][0].end(make_stress())
    app.run()
    assert not app.exception
    assert names(app) == ["Mine"]


def test_a_kept_result_is_shown_at_once_for_the_kind_that_is_chosen(visit, make_run, started):
    save_stress(make_run("Mine"), make_stress())
    app = visit(view="stress")
    assert "Turned about the middle" in texts(app.caption)
    assert "Of 200 test images" in texts(app.caption)
    app.pills(key="stress").set_value("thickness").run()
    assert not app.exception
    assert "thinner or thicker" in texts(app.caption)
    [chart] = figures(app)
    assert chart["layout"]["xaxis"]["title"]["text"] == "change of the strokes’ width in pixels"
    assert not started


def test_images_that_are_predicted_wrong_are_framed(visit, make_run):
    save_stress(make_run("Mine"), make_stress())
    app = visit(view="stress")
    found = frames(app)
    assert len(found) == 10 * len(KINDS["rotation"].strengths)
    wrong = [about for mark, about in found if mark]
    assert wrong == ["labelled 9, predicted 4"] * (len(KINDS["rotation"].strengths) - 1)
    assert "What “Mine” predicts wrong has a red frame." in texts(app.caption)


def test_another_run_is_laid_over_once_it_is_tested_too(visit, make_run, started):
    other, record = make_run("Other"), make_run("Mine")
    save_stress(record, make_stress())
    app = visit(view="stress", run=record.id)
    box = find(app.multiselect, "Compare with")
    box.set_value([other.id]).run()
    assert names(app) == ["Mine"]
    find(app.button, "Test “Other” too").click().run()
    assert [call[1:] for call in started] == [("stress_test", "Other")]
    started[0][0].end(make_stress(lost=5))
    save_stress(other, make_stress(lost=5))
    app.run()
    assert not app.exception
    assert names(app) == ["Mine", "Other"]
    app.run()
    assert names(app) == ["Mine", "Other"]


def test_without_another_network_of_its_data_set_a_run_is_offered_no_comparison(visit, make_run, store):
    record = make_run("Mine")
    save_stress(record, make_stress())
    store.create(make_config(dataset="mnist"), "Of MNIST").weights_file.touch()
    store.create(make_config(), "A trial", {"sweep": "s"}).weights_file.touch()
    store.create(make_config(), "Not trained")
    app = visit(view="stress", run=record.id)
    assert frames(app)
    assert "Compare with" not in [box.label for box in app.multiselect]
