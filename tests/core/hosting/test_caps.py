import pytest

from core.errors import ConfigError, LimitReached
from core.execution.executors import Workers
from core.hosting.caps import check_config, check_disk, check_sweep
from core.operator.settings_file import OperatorSettings
from tests.core.hosting.conftest import ONE, OTHER
from tests.made import make_config
from tests.sweeps import make_space

MEGABYTE = bytes(10**6)


def test_what_is_allowed_passes():
    check_config(make_config(epochs=5), OperatorSettings())
    check_config(make_config(epochs=5), OperatorSettings(most_epochs=5, most_parameters=1))


def test_epochs_are_refused_at_their_field():
    with pytest.raises(ConfigError, match="epochs is 6; at most 5 are allowed here") as caught:
        check_config(make_config(epochs=6), OperatorSettings(most_epochs=5))
    assert caught.value.field == "epochs"


@pytest.mark.parametrize("arch", ["mlp", "numpy-mlp"])
def test_parameters_are_counted_with_biases(arch):
    optimizer = "sgd" if arch == "numpy-mlp" else "adam"
    config = make_config(arch=arch, optimizer=optimizer, options={"hidden": (20, 5)})
    # 785 · 20 + 21 · 5 + 6 · 10
    check_config(config, OperatorSettings(most_parameters=15_865))
    with pytest.raises(ConfigError, match="the network has 15,865 parameters; at most 15,864 are allowed") as caught:
        check_config(config, OperatorSettings(most_parameters=15_864))
    assert caught.value.field == "hidden"


def test_every_seed_of_a_sweep_s_cells_is_a_network():
    space = make_space(3, lr=(0.1, 0.2))
    check_sweep(space, Workers(1), OperatorSettings(most_sweep_cells=6))
    with pytest.raises(ConfigError, match="The sweep trains 6 networks; at most 5 are allowed here"):
        check_sweep(space, Workers(1), OperatorSettings(most_sweep_cells=5))


def test_the_disk_is_limited_for_each_visitor_and_for_all(store):
    for visitor, count in ((ONE, 2), (OTHER, 1)):
        for _ in range(count):
            record = store.seen_by(visitor).create(make_config())
            (record.path / "weights.safetensors").write_bytes(MEGABYTE)
    check_disk(store, ONE, OperatorSettings())
    check_disk(store, ONE, OperatorSettings(disk_per_owner_mb=3, disk_mb=4))
    check_disk(store, OTHER, OperatorSettings(disk_per_owner_mb=2))
    with pytest.raises(LimitReached, match=r"Your runs take 2 MB; 2 MB are allowed here\. Delete some"):
        check_disk(store, ONE, OperatorSettings(disk_per_owner_mb=2))
    with pytest.raises(LimitReached, match="The runs of all visitors take 3 MB; 3 MB are allowed here"):
        check_disk(store, OTHER, OperatorSettings(disk_mb=3))
