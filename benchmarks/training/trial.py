"""One timed training in a fresh process: `python -m benchmarks.training.trial KIND CONFIG` prints its figures as JSON.

KIND is one of "tutorial", "ours" and "floor", CONFIG a run's configuration as JSON. `benchmarks.training.speed` calls
it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from typing import Any, Literal

from core.config.run_config import RunConfig
from core.data.datasets import load_dataset
from core.execution.sleeping_threads import let_threads_sleep
from core.settings import PROJECT, data_root

Kind = Literal["tutorial", "ours", "floor"]
KINDS: tuple[Kind, ...] = ("tutorial", "ours", "floor")
# Steps before the timed ones.
_WARM_UP_STEPS = 5
# Seconds of an epoch by "processor" and "wall"; and test "accuracy", or "flops" of an epoch and "libraries" of a floor.
Figures = dict[str, Any]


def run_trial(kind: Kind, config: RunConfig) -> Figures:
    """The figures of one trial in a process of its own. Raises ChildProcessError with what it says when it fails."""
    command = [sys.executable, "-m", "benchmarks.training.trial", kind, json.dumps(config.to_dict())]
    environment = dict(os.environ)
    if kind == "ours":
        # As the app's training processes have it.
        let_threads_sleep(environment)
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ChildProcessError(f"The trial failed ({done.returncode}):\n{done.stderr}")
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def try_here(kind: Kind, config: RunConfig) -> Figures:
    """The same in this process. Raises LabError."""
    if kind == "floor":
        from benchmarks.training.floor import measure_floor

        floor = measure_floor(config)
        spent, more = floor.spent, {"flops": floor.flops / config.epochs, "libraries": floor.libraries}
    else:
        from benchmarks.training.training import Training, measure_accuracy, train_ours
        from benchmarks.training.tutorial_loops import train_tutorial

        root = data_root()
        dataset = load_dataset(config.dataset, root)

        def train(config: RunConfig) -> Training:
            return train_ours(config, dataset) if kind == "ours" else train_tutorial(config, root)

        # The first steps of a process load parts of PyTorch, allocate memory and choose kernels.
        train(config.replace(train_images=min(_WARM_UP_STEPS * config.batch_size, config.train_images), epochs=1))
        done = train(config)
        spent, more = done.spent, {"accuracy": measure_accuracy(config, done.weights, dataset.test)}
    return {"processor": spent.processor / config.epochs, "wall": spent.wall / config.epochs, **more}


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.training.trial", description=__doc__.splitlines()[0])
    parser.add_argument("kind", choices=KINDS, help="what is timed")
    parser.add_argument("config", help="the run's configuration as JSON")
    given = parser.parse_args(arguments)
    print(json.dumps(try_here(given.kind, RunConfig.from_dict(json.loads(given.config)))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
