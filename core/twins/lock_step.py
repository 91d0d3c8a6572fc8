"""The NumPy network and its PyTorch twin trained side by side, one step of both at a time.

These functions run where torch is loaded (see `core.execution.compute_process`).
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.data.datasets import ImageSet, load_split
from core.texts.message import Message, message
from core.twins.setup import MAX_STEPS, TwinChunk, TwinSetup, TwinState, TwinStep, Weights, copy_weights, take_batch
from models import create_model, create_numpy_model
from models.numpy_mlp import Array, NumpyMlp

if TYPE_CHECKING:
    import torch


def advance(setup: TwinSetup, state: TwinState, data_root: Path, max_steps: int, seconds: float) -> TwinChunk:
    """Go on from `state` by at least one step and at most `max_steps`, for no longer than about `seconds`.

    A learning rate that is too large ends in a chunk with a `problem`. Raises DataError.
    """
    train = load_train(setup.dataset, data_root)
    count = min(max_steps, MAX_STEPS - state.step)
    with threadpool_limits(1, user_api="blas"):
        return _advance(LockStep(setup, state, train), count, seconds)


def _advance(twins: LockStep, count: int, seconds: float) -> TwinChunk:
    end = time.monotonic() + seconds
    steps: list[TwinStep] = []
    for step in itertools.islice(twins.run(), count):
        if not math.isfinite(step.numpy_loss + step.torch_loss):
            return TwinChunk(tuple(steps), twins.state(), _explain(step, twins.setup.lr))
        steps.append(step)
        if time.monotonic() >= end:
            break
    return TwinChunk(tuple(steps), twins.state())


def _explain(step: TwinStep, lr: float) -> Message:
    bad = step.torch_loss if math.isfinite(step.numpy_loss) else step.numpy_loss
    return message(
        "The loss became {loss} in step {step:,}, at learning rate {lr:g}. Reset and try a smaller one.",
        loss=bad,
        step=step.step,
        lr=lr,
    )


@lru_cache(maxsize=1)
def load_train(dataset: str, data_root: Path) -> ImageSet:
    """A data set's training images, kept in memory for the next call. Raises DataError."""
    return load_split(dataset, data_root, "train")


class LockStep:
    """Both networks, built from a state. `run()` trains them; `state()` is where they are."""

    def __init__(self, setup: TwinSetup, state: TwinState, train: ImageSet) -> None:
        self.setup = setup
        self._train = train
        self._step = state.step
        self._numpy: NumpyMlp = create_numpy_model("numpy-mlp", {"hidden": setup.hidden}, setup.seed, setup.precision)
        self._numpy.load(state.numpy)
        self._torch = TorchTwin(setup, state.torch)

    def run(self) -> Iterator[TwinStep]:
        """One value a step, without end. A step is taken when its value is asked for."""
        while True:
            images, labels = take_batch(self._train, self.setup, self._step)
            # A network that diverges overflows; whoever sees the loss says so.
            with np.errstate(all="ignore"):
                numpy_loss = self._numpy.train_step(images, labels, self.setup.lr)
                torch_loss = self._torch.train_step(images, labels)
                self._step += 1
                yield self._compare(numpy_loss, torch_loss)

    def state(self) -> TwinState:
        """A copy of both networks' weights."""
        return TwinState(self._step, copy_weights(self._numpy.parameters()), copy_weights(self._torch.weights()))

    def _compare(self, numpy_loss: float, torch_loss: float) -> TwinStep:
        ours, theirs = self._numpy.activations, self._torch.activations
        return TwinStep(
            self._step,
            numpy_loss,
            torch_loss,
            largest_differences(ours, theirs),
            largest_differences(self._numpy.gradients(), self._torch.gradients()),
            largest_differences(self._numpy.parameters(), self._torch.weights()),
            sum(int(((ours[name] > 0) != (theirs[name] > 0)).sum()) for name in ours if name.startswith("relu")),
        )


def largest_differences(ours: Mapping[str, Array], theirs: Mapping[str, Array]) -> dict[str, float]:
    """The largest absolute difference in each tensor, infinite where one holds NaN or infinity.

    Both mappings have the same names and shapes.
    """
    return {name: float(np.nan_to_num(np.abs(ours[name] - theirs[name]).max(), nan=np.inf)) for name in ours}


class TorchTwin:
    """The "mlp" architecture with given weights, trained by torch's own gradients and optimizer.

    `activations` holds each layer's last output by the names of the NumPy network.
    """

    def __init__(self, setup: TwinSetup, weights: Weights) -> None:
        import torch

        self._network = create_model("mlp", {"hidden": setup.hidden}).to(getattr(torch, setup.precision))
        self._network.load_state_dict({name: torch.tensor(values) for name, values in weights.items()})
        self._optimizer = torch.optim.SGD(self._network.parameters(), lr=setup.lr)
        self.activations: dict[str, Array] = {}
        for name, layer in self._network.named_children():
            if name != "flatten":
                layer.register_forward_hook(self._keep(name))

    def _keep(self, name: str):  # type: ignore[no-untyped-def] # torch cannot be named here
        def keep(_layer: object, _inputs: object, output: torch.Tensor) -> None:
            self.activations[name] = output.detach().numpy()

        return keep

    def backward(self, images: Array, labels: NDArray[np.int64]) -> float:
        """Mean loss of a batch; the gradients are in `gradients()` then."""
        import torch

        self._optimizer.zero_grad()
        logits = self._network(torch.from_numpy(images))
        loss = torch.nn.functional.cross_entropy(logits, torch.from_numpy(labels))
        loss.backward()  # type: ignore[no-untyped-call]
        return float(loss.item())

    def train_step(self, images: Array, labels: NDArray[np.int64]) -> float:
        """One step of gradient descent on a batch; the mean loss before it."""
        loss = self.backward(images, labels)
        self._optimizer.step()
        return loss

    def weights(self) -> Weights:
        """The parameters by name, in torch's own memory."""
        return {name: values.detach().numpy() for name, values in self._network.named_parameters()}

    def gradients(self) -> Weights:
        """What the last `backward` found, by the parameters' names."""
        return {name: values.grad.numpy() for name, values in self._network.named_parameters()}
