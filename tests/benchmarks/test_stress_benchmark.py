"""The command that measures a stress test, on little data."""

from benchmarks.certainty.stress import as_text, measure
from core.execution.train_run import train_run
from core.stress import measure as stress
from core.stress.kinds import KINDS
from tests.made import make_config


def test_time_and_accuracies_are_told(store, tmp_path, monkeypatch):
    monkeypatch.setattr(stress, "N_IMAGES", 50)
    record = store.create(make_config(), "Small")
    train_run(record, tmp_path)
    results = measure(store.get(record.id), tmp_path)
    assert results["n"] == 50
    assert 0 < results["processor_seconds"] < 100
    assert list(results["accuracy"]) == list(KINDS)
    first = results["accuracy"]["rotation"][0]
    text = as_text("small", results)
    assert text.startswith(f"small: {results['seconds']} s")
    assert f"rotation: 0° {first:.1%}, 10° " in text
