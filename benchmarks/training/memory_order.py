"""What channels last saves the convolutional networks: `python -m benchmarks.training.memory_order best sprint`.

Each network twice, with the weights, and so all pictures, in memory with the channels last, as the app has them, and
with the channels first. Both take steps by autograd and read images, in turn, on one thread. Prints medians in
milliseconds of processor time, and their ratios.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from statistics import median

import numpy as np
import torch

from core.config.fields import AUTOGRAD, FIELDS
from core.config.recipes import find_recipe
from core.config.run_config import RunConfig
from core.data.datasets import ImageSet
from core.learners.torch_learner import TorchLearner

RECIPES = ("cnn", "handwriting", "sprint", "best")
# Images that are read at a time.
_READ = 256
_WARM_UP = 3


@dataclass(frozen=True)
class Times:
    """Seconds of processor time with the channels first and with the channels last, medians of the rounds."""

    first: float
    last: float


def measure(config: RunConfig, rounds: int) -> dict[str, Times]:
    """By what was timed: a step of the configuration's batch, and reading images."""
    learners = [_learner(config, order) for order in (torch.contiguous_format, torch.channels_last)]
    images = _images(_READ).images
    return {
        "a step": _time_in_turn([partial(_step, learner, config) for learner in learners], rounds),
        f"reading {_READ} images": _time_in_turn([partial(learner.outputs, images) for learner in learners], rounds),
    }


def _learner(config: RunConfig, order: torch.memory_format) -> TorchLearner:
    learner = TorchLearner(config)
    for parameter in learner.model.parameters():
        if parameter.ndim == 4:
            # Where there is one channel, a tensor counts as contiguous in either order, and would be left as it is.
            parameter.data = torch.empty(parameter.shape, memory_format=order).copy_(parameter.detach())
    learner.load(_images(config.batch_size))
    learner.begin_epoch(np.arange(config.batch_size), 0)
    return learner


def _step(learner: TorchLearner, config: RunConfig) -> None:
    learner.train_step(0, config.batch_size, config.lr)
    learner.take_metrics()


def _images(count: int) -> ImageSet:
    draw = np.random.default_rng(0)
    return ImageSet(draw.integers(0, 256, (count, 28, 28), np.uint8), draw.integers(0, 10, count))


def _time_in_turn(calls: Sequence[Callable[[], object]], rounds: int) -> Times:
    seconds: list[list[float]] = [[] for _ in calls]
    for number in range(_WARM_UP + rounds):
        for call, found in zip(calls, seconds, strict=True):
            start = time.process_time()
            call()
            if number >= _WARM_UP:
                found.append(time.process_time() - start)
    return Times(*map(median, seconds))


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training.memory_order", description=__doc__.splitlines()[0]
    )
    parser.add_argument("recipes", nargs="+", choices=RECIPES, metavar="RECIPE", help=f"of {', '.join(RECIPES)}")
    parser.add_argument("--rounds", type=int, default=15, metavar="N", help="[15]")
    parser.add_argument("--precision", choices=FIELDS["precision"].choices, default="float32", help="[float32]")
    given = parser.parse_args(arguments)
    for name in given.recipes:
        config = find_recipe(name).config.replace(
            device="cpu", threads=1, gradients=AUTOGRAD, precision=given.precision
        )
        for what, times in measure(config, given.rounds).items():
            print(
                f"{name}, {given.precision}: {what} {1000 * times.first:.1f} ms with the channels first, "
                f"{1000 * times.last:.1f} ms with them last: {times.first / times.last:.2f} times as fast",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
