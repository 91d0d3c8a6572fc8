"""Attacks on a trained network."""

import numpy as np
import pytest

from core.explain.network import DifferentiableNetwork
from core.learners.base import pixel_scaling
from core.learners.factory import create_learner
from core.stress.attack import attack
from core.stress.kinds import ATTACKS, FGSM, PGD
from core.training.trainer import Trainer
from tests.made import make_config, make_dataset

DATASET = make_dataset()


@pytest.fixture(params=["mlp", "numpy-mlp"])
def learner(request):
    config = make_config(arch=request.param, epochs=6, optimizer="sgd", lr=0.05, val_fraction=0)
    made = create_learner(config)
    for _ in Trainer(config, DATASET, made).run():
        pass
    return made, DifferentiableNetwork(made, *pixel_scaling(config))


def accuracy(learner, images):
    return (learner.predict_proba(images).argmax(1) == DATASET.test.labels).mean()


@pytest.mark.parametrize("kind", ATTACKS)
def test_no_pixel_changes_by_more_than_epsilon(learner, kind):
    for epsilon in (0.02, 0.1, 0.3):
        change = np.abs(attack(learner[1], DATASET.test, kind, epsilon).astype(int) - DATASET.test.images)
        assert 0 < change.max() <= np.ceil(255 * epsilon)


@pytest.mark.parametrize("kind", ATTACKS)
def test_an_epsilon_of_zero_changes_nothing(learner, kind):
    assert (attack(learner[1], DATASET.test, kind, 0.0) == DATASET.test.images).all()


def test_attacks_fool_the_network_where_noise_as_large_does_not(learner):
    network = learner[0]
    noise = np.random.default_rng(1).choice([-1, 1], DATASET.test.images.shape) * 255 * 0.2
    noisy = np.clip(DATASET.test.images + noise, 0, 255).astype(np.uint8)
    fgsm, pgd = (accuracy(network, attack(learner[1], DATASET.test, kind, 0.2)) for kind in (FGSM, PGD))
    assert accuracy(network, noisy) > 0.9
    assert fgsm < 0.5
    assert pgd <= fgsm


def test_a_network_that_is_very_sure_is_attacked_all_the_same(learner):
    made, network = learner
    weights = made.state_dict()
    # The last layer a thousand times as large: the softmax is at its end, and cross-entropy has no gradient.
    last = [name for name in weights if name.startswith(list(weights)[-1].rpartition(".")[0])]
    made.load_state_dict({name: array * (1000 if name in last else 1) for name, array in weights.items()})
    assert made.predict_proba(DATASET.test.images).max(1).min() > 0.999
    assert accuracy(made, attack(network, DATASET.test, FGSM, 0.2)) < 0.5
