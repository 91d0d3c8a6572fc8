import numpy as np
import pytest
import torch
from torch.nn import functional as F

from core.errors import CheckpointError, ConfigError
from core.learners.base import NO_STEPS
from core.learners.factory import create_learner
from core.learners.torch_learner import TorchLearner
from core.training.events import EpochEnd
from core.training.seeds import epoch_seed
from core.training.trainer import Trainer
from models import MODELS, create_model
from tests.made import make_config

SETTINGS = {
    "sgd": {"lr": 0.05, "momentum": 0.9},
    "adam": {"lr": 0.003},
    "adamw": {"lr": 0.003, "weight_decay": 0.02},
    "adadelta": {"lr": 0.5},
}


def train(config, toy):
    learner = create_learner(config)
    events = list(Trainer(config, toy, learner).run())
    return learner, [event for event in events if isinstance(event, EpochEnd)]


def same(one, other):
    return one.keys() == other.keys() and all(np.array_equal(one[name], other[name]) for name in one)


def torch_optimizer(config, parameters):
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(parameters, config.lr, momentum=config.momentum)
        case "adam":
            return torch.optim.Adam(parameters, config.lr)
        case "adamw":
            return torch.optim.AdamW(parameters, config.lr, weight_decay=config.weight_decay)
        case "adadelta":
            return torch.optim.Adadelta(parameters, config.lr)


def train_by_hand(config, toy):
    """What the laboratory's loop must come to, written the plain way."""
    n_train = 270
    x = (torch.tensor(toy.train.images[:n_train]).float()[:, None] / 255 - 0.1578) / 0.2929
    y = torch.tensor(toy.train.labels[:n_train])
    torch.manual_seed(config.seed)
    model = create_model(config.arch, config.options)
    optimizer = torch_optimizer(config, model.parameters())
    model.train()
    for epoch in range(config.epochs):
        seed = epoch_seed(config.seed, epoch)
        order = torch.from_numpy(np.random.default_rng(seed).permutation(n_train))
        torch.manual_seed(seed)
        for index in order.split(config.batch_size):
            optimizer.zero_grad()
            F.cross_entropy(model(x[index]), y[index]).backward()
            optimizer.step()
    return {name: tensor.numpy() for name, tensor in model.state_dict().items()}


@pytest.mark.parametrize("optimizer", SETTINGS)
def test_the_loop_is_a_plain_pytorch_loop(toy, optimizer):
    options = {"hidden": (32,), "dropout": 0.2}
    config = make_config(arch="mlp", options=options, optimizer=optimizer, val_fraction=0.1, **SETTINGS[optimizer])
    weights = train(config, toy)[0].state_dict()
    # Gradients derived by hand and fused kernels round differently from the plain ones, no more.
    for name, plain in train_by_hand(config, toy).items():
        np.testing.assert_allclose(weights[name], plain, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("arch", MODELS)
def test_equal_settings_give_equal_bits(toy, arch):
    config = make_config(arch=arch, optimizer="sgd", epochs=1)
    one, other = train(config, toy), train(config, toy)
    assert same(one[0].state_dict(), other[0].state_dict())
    assert [event.train_loss for event in one[1]] == [event.train_loss for event in other[1]]
    assert [event.val_loss for event in one[1]] == [event.val_loss for event in other[1]]


@pytest.mark.parametrize("arch", MODELS)
def test_another_seed_gives_other_weights(arch):
    one, other = (create_learner(make_config(arch=arch, optimizer="sgd", seed=seed)) for seed in (1, 2))
    assert not same(one.state_dict(), other.state_dict())


@pytest.mark.parametrize("arch", MODELS)
def test_every_architecture_learns_the_made_classes(toy, arch):
    optimizer, lr = ("sgd", 0.1) if MODELS[arch].backend == "numpy" else ("adam", 0.003)
    learner, epochs = train(make_config(arch=arch, epochs=5, val_fraction=0.1, optimizer=optimizer, lr=lr), toy)
    right = learner.predict_proba(toy.test.images).argmax(1) == toy.test.labels
    assert right.mean() >= 0.95
    assert epochs[-1].train_loss < epochs[0].train_loss
    assert epochs[-1].val_accuracy >= 0.9


def test_nothing_is_learned_without_steps(toy):
    # The counterpart of the test above: the classes are not given away.
    right = create_learner(make_config()).predict_proba(toy.test.images).argmax(1) == toy.test.labels
    assert right.mean() < 0.5


@pytest.mark.parametrize("batch", [1, 7, 99, 100, 101, 1000])
def test_probabilities_do_not_depend_on_the_batch(toy, batch):
    images = toy.test.images
    whole = create_learner(make_config(test_batch_size=1000)).predict_proba(images)
    parts = create_learner(make_config(test_batch_size=batch)).predict_proba(images)
    assert (whole.shape, whole.dtype) == ((100, 10), np.float32)
    np.testing.assert_allclose(whole.sum(1), 1, rtol=1e-5)
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-6)


def test_a_network_that_only_predicts_makes_no_optimizer(toy, monkeypatch):
    """The first one that a process makes costs it seconds and 80 MB."""
    made = []
    monkeypatch.setattr(torch.optim.Optimizer, "__init__", lambda *given: made.append(given))
    learner = create_learner(make_config(gradients="autograd"))
    learner.load_state_dict(learner.state_dict())
    assert len(learner.predict_proba(toy.train.images[:2])) == 2
    assert not made


def test_no_images_no_probabilities():
    assert create_learner(make_config()).predict_proba(np.empty((0, 28, 28), np.uint8)).shape == (0, 10)


def test_prediction_is_without_dropout_and_training_goes_on_with_it(toy):
    learner = TorchLearner(make_config(arch="mlp", options={"dropout": 0.9}))
    learner.model.train()
    assert np.array_equal(learner.predict_proba(toy.test.images), learner.predict_proba(toy.test.images))
    assert learner.model.training
    learner.model.eval()
    learner.predict_proba(toy.test.images)
    assert not learner.model.training


def test_as_many_threads_as_set_compute():
    before = torch.get_num_threads()
    try:
        for threads in (3, 2):
            create_learner(make_config(threads=threads))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize(("scaling", "expected"), [("unit", (0.0, 1.0)), ("standard", (-0.5388, 2.8754))])
def test_pixels_are_scaled(scaling, expected):
    learner = TorchLearner(make_config(scaling=scaling))
    pixels = learner.scale(torch.tensor([[[0, 255]]], dtype=torch.uint8))
    assert pixels.shape == (1, 1, 1, 2)
    assert pixels.flatten().tolist() == pytest.approx(expected, abs=1e-4)


def test_metrics_are_handed_out_once(toy):
    learner = create_learner(make_config())
    learner.load(toy.train)
    learner.begin_epoch(np.arange(300), 1)
    learner.train_step(0, 100, 0.0)
    learner.train_step(100, 300, 0.0)
    metrics = learner.take_metrics()
    probabilities = learner.predict_proba(toy.train.images)
    own = probabilities[np.arange(300), toy.train.labels]
    losses = -np.log(own)
    assert metrics.losses == pytest.approx([losses[:100].mean(), losses[100:].mean()], rel=1e-5)
    assert metrics.true_probability.dtype == np.float16
    assert metrics.true_probability == pytest.approx(own, abs=1e-3)
    assert np.array_equal(metrics.correct, probabilities.argmax(1) == toy.train.labels)
    assert learner.take_metrics() is NO_STEPS


def test_weights_are_copies(toy):
    learner = create_learner(make_config())
    weights = learner.state_dict()
    before = learner.predict_proba(toy.test.images)
    for array in weights.values():
        array[:] = 0
    assert np.array_equal(learner.predict_proba(toy.test.images), before)


def test_weights_of_another_network_are_refused():
    softmax = create_learner(make_config())
    with pytest.raises(CheckpointError, match="do not fit this network"):
        softmax.load_state_dict(create_learner(make_config(arch="mlp")).state_dict())
    wrong_shape = {name: array[:5] for name, array in softmax.state_dict().items()}
    with pytest.raises(CheckpointError, match="size mismatch"):
        softmax.load_state_dict(wrong_shape)


def trained_state(toy, **changes):
    return train(make_config(epochs=1, **changes), toy)[0].training_state()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.pop("random"),
        lambda state: state.update(random=state["random"][:-1]),
        lambda state: state.pop("optimizer.0.exp_avg"),
        lambda state: state.update({"optimizer.0.exp_avg": state["optimizer.1.exp_avg"]}),
        lambda state: state.update({"optimizer.9.step": state["optimizer.0.step"]}),
        lambda state: state.update({"optimizer.x.step": state["optimizer.0.step"]}),
        lambda state: state.update({"optimizer.0": state["optimizer.0.step"]}),
    ],
)
def test_a_spoilt_training_state_is_refused(toy, spoil):
    state = trained_state(toy, optimizer="adam")
    create_learner(make_config(optimizer="adam")).load_training_state(state)
    spoil(state)
    with pytest.raises(CheckpointError, match="The checkpoint does not fit this run"):
        create_learner(make_config(optimizer="adam")).load_training_state(state)


@pytest.mark.parametrize("optimizer", ["adam", "adadelta"])
def test_another_optimizer_s_state_is_refused(toy, optimizer):
    state = trained_state(toy, optimizer="sgd", momentum=0.9)
    with pytest.raises(CheckpointError, match="The checkpoint does not fit this run"):
        create_learner(make_config(optimizer=optimizer)).load_training_state(state)


def test_a_device_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match="device is 'cuda', which this machine does not have; choose auto or cpu"):
        create_learner(make_config(device="cuda"))
