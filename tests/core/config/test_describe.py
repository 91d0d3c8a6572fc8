"""A configuration in one line."""

import pytest

from core.config.describe import settings_line
from core.config.run_config import RunConfig


@pytest.mark.parametrize(
    ("config", "line"),
    [
        (RunConfig(epochs=5), "MLP 128-128 · MNIST · Adam 0.001 · 5 epochs"),
        (RunConfig(dataset="digits", arch="softmax", optimizer="sgd", lr=0.1, epochs=1), None),
    ],
)
def test_the_line_names_network_data_optimizer_rate_and_epochs(config, line):
    expected = line or f"{config.label()} · SGD 0.1 · 1 epoch"
    assert str(settings_line(config)) == expected
