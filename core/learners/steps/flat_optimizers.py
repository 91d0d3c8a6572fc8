"""Optimizers over one buffer of parameters, each in as few passes as PyTorch's kernels allow.

The arithmetic is that of `torch.optim`. Its classes would do the same, but take 20 to 40 µs a step before they begin to
compute, which is a third of a step of a small network.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.config.run_config import RunConfig
from core.learners.steps.flat import FlatParameters
from core.learners.steps.lane_threads import LaneThreads
from core.learners.steps.optimizer_state import ENTRIES, STEP, entry_name, read_entries
from core.storage.arrays import Arrays

# The defaults of torch.optim.Adam and AdamW.
# Decay of the mean of gradients, a step.
_BETA1 = 0.9
# Decay of the mean of squared gradients, a step.
_BETA2 = 0.999
# What keeps Adam's division from 0.
_ADAM_EPS = 1e-8
# The defaults of torch.optim.Adadelta.
# Decay of both means of squares, a step.
_RHO = 0.9
# What keeps Adadelta's division from 0.
_ADADELTA_EPS = 1e-6
# Floats at a time, for an update of several passes. The second pass finds them in the cache, and scratch memory is used
# again: a new buffer as long as all parameters costs more than the arithmetic, since the system has to clear it.
_CHUNK = 2**16


class FlatOptimizer:
    """Updates `flat.values` by `flat.grads`.

    threads: share an update of several passes; without them it is the caller's alone.
    """

    def __init__(self, config: RunConfig, flat: FlatParameters, threads: LaneThreads | None = None) -> None:
        self._flat = flat
        self._kind = config.optimizer
        self._momentum, self._decay = config.momentum, config.weight_decay
        self._steps = torch.zeros(())
        is_plain = config.optimizer == "sgd" and not config.momentum
        names = [] if is_plain else [name for name in ENTRIES[config.optimizer] if name != STEP]
        self._entries = {name: torch.zeros_like(flat.values) for name in names}
        updates: dict[str, Callable[[float], None]] = {
            "sgd": self._sgd,
            "adam": self._adam,
            "adamw": self._adam,
            "adadelta": self._adadelta,
        }
        self.step = updates[config.optimizer]
        self._threads = threads or LaneThreads(1)
        self._chunks = self._split_into_chunks() if config.optimizer == "adadelta" else []

    def _sgd(self, lr: float) -> None:
        self._steps += 1
        torch._fused_sgd_(
            [self._flat.values],
            [self._flat.grads],
            [*self._entries.values()],
            weight_decay=self._decay,
            momentum=self._momentum,
            lr=lr,
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )

    def _adam(self, lr: float) -> None:
        self._steps += 1
        update = torch._fused_adamw_ if self._kind == "adamw" else torch._fused_adam_
        exp_avg, exp_avg_sq = self._entries.values()
        update(
            [self._flat.values],
            [self._flat.grads],
            [exp_avg],
            [exp_avg_sq],
            [],
            [self._steps],
            lr=lr,
            weight_decay=self._decay,
            beta1=_BETA1,
            beta2=_BETA2,
            eps=_ADAM_EPS,
            amsgrad=False,
            maximize=False,
        )

    def _adadelta(self, lr: float) -> None:
        self._steps += 1
        self._threads.run([partial(self._adadelta_in_chunks, chunks, lr) for chunks in self._chunks])

    def _adadelta_in_chunks(self, chunks: Sequence[tuple[Tensor, ...]], lr: float) -> None:
        for values, grads, square_avg, acc_delta, delta, divisor in chunks:
            if self._decay:
                grads.add_(values, alpha=self._decay)
            square_avg.mul_(_RHO).addcmul_(grads, grads, value=1 - _RHO)
            torch.add(acc_delta, _ADADELTA_EPS, out=delta)
            torch.add(square_avg, _ADADELTA_EPS, out=divisor)
            delta.div_(divisor).sqrt_().mul_(grads)
            acc_delta.mul_(_RHO).addcmul_(delta, delta, value=1 - _RHO)
            values.add_(delta, alpha=-lr)

    def _split_into_chunks(self) -> list[list[tuple[Tensor, ...]]]:
        """For each thread its chunks: values, gradients, entries, and two scratch buffers that these chunks share."""
        whole = self._flat.values, self._flat.grads, *self._entries.values()
        lanes = self._threads.count
        scratch = torch.empty(lanes, 2, _CHUNK, dtype=self._flat.values.dtype)
        chunks = list(zip(*(torch.split(tensor, _CHUNK) for tensor in whole), strict=True))
        return [
            [(*chunk, *scratch[lane, :, : len(chunk[0])]) for chunk in chunks[lane::lanes]] for lane in range(lanes)
        ]

    def state(self) -> Arrays:
        """See `core.learners.steps.base.TrainStep`."""
        if not self._entries or not self._steps:
            return {}
        parts = {name: self._flat.split(entry) for name, entry in self._entries.items()}
        state: Arrays = {}
        for number in range(len(self._flat.parameters)):
            for name in ENTRIES[self._kind]:
                value = self._steps if name == STEP else parts[name][number]
                state[entry_name(number, name)] = value.numpy().copy()
        return state

    def load_state(self, arrays: Mapping[str, NDArray[np.generic]]) -> None:
        """See `core.learners.steps.base.TrainStep`."""
        found = read_entries(arrays, self._kind, self._flat.parameters)
        for buffer in (self._steps, *self._entries.values()):
            buffer.zero_()
        parts = {name: self._flat.split(entry) for name, entry in self._entries.items()}
        for number, entries in found.items():
            for name, part in parts.items():
                part[number].copy_(entries[name])
            self._steps.copy_(entries.get(STEP, torch.ones(())))
