"""With the real files at hand (MNIST_LAB_DATA): what a page would promise."""

from core.config.run_config import RunConfig
from core.evaluation.measure import load_predictions
from core.execution.train_run import train_run
from core.runs.record import FINISHED


def test_an_mlp_reads_nine_of_ten_digits_after_one_epoch(store, mnist_root):
    record = store.create(RunConfig(dataset="mnist", arch="mlp", epochs=1, device="cpu"))
    assert train_run(record, mnist_root).status == FINISHED
    result = store.get(record.id).result
    assert result.test_accuracy >= 0.9
    assert result.n_test == 10_000
    assert result.n_parameters == 118_282
    assert load_predictions(record.predictions_file).shape == (10_000, 10)
