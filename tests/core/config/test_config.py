import copy
import json
import pickle
from dataclasses import FrozenInstanceError

import pytest

from core.config.fields import FIELDS
from core.config.run_config import RunConfig
from core.errors import ConfigError, LabError
from tests.made import make_config


def refusal(**changes):
    with pytest.raises(ConfigError) as caught:
        RunConfig(**changes)
    return str(caught.value)


def test_the_defaults_are_allowed():
    config = RunConfig()
    assert (config.dataset, config.arch, config.options["hidden"]) == ("mnist", "mlp", (128, 128))


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("epochs", 0, "epochs is 0; it must be a whole number from 1 to 1,000."),
        ("epochs", 1001, "epochs is 1001; it must be a whole number from 1 to 1,000."),
        ("epochs", 2.5, "epochs is 2.5; it must be a whole number from 1 to 1,000."),
        ("epochs", "5", "epochs is '5'; it must be a whole number from 1 to 1,000."),
        ("epochs", True, "epochs is True; it must be a whole number from 1 to 1,000."),
        ("epochs", None, "epochs is None; it must be a whole number from 1 to 1,000."),
        ("lr", 0, "lr is 0; it must be a number above 0, at most 100."),
        ("lr", -0.1, "lr is -0.1; it must be a number above 0, at most 100."),
        ("lr", float("nan"), "lr is nan; it must be a number above 0, at most 100."),
        ("lr", float("inf"), "lr is inf; it must be a number above 0, at most 100."),
        ("lr", 100.5, "lr is 100.5; it must be a number above 0, at most 100."),
        ("momentum", -0.1, "momentum is -0.1; it must be a number from 0 to 0.999."),
        ("momentum", 1, "momentum is 1; it must be a number from 0 to 0.999."),
        ("weight_decay", -1e-9, "weight_decay is -1e-09; it must be a number from 0 to 1."),
        ("weight_decay", 2, "weight_decay is 2; it must be a number from 0 to 1."),
        ("gamma", 0, "gamma is 0; it must be a number above 0, at most 1."),
        ("gamma", 1.1, "gamma is 1.1; it must be a number above 0, at most 1."),
        ("step_size", 0, "step_size is 0; it must be a whole number from 1 to 1,000."),
        ("batch_size", 0, "batch_size is 0; it must be a whole number from 1 to 60,000."),
        ("batch_size", 60_001, "batch_size is 60001; it must be a whole number from 1 to 60,000."),
        ("seed", -1, "seed is -1; it must be a whole number from 0 to 4,294,967,295."),
        ("seed", 2**32, "seed is 4294967296; it must be a whole number from 0 to 4,294,967,295."),
        ("val_fraction", -0.1, "val_fraction is -0.1; it must be a number from 0 to 0.9."),
        ("val_fraction", 0.95, "val_fraction is 0.95; it must be a number from 0 to 0.9."),
        ("train_images", -1, "train_images is -1; it must be a whole number from 0 to 60,000."),
        ("threads", -1, "threads is -1; it must be a whole number from 0 to 64."),
        ("optimizer", "rmsprop", "optimizer is 'rmsprop'; it must be one of sgd, adam, adamw, adadelta."),
        ("schedule", [], "schedule is []; it must be one of constant, step, one-cycle."),
        ("scaling", 1, "scaling is 1; it must be one of standard, unit."),
        ("augment", "flip", "augment is 'flip'; it must be one of none, warp."),
        ("gradients", "numerical", "gradients is 'numerical'; it must be one of by-hand, autograd, auto."),
        ("precision", "half", "precision is 'half'; it must be one of float32, bfloat16."),
        ("device", "tpu", "device is 'tpu'; it must be one of auto, cpu, cuda, mps."),
        ("watch_test", 1, "watch_test is 1; it must be true or false."),
        ("keep_best", "yes", "keep_best is 'yes'; it must be true or false."),
        ("dataset", "cifar", "Unknown data set 'cifar'; known: mnist, fashion-mnist, digits."),
        ("dataset", [], "Unknown data set []; known: mnist, fashion-mnist, digits."),
    ],
)
def test_a_refusal_names_the_value_and_what_is_allowed(field, value, said):
    assert refusal(**{field: value}) == said


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.kind == "number"])
def test_the_ends_of_every_range_hold(name):
    limits = FIELDS[name].limits
    step = 1 if limits.whole else 1e-6
    lowest = limits.minimum + step if limits.above_minimum else limits.minimum
    assert limits.allows(lowest)
    assert limits.allows(limits.maximum)
    assert not limits.allows(lowest - step)
    assert not limits.allows(limits.maximum + step)
    # More than a float can hold, as a hand-edited file may.
    assert not limits.allows(10**400)
    assert not limits.allows(-(10**400))


@pytest.mark.parametrize("arch", ["resnet", [], None, 7])
def test_an_unknown_architecture_lists_the_known_ones(arch):
    said = refusal(arch=arch)
    assert said.startswith(f"Unknown architecture {arch!r}; known: softmax, mlp,")
    assert "cnn" in said


def test_a_wrong_option_is_a_configuration_error():
    assert refusal(arch="mlp", options={"dropout": 1.5}) == "dropout is 1.5; it must be a number from 0 to 0.9."
    assert "no option 'width'; it has none" in refusal(arch="cnn", options={"width": 3})


def test_the_batch_must_not_exceed_what_is_left_to_train_on():
    said = refusal(dataset="digits", batch_size=1294, val_fraction=0.1)
    assert said == (
        "batch_size is 1,294; Digits (embedded) leaves 1,293 images to train on, so it must be at most that."
    )
    assert RunConfig(dataset="digits", batch_size=1293, val_fraction=0.1).batch_size == 1293


def test_training_and_validation_share_the_images():
    config = RunConfig(val_fraction=0.1)
    assert (config.count_train(60_000), config.count_val(60_000)) == (54_000, 6_000)
    assert RunConfig(val_fraction=0).count_val(60_000) == 0


def test_less_than_all_images_can_be_trained_on():
    assert RunConfig(train_images=3_000).count_train(60_000) == 3_000
    assert RunConfig(train_images=57_000, val_fraction=0.1).count_train(60_000) == 54_000
    assert "leaves 50 images" in refusal(train_images=50, batch_size=64)
    # The run then has images of its own.
    assert RunConfig(train_images=0, batch_size=64).count_train(60_000) == 0


def test_numbers_get_their_field_s_type():
    config = RunConfig(epochs=3.0, lr=1)
    assert (type(config.epochs), type(config.lr)) == (int, float)


def test_plain_values_and_back():
    config = make_config(
        arch="mlp", options={"hidden": [64, 32], "activation": "tanh"}, optimizer="sgd", momentum=0.9, seed=7
    )
    values = config.to_dict()
    assert values["options"]["hidden"] == [64, 32]
    assert RunConfig.from_dict(json.loads(json.dumps(values))) == config


def test_missing_fields_get_defaults():
    assert RunConfig.from_dict({}) == RunConfig()


def test_an_unknown_field_is_named_with_the_known():
    with pytest.raises(ConfigError, match=r"^Unknown setting 'learning_rate'; known settings: dataset, arch,"):
        RunConfig.from_dict({"learning_rate": 1})


@pytest.mark.parametrize("values", [None, [], "mlp", 3])
def test_only_an_object_is_a_configuration(values):
    with pytest.raises(ConfigError, match=f"must be a JSON object, not {type(values).__name__}"):
        RunConfig.from_dict(values)


@pytest.mark.parametrize("options", [None, [], "hidden"])
def test_options_must_be_an_object(options):
    with pytest.raises(ConfigError, match=r"options is .*; it must be a JSON object"):
        RunConfig.from_dict({"options": options})


def test_equal_configurations_are_one_key():
    one, other = make_config(arch="mlp", options={"hidden": [8]}), make_config(arch="mlp", options={"hidden": (8,)})
    assert one == other
    assert len({one, other, make_config(arch="mlp", options={"hidden": (9,)})}) == 2


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda config: pickle.loads(pickle.dumps(config))])
def test_copies_are_equal(copied):
    config = make_config(arch="mlp", options={"hidden": (8, 4)})
    assert copied(config) == config


def test_it_cannot_be_changed():
    config = RunConfig()
    with pytest.raises(FrozenInstanceError):
        config.lr = 1.0
    with pytest.raises(TypeError):
        config.options["dropout"] = 0.5


def test_a_changed_copy_is_checked_again():
    config = make_config()
    assert config.replace(epochs=9).epochs == 9
    with pytest.raises(ConfigError, match="epochs is 0"):
        config.replace(epochs=0)


def test_labels_tell_networks_apart():
    assert str(make_config(arch="mlp", options={"hidden": (64, 32)}).label()) == "MLP 64-32 · Digits (embedded)"
    assert str(RunConfig(arch="cnn").label()) == "CNN · MNIST"


def test_a_refusal_is_shown_as_it_stands():
    assert issubclass(ConfigError, LabError)
