"""The tutorial's sweep, its cells trained together or one by one: `python -m benchmarks.training.sweep_grid`.

In turn it trains all cells of the recipe `mlp-sweep`: each alone by autograd, each alone by the step with gradients
derived by hand, and in groups as a sweep does. Processor time of the training alone is counted: no imports, no reading
of files, no making of networks, no measuring on validation or test images, no records.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from statistics import median

from core.config.fields import AUTOGRAD
from core.config.recipes import find_recipe
from core.config.run_config import RunConfig
from core.data.datasets import Dataset, load_dataset
from core.learners.base import Learner
from core.learners.factory import create_learner
from core.learners.group import LearnerGroup
from core.learners.group_key import group_key
from core.settings import data_root
from core.sweep.search_space import SearchSpace
from core.training.trainer import Trainer

RECIPE = "mlp-sweep"
# Seconds that training some cells takes.
Train = Callable[[Sequence[RunConfig], Dataset], float]


def groups_of(images: int, seeds: int = 1) -> list[list[RunConfig]]:
    """The recipe's cells for one epoch of so many images, those that are trained together in one list.

    seeds: how many times each cell is trained, each time with another seed.
    """
    groups: dict[RunConfig | None, list[RunConfig]] = {}
    recipe = find_recipe(RECIPE)
    for cell in SearchSpace(recipe.config, recipe.grid, seeds).runs():
        config = cell.replace(epochs=1, train_images=images, val_fraction=0.0, device="cpu")
        groups.setdefault(group_key(config), []).append(config)
    return [*groups.values()]


def with_one_order(groups: Sequence[Sequence[RunConfig]]) -> list[list[RunConfig]]:
    """The same networks in fewer groups, those of all seeds in one, which is made possible by one seed for all.

    It shares the batches too, so that it costs less than any group of several seeds can.
    """
    merged: dict[RunConfig | None, list[RunConfig]] = {}
    for group in groups:
        configs = [config.replace(seed=groups[0][0].seed) for config in group]
        merged.setdefault(group_key(configs[0]), []).extend(configs)
    return [*merged.values()]


def train_by_autograd(configs: Sequence[RunConfig], data: Dataset) -> float:
    """One after the other."""
    return train_alone([config.replace(gradients=AUTOGRAD) for config in configs], data)


def train_alone(configs: Sequence[RunConfig], data: Dataset) -> float:
    """One after the other, as single runs do."""
    return _train_in_turn(configs, [create_learner(config) for config in configs], data)


def train_together(configs: Sequence[RunConfig], data: Dataset) -> float:
    """As one group."""
    group = LearnerGroup()
    going = [Trainer(config, data, group.create(config)).steps() for config in configs]
    start = time.process_time()
    while going:
        for steps in [*going]:
            # Up to where the next step is asked for.
            if all(event is not None for event in steps):
                going.remove(steps)
        group.take_steps()
    return time.process_time() - start


def _train_in_turn(configs: Sequence[RunConfig], learners: Sequence[Learner], data: Dataset) -> float:
    start = time.process_time()
    for config, learner in zip(configs, learners, strict=True):
        for _ in Trainer(config, data, learner).run():
            pass
    return time.process_time() - start


KINDS: dict[str, Train] = {"autograd": train_by_autograd, "alone": train_alone, "together": train_together}


def _compare_groups(groups: Sequence[Sequence[RunConfig]], data: Dataset, rounds: int) -> None:
    """Measure and print what groups over the seeds could gain at most."""
    ratios = []
    for _ in range(rounds):
        apart, merged = (
            sum(train_together(group, data) for group in sorts) for sorts in (groups, with_one_order(groups))
        )
        ratios.append(apart / merged)
    print(f"  together / all seeds in one order: {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=10_000, help="to train on [10000]")
    parser.add_argument("--seeds", type=int, default=1, help="that each cell is trained with [1]")
    parser.add_argument("--rounds", type=int, default=5, help="[5]")
    given = parser.parse_args(arguments)
    groups = groups_of(given.images, given.seeds)
    data = load_dataset(groups[0][0].dataset, data_root())
    print(f"{sum(map(len, groups))} networks, {given.images:,} images, load before: {os.getloadavg()[0]:.1f}")
    rounds = []
    for _ in range(given.rounds):
        # Group by group, so that the three kinds meet the same neighbours on the machine.
        times = [[train(configs, data) for train in KINDS.values()] for configs in groups]
        rounds.append([sum(kind) for kind in zip(*times, strict=True)])
    for name, values in zip(KINDS, zip(*rounds, strict=True), strict=True):
        print(f"  {name}: {median(values):.3g} processor seconds ({min(values):.3g}–{max(values):.3g})")
    for number, name in enumerate([*KINDS][:2]):
        ratios = [times[number] / times[2] for times in rounds]
        print(f"  {name} / together: {median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})")
    if given.seeds > 1:
        _compare_groups(groups, data, given.rounds)


if __name__ == "__main__":
    main()
