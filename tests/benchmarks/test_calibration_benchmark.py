"""The command that measures calibration and abstaining."""

from benchmarks.certainty.calibration import as_text, measure
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS


def test_a_bundled_network_is_measured_raw_and_calibrated(tmp_path):
    record = RunStore(tmp_path, BUNDLED_RUNS).get("embedded-digits")
    results = measure(record, tmp_path)
    assert list(results["error"]) == ["raw", "calibrated"]
    for error, low, high in results["error"].values():
        assert 0 <= low < error < high
    (_, first, _), *_, (_, last, surest) = results["kept"]
    assert first > last
    assert surest > record.result.test_accuracy
    text = as_text("small", results)
    assert text.startswith(f"small: ECE raw {results['error']['raw'][0]:.2%} (")
    assert f"from 99% sure {last:.1%} answered" in text


def test_where_nothing_is_answered_there_is_still_a_line():
    results = {"temperature": None, "error": {"raw": [0.1, 0.05, 0.2]}, "kept": [[0.99, 0.0, 0.0]]}
    assert as_text("none", results) == (
        "none: ECE raw 10.00% (5.00% to 20.00%)\n  from 99% sure 0.0% answered, 0.00% right"
    )
