"""The configuration of a run: everything that decides what training does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.config.limits import AUGMENTS, DEVICES, LIMITS, OPTIMIZERS, SCALINGS, SCHEDULES
from core.data.catalog import find_dataset
from core.errors import ConfigError
from models import OptionError, OptionValue, find_architecture

# What a learner can do where that is less than all; see `allowed_values`.
_NUMPY_ALLOWED: dict[str, tuple[str | float, ...]] = {
    "optimizer": ("sgd",),
    "momentum": (0.0,),
    "weight_decay": (0.0,),
    "augment": ("none",),
    "device": ("auto", "cpu"),
}

_CHOICES = {
    "optimizer": OPTIMIZERS,
    "schedule": SCHEDULES,
    "scaling": SCALINGS,
    "augment": AUGMENTS,
    "device": DEVICES,
}


@dataclass(frozen=True)
class RunConfig:
    """One run's settings. Creating one checks every field and raises ConfigError.

    Fields:
        dataset: a name in `core.data.catalog.DATASETS`.
        arch: a name in `models.MODELS`.
        options: the architecture's own options; missing ones get their defaults.
        optimizer: "sgd", "adam", "adamw" or "adadelta".
        lr: base learning rate; the schedule multiplies it.
        momentum: of SGD; the others ignore it.
        weight_decay: as the optimizer defines it.
        schedule: "constant"; "step" (times `gamma` after every `step_size` epochs); or "one-cycle"
            (up over the first 30 % of all steps, then down to nearly 0, by cosines).
        batch_size: images a step; at most as many as are trained on.
        test_batch_size: images at a time when measuring; decides speed and memory, not the result.
        epochs: passes over the training images.
        seed: of the start weights, the order of batches and dropout.
        val_fraction: share of the training images, taken from their end, kept for validation.
        train_images: at most so many of the data set's training images are trained on, its first ones. 0 for none at
            all, where the run has images of its own (`RunRecord.extra_file`).
        watch_test: also measure the test set after every epoch, as some tutorials do. Nothing is chosen by it.
        keep_best: keep the weights of the epoch with the best validation accuracy instead of the last.
        scaling: "standard" (minus the data set's mean, over its deviation) or "unit" (pixels / 255).
        augment: "warp" changes each training image a little, anew in every epoch; see `core.learners.augment`.
        device: "auto" takes a GPU when there is one.
        threads: processor threads.
    """

    dataset: str = "mnist"
    arch: str = "mlp"
    options: Mapping[str, OptionValue] = field(default_factory=dict)
    optimizer: str = "adam"
    lr: float = 0.001
    momentum: float = 0.0
    weight_decay: float = 0.0
    schedule: str = "constant"
    gamma: float = 0.7
    step_size: int = 1
    batch_size: int = 64
    test_batch_size: int = 1000
    epochs: int = 5
    seed: int = 1
    val_fraction: float = 0.1
    train_images: int = 60_000
    watch_test: bool = False
    keep_best: bool = True
    scaling: str = "standard"
    augment: str = "none"
    device: str = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        info = find_dataset(self.dataset)
        try:
            options = find_architecture(self.arch).check_options(self.options)
        except OptionError as error:
            raise ConfigError(str(error)) from None
        object.__setattr__(self, "options", MappingProxyType(options))
        self._check_fields()
        self._check_backend()
        # How many images a run has of its own, the trainer sees.
        if self.train_images and self.batch_size > self.count_train(info.n_train):
            raise ConfigError(
                f"batch_size is {self.batch_size:,}; {info.title} leaves {self.count_train(info.n_train):,} images "
                "to train on, so it must be at most that."
            )

    def _check_fields(self) -> None:
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ConfigError(f"{name} is {getattr(self, name)!r}; it must be one of {', '.join(choices)}.")
        for name, limits in LIMITS.items():
            value = getattr(self, name)
            if not limits.allows(value):
                raise ConfigError(f"{name} is {value!r}; it must be {limits.describe()}.")
            object.__setattr__(self, name, int(value) if limits.whole else float(value))
        for name in ("watch_test", "keep_best"):
            if not isinstance(getattr(self, name), bool):
                raise ConfigError(f"{name} is {getattr(self, name)!r}; it must be true or false.")

    def _check_backend(self) -> None:
        for name, allowed in allowed_values(self.arch).items():
            if getattr(self, name) not in allowed:
                raise ConfigError(
                    f"{name} is {getattr(self, name)!r}; {find_architecture(self.arch).title} is trained by plain "
                    f"gradient descent in NumPy on the processor, so it must be {' or '.join(map(str, allowed))}."
                )

    def __hash__(self) -> int:
        return hash((type(self), str(sorted(self.to_dict().items()))))

    def __getstate__(self) -> dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def count_val(self, n_images: int) -> int:
        """How many of `n_images` training images are kept for validation."""
        return round(n_images * self.val_fraction)

    def count_train(self, n_images: int) -> int:
        """How many of `n_images` training images are trained on."""
        return min(n_images - self.count_val(n_images), self.train_images)

    def label(self) -> str:
        """A short name made of architecture and data set, such as "MLP 128-128 · MNIST"."""
        return f"{find_architecture(self.arch).label(self.options)} · {find_dataset(self.dataset).title}"

    def replace(self, **changes: Any) -> RunConfig:
        """A copy with some fields changed, checked again."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        values = {f.name: getattr(self, f.name) for f in dataclasses.fields(self)}
        options = {name: list(v) if isinstance(v, tuple) else v for name, v in self.options.items()}
        return {**values, "options": options}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RunConfig:
        """The inverse of `to_dict`. Missing fields get defaults; unknown ones raise ConfigError."""
        if not isinstance(values, Mapping):
            raise ConfigError(f"A configuration must be a JSON object, not {type(values).__name__}.")
        known = [f.name for f in dataclasses.fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ConfigError(f"Unknown setting {unknown[0]!r}; known settings: {', '.join(known)}.")
        if not isinstance(values.get("options", {}), Mapping):
            raise ConfigError(f"options is {values['options']!r}; it must be a JSON object.")
        return cls(**values)


def allowed_values(arch: str) -> Mapping[str, tuple[str | float, ...]]:
    """The only values that some fields of a RunConfig may have for this architecture; empty for torch's."""
    return _NUMPY_ALLOWED if find_architecture(arch).backend == "numpy" else {}
