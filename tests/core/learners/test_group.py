"""Learners that take their steps together learn what each learns alone."""

import numpy as np
import pytest

from core.learners.factory import create_learner
from core.learners.group import LearnerGroup
from core.learners.steps.pixels import count_until_last_ink, order_by_ink
from tests.made import make_config, make_images

DATA = make_images(330, 3)
# Ink in the middle alone, as MNIST has it.
DATA.images[:, :5] = DATA.images[:, 22:] = 0
BATCH = 32


def mlp(**changes):
    values = {"arch": "mlp", "optimizer": "sgd", "lr": 0.1, "options": {"hidden": (20, 12)}, "batch_size": BATCH}
    return make_config(**{**values, **changes})


def train(learners, steps, take_steps=lambda: None, first=0):
    for number in range(first, first + steps):
        for learner, lr in learners:
            learner.train_step(number * BATCH, min((number + 1) * BATCH, len(DATA)), lr)
        take_steps()


def begin(learner):
    learner.load(DATA)
    learner.begin_epoch(np.random.default_rng(4).permutation(len(DATA)), 9)


@pytest.mark.parametrize("scaling", ["unit", "standard"])
def test_what_a_learner_says_and_holds_is_what_one_alone_does(scaling):
    configs = [
        mlp(scaling=scaling),
        mlp(scaling=scaling, options={"hidden": (300,)}, lr=0.05),
        make_config(arch="mlp-scratch", optimizer="sgd", lr=0.05, batch_size=BATCH, scaling=scaling),
    ]
    group = LearnerGroup()
    together, alone = [group.create(config) for config in configs], [create_learner(config) for config in configs]
    for learner in (*together, *alone):
        begin(learner)
    train([*zip(together, (config.lr for config in configs), strict=True)], 11, group.take_steps)
    train([*zip(alone, (config.lr for config in configs), strict=True)], 11)
    for ours, other in zip(together, alone, strict=True):
        said, expected = ours.take_metrics(), other.take_metrics()
        np.testing.assert_allclose(said.losses, expected.losses, rtol=1e-4)
        np.testing.assert_allclose(said.true_probability, expected.true_probability, atol=2e-3)
        assert said.correct.mean() == pytest.approx(expected.correct.mean(), abs=0.01)
        for name, array in other.state_dict().items():
            np.testing.assert_allclose(ours.state_dict()[name], array, rtol=1e-3, atol=1e-5, err_msg=name)
            np.testing.assert_array_equal(ours.parameter(name), ours.state_dict()[name])
        np.testing.assert_allclose(ours.predict_proba(DATA.images), other.predict_proba(DATA.images), atol=1e-4)
        np.testing.assert_allclose(ours.outputs(DATA.images).logits, other.outputs(DATA.images).logits, atol=1e-3)


def test_nothing_said_is_nothing():
    assert LearnerGroup().create(mlp()).take_metrics().losses == []


def test_weights_and_images_are_taken_in_any_order():
    first, second = LearnerGroup(), LearnerGroup()
    ours, other = first.create(mlp(scaling="unit")), second.create(mlp(scaling="unit", seed=2))
    start = ours.state_dict()
    begin(ours)
    begin(ours)
    begin(other)
    other.load_state_dict(ours.state_dict())
    for learner in (ours, other):
        for name, array in start.items():
            np.testing.assert_array_equal(learner.state_dict()[name], array)
    train([(ours, 0.1)], 3, first.take_steps)
    train([(other, 0.1)], 3, second.take_steps)
    for name, array in ours.state_dict().items():
        np.testing.assert_array_equal(other.state_dict()[name], array)
        assert not np.array_equal(array, start[name])


def test_learners_that_stand_apart_compute_their_own_and_meet_again():
    group, lone = LearnerGroup(), LearnerGroup()
    behind, ahead, alone = group.create(mlp()), group.create(mlp(seed=2)), lone.create(mlp())
    for learner in (behind, ahead, alone):
        begin(learner)
    train([(alone, 0.1)], 9, lone.take_steps)
    train([(behind, 0.1), (ahead, 0.1)], 2, group.take_steps)
    train([(ahead, 0.1)], 2, group.take_steps, first=2)
    for number in (2, 3):
        behind.train_step(number * BATCH, (number + 1) * BATCH, 0.1)
        ahead.train_step((number + 2) * BATCH, (number + 3) * BATCH, 0.1)
        group.take_steps()
    train([(behind, 0.1)], 2, group.take_steps, first=4)
    train([(behind, 0.1), (ahead, 0.1)], 3, group.take_steps, first=6)
    for name, array in alone.state_dict().items():
        np.testing.assert_array_equal(behind.state_dict()[name], array)
    assert behind.take_metrics().losses == alone.take_metrics().losses


def test_learners_in_different_epochs_see_their_own_images():
    group, lone = LearnerGroup(), LearnerGroup()
    later, alone, first = group.create(mlp()), lone.create(mlp()), group.create(mlp())
    for learner in (later, alone, first):
        begin(learner)
    for learner in (later, alone):
        learner.begin_epoch(np.arange(len(DATA)), 10)
    train([(alone, 0.1)], 2, lone.take_steps)
    train([(first, 0.1), (later, 0.1)], 2, group.take_steps)
    assert later.take_metrics().losses == alone.take_metrics().losses
    assert first.take_metrics().losses != later.take_metrics().losses


def test_pixels_with_ink_come_first():
    pixels = np.zeros((4, 100), np.uint8)
    pixels[:, 40] = pixels[:3, 7] = pixels[0, 99] = 200
    order = order_by_ink(pixels)
    assert [*order[:4]] == [40, 7, 99, 0]
    assert count_until_last_ink(pixels[:, order]) == 16
    assert count_until_last_ink(pixels) == 100
    assert count_until_last_ink(np.zeros((4, 100), np.uint8)) == 16
