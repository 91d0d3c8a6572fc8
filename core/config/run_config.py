"""The configuration of a run: everything that decides what training does."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.config.fields import AUTO_GRADIENTS, BY_HAND, FIELDS, config_error, value_text
from core.data.catalog import find_dataset
from core.errors import ConfigError
from core.texts.message import Message, join, message
from models import OptionError, OptionValue, find_architecture

# What the NumPy learner can do, where that is less than everything; see `allowed_values`.
_NUMPY_ALLOWED: dict[str, tuple[str | float, ...]] = {
    "optimizer": ("sgd",),
    "momentum": (0.0,),
    "weight_decay": (0.0,),
    "augment": ("none",),
    "precision": ("float32",),
    "gradients": (BY_HAND,),
    "device": ("auto", "cpu"),
}
# Checked where they are looked up.
_LOOKED_UP = ("dataset", "arch")


@dataclass(frozen=True)
class RunConfig:
    """One run's settings. Creating one checks every field and raises ConfigError.

    `core.config.fields.FIELDS` says what each field means and may hold. `options` are those of the architecture
    (`models.MODELS`); missing ones get their defaults. A run with images of its own (`extra.safetensors`) may have 0
    `train_images`, none of the data set's.
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
    precision: str = "float32"
    gradients: str = BY_HAND
    device: str = "auto"
    threads: int = 1

    def __post_init__(self) -> None:
        info = find_dataset(self.dataset)
        try:
            options = find_architecture(self.arch).check_options(self.options)
        except OptionError as error:
            raise config_error(error) from None
        object.__setattr__(self, "options", MappingProxyType(options))
        for name, entry in FIELDS.items():
            if name not in _LOOKED_UP:
                object.__setattr__(self, name, entry.check(getattr(self, name)))
        self._check_backend()
        # The trainer checks a run that has images of its own, since only it knows how many.
        n_train = self.count_train(info.n_train)
        if self.train_images and self.batch_size > n_train:
            raise ConfigError(
                "{field} is {value:,}; {dataset} leaves {n_train:,} images to train on, so it must be at most that.",
                field="batch_size",
                value=self.batch_size,
                dataset=message(info.title),
                n_train=n_train,
            )

    def _check_backend(self) -> None:
        for name, allowed in allowed_values(self.arch).items():
            if getattr(self, name) not in allowed:
                raise ConfigError(
                    "{field} is {value!r}; {network} is trained by plain gradient descent in NumPy on the processor, "
                    "so it must be {allowed}.",
                    field=name,
                    value=getattr(self, name),
                    network=message(find_architecture(self.arch).title),
                    allowed=" / ".join(map(value_text, allowed)),
                )

    def __hash__(self) -> int:
        return hash((type(self), str(sorted(self.to_dict().items()))))

    def __getstate__(self) -> dict[str, Any]:
        return self.to_dict()

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    @property
    def known_threads(self) -> int:
        """How many threads compute; one where a measurement is still to choose."""
        return max(self.threads, 1)

    @property
    def known_gradients(self) -> str:
        """Who derives the gradients; by hand where a measurement is still to choose."""
        return BY_HAND if self.gradients == AUTO_GRADIENTS else self.gradients

    @property
    def is_plain_descent(self) -> bool:
        """Whether an update is the gradient times the learning rate, and nothing else."""
        return self.optimizer == "sgd" and not self.momentum and not self.weight_decay

    def count_val(self, n_images: int) -> int:
        """How many of `n_images` training images are kept for validation."""
        return round(n_images * self.val_fraction)

    def count_train(self, n_images: int) -> int:
        """How many of `n_images` training images are trained on."""
        return min(n_images - self.count_val(n_images), self.train_images)

    def network_label(self) -> Message:
        """A short name of the network, such as "MLP 128-64"."""
        entry = find_architecture(self.arch)
        title, sizes = message(entry.title), entry.sizes(self.options)
        return message("{title} {sizes}", title=title, sizes=sizes) if sizes else title

    def label(self) -> Message:
        """A short name made of network and data set, such as "MLP 128-64 · MNIST"."""
        return join([self.network_label(), message(find_dataset(self.dataset).title)], " · ")

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
            raise ConfigError("A configuration must be a JSON object, not {kind}.", kind=type(values).__name__)
        known = [f.name for f in dataclasses.fields(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ConfigError(
                "Unknown setting {name!r}; known settings: {known}.", name=unknown[0], known=", ".join(known)
            )
        if not isinstance(values.get("options", {}), Mapping):
            raise ConfigError(
                "{field} is {value!r}; it must be a JSON object.", field="options", value=values["options"]
            )
        return cls(**values)


def allowed_values(arch: str) -> Mapping[str, tuple[str | float, ...]]:
    """The only values that some fields of a RunConfig may have for this architecture; empty for torch's."""
    return _NUMPY_ALLOWED if find_architecture(arch).backend == "numpy" else {}
