"""How choices, figures and times read on the pages."""

from __future__ import annotations

import re
from typing import Any

from core.data.catalog import DATASETS
from models import MODELS

_CHOICES = {
    "sgd": "SGD",
    "adam": "Adam",
    "adamw": "AdamW",
    "adadelta": "Adadelta",
    "constant": "Constant",
    "step": "Step down",
    "one-cycle": "One cycle",
    "standard": "Normalised",
    "unit": "0 to 1",
    "none": "None",
    "warp": "Warped a little",
    "auto": "Automatic",
    "cpu": "Processor",
    "cuda": "NVIDIA GPU",
    "mps": "Apple GPU",
    "relu": "ReLU",
    "prelu": "PReLU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "uniform": "Uniform",
    "normal": "Normal",
    "numpy": "As in NumPy",
    **{name: info.title for name, info in DATASETS.items()},
    **{name: architecture.title for name, architecture in MODELS.items()},
}

_LITTLE = 0.001

_FIELDS = {
    "dataset": "data set",
    "arch": "architecture",
    "lr": "learning rate",
    "weight_decay": "weight decay",
    "step_size": "epochs a step",
    "batch_size": "batch size",
    "val_fraction": "validation share",
    "train_images": "training images",
    "watch_test": "watch the test set",
    "keep_best": "keep the best epoch",
    "scaling": "pixels",
    "augment": "augmentation",
}


def choice(name: str) -> str:
    """A choice such as "adam" as it is written."""
    return _CHOICES.get(name, name)


def field_name(name: str) -> str:
    """A configuration field's name in words."""
    return _FIELDS.get(name, name)


def refusal(error: Exception) -> str:
    """Why a setting is refused, the field that it begins with called as on the page."""
    name, space, rest = str(error).partition(" ")
    title = field_name(name)
    return f"{title[:1].upper()}{title[1:]}{space}{rest}"


def value(what: Any) -> str:
    """A setting's value in short."""
    if isinstance(what, bool):
        return "yes" if what else "no"
    if isinstance(what, float):
        return f"{what:.4g}"
    if isinstance(what, (list, tuple)):
        return "-".join(map(str, what))
    return choice(str(what))


def percent(share: float | None, digits: int = 2) -> str:
    """A share from 0 to 1 as per cent; a dash where there is none."""
    return "–" if share is None else f"{share:.{digits}%}"


def certainty(share: float) -> str:
    """A probability as per cent that is never said to be nothing or everything."""
    if share < _LITTLE:
        return f"<{percent(_LITTLE, 1)}"
    return percent(share, 1) if share <= 1 - _LITTLE else f">{percent(1 - _LITTLE, 1)}"


def duration(seconds: float | None) -> str:
    """Seconds in words, such as "1 min 20 s"; a dash where there are none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def about(seconds: float) -> str:
    """A time that is only estimated, such as "about 6 min"."""
    if seconds < 60:
        return f"about {max(round(seconds), 1)} s"
    minutes = round(seconds / 60)
    return f"about {minutes} min" if minutes < 90 else f"about {minutes / 60:.1f} h"


def plain(text: str) -> str:
    """A user's words as they stand, where Markdown would read signs in them."""
    return re.sub(r"([\\`*_\[\]$~<:#])", r"\\\1", text)
