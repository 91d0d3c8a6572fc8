"""Trains the network that tells digits from what is none: `python -m tools.train_detector PEN_FILE`.

PEN_FILE is in the UNIPEN format of UCI's "Pen-Based Recognition of Handwritten Digits"; MNIST and Fashion-MNIST are
in the data folder. Everything comes from one seed. `models/pretrained_detector/` gets the weights and a card with the
threshold, chosen so that of MNIST's validation images and of the writers kept for calibration nearly all are kept.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional as F

from core.data.datasets import ImageSet
from core.errors import LabError
from core.learners.augment import augment_images
from core.settings import data_root
from core.storage.arrays import save_arrays
from core.storage.atomic import write_atomically
from core.uncertainty.detector import DETECTOR, DetectorResult, digit_shares
from models.digit_detector import build
from tools.non_digits.detector_data import NONE, held_out_digits, training_set

_SEED = 1
_EPOCHS = 10
_BATCH = 256
_LR = 0.003
_KEEP = 0.99


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tools.train_detector", description=__doc__.splitlines()[0])
    parser.add_argument("pen_file", type=Path)
    given = parser.parse_args(arguments)
    try:
        images = training_set(given.pen_file, data_root(), _SEED)
        digits = held_out_digits(given.pen_file, data_root())
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{len(images):,} pictures, {(images.labels == NONE).mean():.0%} of them no digits", flush=True)
    network = train(images)
    save_arrays(DETECTOR / "weights.safetensors", {name: part.numpy() for name, part in network.state_dict().items()})
    result = make_result(network, {words: digit_shares(part.images) for words, part in digits.items()})
    write_atomically(DETECTOR / "card.json", json.dumps(asdict(result), indent=1, ensure_ascii=False))
    print(f"threshold {result.threshold:.4f}")
    return 0


def train(images: ImageSet) -> nn.Module:
    """A network trained on digits (labels 0 to 9) and what is none (label 10)."""
    torch.set_num_threads(1)
    torch.manual_seed(_SEED)
    network = build().train()
    optimizer = torch.optim.AdamW(network.parameters(), _LR, weight_decay=0.01, fused=True)
    pixels, labels = torch.tensor(images.images), torch.tensor(images.labels)
    steps = len(labels) // _BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _LR, total_steps=_EPOCHS * steps)
    for epoch in range(_EPOCHS):
        begin, total = time.perf_counter(), 0.0
        for batch in torch.randperm(len(labels))[: steps * _BATCH].view(steps, _BATCH):
            shown = augment_images(pixels[batch]).unsqueeze(1) / 255
            loss = F.cross_entropy(network(shown), labels[batch])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}: loss {total / steps:.4f}, {time.perf_counter() - begin:.0f} s", flush=True)
    return network.eval()


def make_result(network: nn.Module, shares: Mapping[str, NDArray[np.float32]]) -> DetectorResult:
    """The detector's card, from its shares for digits by what they are; the threshold keeps enough of each."""
    threshold = min(float(np.quantile(values, 1 - _KEEP)) for values in shares.values())
    return DetectorResult(
        threshold=round(threshold, 6),
        kept={words: round(float((values >= threshold).mean()), 4) for words, values in shares.items()},
        n_parameters=sum(parameter.numel() for parameter in network.parameters()),
        versions={"python": platform.python_version(), "torch": version("torch"), "numpy": version("numpy")},
    )


if __name__ == "__main__":
    sys.exit(main())
