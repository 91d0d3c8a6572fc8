"""Measuring a run's network on the Evaluate page."""

import numpy as np
import pytest

from core import settings
from core.evaluation.measure import evaluate_run
from core.execution.compute_client import ComputeClient
from core.runs.record import FINISHED, RUNNING, STOPPED, RunState, write_state
from core.runs.result import write_result
from core.storage.arrays import save_arrays
from core.storage.locks import hold_in_queue
from tests.pages.calls import MadeCall, ended_call
from tests.pages.drawing import find
from tests.pages.evaluate.seen import captions, make_result, metrics


@pytest.fixture
def calls(monkeypatch, digits, answers):
    """Lets the compute process measure without being there; holds what it was asked.

    The figures come while the page is drawn that was to offer the measurement.
    """
    asked = []

    class Measurement(MadeCall):
        def is_done(self):
            if not super().is_done():
                [(_, path, _)] = asked
                save_arrays(path / "predictions.safetensors", {"probabilities": answers})
                write_result(path, make_result(digits.labels, answers))
                self.end(make_result(digits.labels, answers))
            return True

    def start_long_call(_, function, path, root, **_options):
        asked.append((function, path, root))
        return Measurement()

    monkeypatch.setattr(ComputeClient, "start_long_call", start_long_call)
    return asked


def test_a_run_that_was_not_measured_can_be(visit, make_run, calls):
    record = make_run(measured=False)
    app = visit()
    assert "has not been measured" in app.info[0].value
    assert not app.metric
    find(app.button, "Measure on the test set").click().run()
    assert calls == [(evaluate_run, record.path, settings.data_root())]
    assert metrics(app)["Mistakes"] == "6"
    assert len(captions(app)) == 6


def test_a_run_whose_data_are_missing_cannot_be_measured_yet(visit, make_run):
    config = make_run(measured=False).path / "config.json"
    config.write_text(config.read_text().replace('"dataset": "digits"', '"dataset": "mnist"'))
    labels = [button.label for button in visit().button]
    assert "Download" in labels
    assert "Measure on the test set" not in labels


def test_a_failed_measurement_says_why(visit, make_run, monkeypatch):
    make_run(measured=False)

    failed = ended_call(OSError("No space left on device"))
    monkeypatch.setattr(ComputeClient, "start_long_call", lambda *_, **_options: failed)
    app = visit()
    find(app.button, "Measure on the test set").click().run()
    assert not app.exception
    assert app.error[0].value == "No space left on device"


def test_figures_of_older_weights_can_be_brought_up_to_date(visit, make_run, calls):
    record = make_run()
    save_arrays(record.weights_file, {"w": np.zeros(3, np.float32)}, {"epoch": "7"})
    write_state(record.path, RunState(STOPPED))
    app = visit()
    assert "has changed since these figures were measured" in app.info[0].value
    assert len(captions(app)) == 6
    find(app.button, "Measure on the test set").click().run()
    assert len(calls) == 1


def test_weights_that_cannot_be_read_are_said_beside_their_figures(visit, make_run):
    make_run().weights_file.write_bytes(b"no weights")
    app = visit()
    assert not app.exception
    assert any("weights" in error.value for error in app.error)


def test_figures_of_a_run_still_in_training_are_said_to_be_of_the_weights_so_far(visit, make_run):
    record = make_run()
    write_state(record.path, RunState(RUNNING))
    lock = hold_in_queue(record.path)
    assert [info.value for info in visit().info] == [
        "This network is still being trained. The figures are of the weights kept so far."
    ]
    (record.path / "card.json").unlink()
    assert "Measure its weights so far" in visit().info[0].value
    lock.release()


@pytest.mark.parametrize("status", [FINISHED, STOPPED])
def test_figures_of_present_weights_need_no_note(visit, make_run, status):
    write_state(make_run().path, RunState(status))
    app = visit()
    assert not app.info
    assert all(button.label != "Measure on the test set" for button in app.button)
