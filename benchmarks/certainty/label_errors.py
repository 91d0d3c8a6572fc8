"""Whether the label detective finds wrong labels: `python -m benchmarks.certainty.label_errors`.

- Flipped labels. Of all 60,000 training labels of MNIST, 1 % are flipped to another class, drawn at random. A network
  is trained on the first 50,000 with their flips, and the last 10,000 are ranked by its predictions. How many of the
  flips among these are in the most suspicious 1.5 %? And of the flips that it was trained on, how many are in the
  1.5 % with the lowest mean probability of the label over the epochs?
- Known labels. The test images are ranked by the stored predictions of each bundled network that was trained on MNIST.
  How many of the fifteen labels that human validation found wrong (`core/data/known_labels.py`) are among the first
  100?

Takes about two and a half minutes of one core. Prints the figures and writes them to
`benchmarks/results/label_errors.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.data.datasets import Dataset, ImageSet, Labels, load_dataset
from core.data.known_labels import known_labels
from core.dynamics.examples import ExampleDynamics, first_counted, summarize_examples
from core.errors import LabError
from core.evaluation.stored_predictions import load_test_predictions
from core.labels.quality import label_quality, rank_by_dynamics
from core.learners.factory import create_learner
from core.runs.record import RunRecord
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, PROJECT, data_root
from core.storage.atomic import write_atomically
from core.training.epoch_record import EpochRecord
from core.training.trainer import Trainer

RESULTS = PROJECT / "benchmarks" / "results" / "label_errors.json"
_DATASET = "mnist"
# Share of the labels that are flipped.
_FLIPPED = 0.01
# Share of the images that are looked at, the most suspicious ones.
_LOOKED_AT = 0.015
# Test images that are looked at for the known labels.
_FIRST = 100
# The last 10,000 of MNIST's 60,000 training images are held out.
_HELD_OUT = 1 / 6
# A network, and the seeds of flips that it is tried with.
_NETWORKS = (
    (RunConfig(dataset=_DATASET, arch="mlp", epochs=3, val_fraction=_HELD_OUT, device="cpu"), (1, 2, 3)),
    (RunConfig(dataset=_DATASET, arch="cnn", epochs=1, val_fraction=_HELD_OUT, device="cpu"), (1,)),
)


@dataclass(frozen=True)
class Flips:
    """Flipped labels of held-out images, and of those trained on.

    network, epochs, seed: what was trained, for how long, and the seed of the flips.
    n: held-out images. flipped: of these. looked_at: the most suspicious ones. found: flipped ones among them.
    taken, taken_flipped: labels that confident learning takes for wrong, and flipped ones among them.
    trained_flipped, trained_looked_at, trained_found: as without `trained`, of the images trained on, by the training
        dynamics.
    """

    network: str
    epochs: int
    seed: int
    n: int
    flipped: int
    looked_at: int
    found: int
    taken: int
    taken_flipped: int
    trained_flipped: int
    trained_looked_at: int
    trained_found: int


@dataclass(frozen=True)
class Known:
    """The known wrong test labels in a run's ranking.

    ranks: place of each, counted from 1. found: among the first 100.
    taken, taken_known: labels that confident learning takes for wrong, and known ones among them.
    """

    run: str
    ranks: tuple[int, ...]
    found: int
    taken: int
    taken_known: int


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.parse_args(arguments)
    try:
        dataset = load_dataset(_DATASET, data_root())
        flips = []
        for config, seeds in _NETWORKS:
            for seed in seeds:
                flips.append(measure_flips(dataset, config, seed))
                print(describe_flips(flips[-1]), flush=True)
        known = list(measure_known(dataset.test, BUNDLED_RUNS))
    except (LabError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(*map(describe_known, known), sep="\n")
    results = {"flips": [asdict(entry) for entry in flips], "known": [asdict(entry) for entry in known]}
    write_atomically(RESULTS, json.dumps(results, indent=1) + "\n")
    return 0


def measure_flips(dataset: Dataset, config: RunConfig, seed: int) -> Flips:
    """Flip training labels, train on all but the held-out images, and look for the flips among these."""
    labels = flip(dataset.train.labels, seed)
    learner = create_learner(config)
    noisy = Dataset(dataset.info, ImageSet(dataset.train.images, labels), dataset.test)
    dynamics = _train(Trainer(config, noisy, learner))
    n = config.count_val(len(labels))
    _, held_out = noisy.split(n)
    is_flipped = held_out.labels != dataset.train.labels[-n:]
    quality = label_quality(held_out.labels, learner.predict_proba(held_out.images))
    first = quality.ranking()[: round(_LOOKED_AT * n)]
    trained_flipped = (labels != dataset.train.labels)[: len(dynamics)]
    trained_first = rank_by_dynamics(dynamics)[: round(_LOOKED_AT * len(dynamics))]
    return Flips(
        network=str(config.label()),
        epochs=config.epochs,
        seed=seed,
        n=n,
        flipped=int(is_flipped.sum()),
        looked_at=len(first),
        found=int(is_flipped[first].sum()),
        taken=int(quality.is_issue.sum()),
        taken_flipped=int((quality.is_issue & is_flipped).sum()),
        trained_flipped=int(trained_flipped.sum()),
        trained_looked_at=len(trained_first),
        trained_found=int(trained_flipped[trained_first].sum()),
    )


def _train(trainer: Trainer) -> ExampleDynamics:
    """Train to the end; returns the training dynamics."""
    records: list[EpochRecord] = []
    for _ in trainer.run():
        # It stays until the next epoch has ended.
        record = trainer.epoch_record
        if record and (not records or record is not records[-1]):
            records.append(record)
    return summarize_examples(records, first_counted(len(records)))


def flip(labels: Labels, seed: int, n_classes: int = 10) -> Labels:
    """The labels (N,) with 1 % of them changed to another class, each other class as likely."""
    random = np.random.default_rng(seed)
    places = random.choice(len(labels), round(_FLIPPED * len(labels)), replace=False)
    flipped = labels.copy()
    flipped[places] = (labels[places] + random.integers(1, n_classes, len(places))) % n_classes
    return flipped


def measure_known(test: ImageSet, runs: Path) -> Iterator[Known]:
    """The ranks that each network gives to the known labels, the best network first."""
    records = [record for record in RunStore(runs.parent / "none", runs).all() if record.config.dataset == _DATASET]
    found = [_rank_known(record, test) for record in records]
    yield from sorted(found, key=lambda entry: -entry.found)


def _rank_known(record: RunRecord, test: ImageSet) -> Known:
    quality = label_quality(test.labels, load_test_predictions(record, test))
    ranks = np.argsort(quality.ranking()) + 1
    known = list(known_labels(_DATASET))
    return Known(
        run=record.id,
        ranks=tuple(sorted(int(ranks[index]) for index in known)),
        found=int((ranks[known] <= _FIRST).sum()),
        taken=int(quality.is_issue.sum()),
        taken_known=int(quality.is_issue[known].sum()),
    )


def describe_flips(entry: Flips) -> str:
    """The figures of flipped labels as a line."""
    return (
        f"{entry.network}, epochs {entry.epochs}, flips {entry.seed}: {entry.found} of {entry.flipped} flipped labels "
        f"({entry.found / entry.flipped:.1%}) among the {entry.looked_at} most suspicious of {entry.n:,}; "
        f"{entry.taken} taken for wrong, {entry.taken_flipped} of them flipped. Of the images trained on, "
        f"{entry.trained_found} of {entry.trained_flipped} ({entry.trained_found / entry.trained_flipped:.1%}) among "
        f"{entry.trained_looked_at}"
    )


def describe_known(entry: Known) -> str:
    """The figures of the known labels as a line."""
    title = find_dataset(_DATASET).title
    return (
        f"{entry.run}: {entry.found} of {len(entry.ranks)} known labels of {title} among the first {_FIRST}; ranks "
        f"{', '.join(map(str, entry.ranks))}; {entry.taken} taken for wrong, {entry.taken_known} of them known"
    )


if __name__ == "__main__":
    sys.exit(main())
