"""The data sets by name: the facts about each that need no file."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ConfigError
from models.texts import mark

DIGITS = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")
_CLOTHES = (
    mark("T-shirt"),
    mark("Trouser"),
    mark("Pullover"),
    mark("Dress"),
    mark("Coat"),
    mark("Sandal"),
    mark("Shirt"),
    mark("Sneaker"),
    mark("Bag"),
    mark("Ankle boot"),
)


@dataclass(frozen=True)
class DatasetInfo:
    """Facts about a data set.

    class_names: marked for the catalogue.
    mean, std: of all training pixels divided by 255; used to normalise.
    test_note: how the test images differ from the others, where they do; else empty.
    torchvision_class: the class in torchvision.datasets that downloads it; empty when embedded.
    """

    name: str
    title: str
    summary: str
    n_train: int
    n_test: int
    class_names: tuple[str, ...]
    mean: float
    std: float
    torchvision_class: str = ""
    test_note: str = ""

    @property
    def embedded(self) -> bool:
        """Whether the images come with an installed package and need no download."""
        return not self.torchvision_class

    @property
    def has_digits(self) -> bool:
        """Whether its classes are the ten digits."""
        return self.class_names == DIGITS


_ENTRIES = (
    DatasetInfo(
        "mnist",
        "MNIST",
        mark("70,000 handwritten digits, 28×28 pixels."),
        60_000,
        10_000,
        DIGITS,
        0.1307,
        0.3081,
        "MNIST",
    ),
    DatasetInfo(
        "fashion-mnist",
        "Fashion-MNIST",
        mark("70,000 pictures of clothes in ten classes, 28×28 pixels."),
        60_000,
        10_000,
        _CLOTHES,
        0.2860,
        0.3530,
        "FashionMNIST",
    ),
    DatasetInfo(
        "digits",
        mark("Digits (embedded)"),
        mark("1,797 handwritten digits that come with scikit-learn, scaled up from 8×8 to 28×28 pixels. No download."),
        1_437,
        360,
        DIGITS,
        0.1578,
        0.2929,
        test_note=mark(
            "The test images are by other writers than the training images; the validation images are by the same. "
            "So test accuracy is several points lower: what was learnt of one hand does not all hold for another."
        ),
    ),
)

DATASETS: dict[str, DatasetInfo] = {entry.name: entry for entry in _ENTRIES}


def find_dataset(name: str) -> DatasetInfo:
    """The entry of that name; raises ConfigError with the known names."""
    try:
        return DATASETS[name]
    except (KeyError, TypeError):
        raise ConfigError("Unknown data set {name!r}; known: {known}.", name=name, known=", ".join(DATASETS)) from None
