"""The tutorials' own kind of loop, which this project's training is compared with.

Each recipe has the loop of its tutorial: a torchvision data set whose transforms work on one image at a time, a
DataLoader, zero_grad, forward pass, loss, backward pass, step, and the loss as a number in every step; d2l also counts
the right answers in every step. The NumPy tutorial scales all images before training, and then slices a shuffled order.

What departs from the tutorials, so that both sides train alike:
- The start weights and the order of the images are the recipe's own. DataLoader's shuffling costs the same.
- d2l loads with four workers. Here the process itself loads, since processor time is compared and a worker's would be
  another process's.
- PyTorch's example takes the loss as a number in each tenth step, and the NumPy tutorial may compute in float64. Taking
  it in each step costs a microsecond; float32 is the quicker choice for the tutorial.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import torch
import torchvision
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import DataLoader
from torchvision import transforms

from benchmarks.training.training import Training, image_order, timed
from benchmarks.training.tutorial_networks import N_CLASSES, N_PIXELS, Array, NumpyNetwork, build_network
from core.config.run_config import RunConfig
from core.data.catalog import find_dataset
from core.learners.base import pixel_scaling
from core.learners.factory import create_learner
from core.storage.arrays import Arrays
from models import find_architecture

Batches = DataLoader[tuple[Tensor, Tensor]]


def train_tutorial(config: RunConfig, root: Path) -> Training:
    """Train `config` by its tutorial's loop, on the files below torchvision's folder `root`."""
    start = create_learner(config).state_dict()
    torch.set_num_threads(config.threads)
    if find_architecture(config.arch).backend == "numpy":
        return _train_numpy(config, root, start)
    network = build_network(config)
    _copy_start(network, start)
    optimizer = _create_optimizer(config, network)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, config.step_size, config.gamma)
    dataset, is_d2l = _open_dataset(config, root), config.dataset == "fashion-mnist"
    losses: list[float] = []
    network.train()
    with timed() as spent:
        for epoch in range(config.epochs):
            order = image_order(config, len(dataset), epoch).tolist()
            batches = DataLoader(dataset, config.batch_size, sampler=order)
            losses += _d2l_epoch(network, batches, optimizer) if is_d2l else _epoch(network, batches, optimizer)
            if config.schedule == "step":
                scheduler.step()
    values = [parameter.detach().numpy() for parameter in network.parameters()]
    return Training(losses, dict(zip(start, values, strict=True)), spent)


def _epoch(network: nn.Module, batches: Batches, optimizer: torch.optim.Optimizer) -> list[float]:
    """The loop of most tutorials; returns the loss of each step."""
    losses = []
    for images, labels in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images), labels)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    return losses


def _d2l_epoch(network: nn.Module, batches: Batches, optimizer: torch.optim.Optimizer) -> list[float]:
    """The loop of Dive into Deep Learning, with its running sums of loss, right answers and images."""
    criterion = nn.CrossEntropyLoss(reduction="none")
    losses, sums = [], [0.0, 0.0, 0.0]
    for images, labels in batches:
        scores = network(images)
        loss = criterion(scores, labels)
        optimizer.zero_grad()
        loss.mean().backward()
        optimizer.step()
        right = (scores.argmax(dim=1).type(labels.dtype) == labels).type(labels.dtype).sum()
        more = (loss.sum().item(), float(right), float(labels.numel()))
        sums = [old + new for old, new in zip(sums, more, strict=True)]
        losses.append(more[0] / labels.numel())
    return losses


def _open_dataset(config: RunConfig, root: Path) -> torchvision.datasets.MNIST:
    steps: list[object] = [transforms.ToTensor()]
    if config.scaling == "standard":
        mean, deviation = pixel_scaling(config)
        steps.append(transforms.Normalize((mean,), (deviation,)))
    open_it = getattr(torchvision.datasets, find_dataset(config.dataset).torchvision_class)
    return open_it(root, train=True, transform=transforms.Compose(steps), download=False)


def _copy_start(network: nn.Module, start: Arrays) -> None:
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), start.values(), strict=True):
            parameter.copy_(torch.from_numpy(value))


def _create_optimizer(config: RunConfig, network: nn.Module) -> torch.optim.Optimizer:
    match config.optimizer:
        case "sgd":
            return torch.optim.SGD(network.parameters(), lr=config.lr, momentum=config.momentum)
        case "adam":
            return torch.optim.Adam(network.parameters(), lr=config.lr)
        case _:
            return torch.optim.Adadelta(network.parameters(), lr=config.lr)


def _train_numpy(config: RunConfig, root: Path, start: Arrays) -> Training:
    dataset = _open_dataset(config, root)
    pixels = dataset.data.numpy().reshape(-1, N_PIXELS).astype(np.float32) / np.float32(255)
    labels = dataset.targets.numpy()
    one_hot = np.eye(N_CLASSES, dtype=np.float32)[labels]
    network = NumpyNetwork(cast(list[Array], list(start.values())))
    losses: list[float] = []
    with timed() as spent:
        for epoch in range(config.epochs):
            order = image_order(config, len(dataset), epoch)
            losses += _numpy_epoch(network, pixels[order], one_hot[order], config)
    return Training(losses, start, spent)


def _numpy_epoch(network: NumpyNetwork, pixels: Array, one_hot: Array, config: RunConfig) -> list[float]:
    losses = []
    for first in range(0, len(pixels), config.batch_size):
        batch = slice(first, first + config.batch_size)
        probabilities = network.forward(pixels[batch])
        losses.append(float(-np.mean(np.sum(one_hot[batch] * np.log(probabilities + 1e-12), axis=1))))
        network.update(network.backward(probabilities, one_hot[batch]), config.lr)
    return losses
