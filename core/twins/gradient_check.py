"""One weight's gradient found in three ways: by the hand-written backward pass, by torch, by trying it out.

Central differences try it out: the loss L with the weight moved up and down by ε gives (L₊ − L₋) / 2ε.
`check_gradient` runs where torch is loaded (see `core.execution.compute_process`). All numbers are in double precision.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from core.config.limits import Limits
from core.data.datasets import ImageSet
from core.errors import ConfigError, TrainingDiverged
from core.twins.lock_step import TorchTwin, load_train
from core.twins.setup import TwinSetup, Weights, take_batch
from models import create_numpy_model
from models.numpy_mlp import Array, NumpyMlp

# From coarse to fine, two a decade.
EPSILONS = tuple(float(f"{10**-exponent:.3g}") for exponent in np.arange(1, 13.1, 0.5))
DEFAULT_EPSILON = 1e-5
# Relative errors below this say that a gradient is right.
TOLERANCE = 1e-6

Verdict = Literal["zero", "equal", "rounding", "kink", "curvature", "wrong"]


@dataclass(frozen=True)
class WeightPlace:
    """Which weight: of the layer fc`layer` (from 1), the one from input `column` to unit `row` (both from 0).

    A column of None means the unit's bias.
    """

    layer: int
    row: int
    column: int | None

    @property
    def name(self) -> str:
        """As in "fc1.weight[3, 406]"."""
        return f"{self.parameter}[{', '.join(map(str, self.index))}]"

    @property
    def parameter(self) -> str:
        """As in "fc1.weight"."""
        return f"fc{self.layer}.{'bias' if self.column is None else 'weight'}"

    @property
    def index(self) -> tuple[int, ...]:
        """Into the parameter."""
        return (self.row,) if self.column is None else (self.row, self.column)


@dataclass(frozen=True)
class DifferenceQuotient:
    """The gradient by central differences with one `epsilon`.

    error: how far from the hand-written gradient, relative to the larger of the two; 0 if both are 0.
    rounding: the part of `error` that the rounding of the two losses alone can make, about.
    switched: ReLUs that are on at one of the two points and off at the other; the slope jumps between them.
    """

    epsilon: float
    numeric: float
    error: float
    rounding: float
    switched: int


@dataclass(frozen=True)
class GradientCheck:
    """What was found for one weight on one batch.

    loss: of the batch. analytic, torch: the gradient by the hand-written backward pass and by torch.
    trial: with the epsilon asked for. curve: with every one of `EPSILONS`.
    n_images: in the batch. inputs_on, unit_on: in how many of them what the weight is multiplied by is not 0,
    and the unit that it leads to is not 0 (a score always counts as on).
    unit_weights, unit_gradients: of all weights into the unit (inputs,).
    """

    place: WeightPlace
    value: float
    loss: float
    analytic: float
    torch: float
    trial: DifferenceQuotient
    curve: tuple[DifferenceQuotient, ...]
    n_images: int
    inputs_on: int
    unit_on: int
    unit_weights: NDArray[np.float64]
    unit_gradients: NDArray[np.float64]

    @property
    def surest(self) -> DifferenceQuotient:
        """The trial whose ε is neither too large nor too small, whatever the analytic gradient is."""
        return self._surest()[0]

    def _surest(self) -> tuple[DifferenceQuotient, float]:
        # Not the one with the smallest error: where rounding rules, a wrong gradient is hit by chance.
        return min(((trial, _doubt(trial, finer)) for trial, finer in pairwise(self.curve)), key=itemgetter(1))

    @property
    def verdict(self) -> Verdict:
        """What the trial with the chosen epsilon says.

        zero: the loss does not depend on this weight. wrong: the analytic gradient is not the loss's slope.
        equal: it is right. The others are right as well, but this epsilon does not show it: rounding (too small),
        kink (a ReLU switched on the way), curvature (too large).
        """
        if self.analytic == self.trial.numeric == 0:
            return "zero"
        surest, doubt = self._surest()
        if surest.error > TOLERANCE + 3 * doubt:
            return "wrong"
        if self.trial.error <= TOLERANCE:
            return "equal"
        if self.trial.error <= 10 * self.trial.rounding:
            return "rounding"
        return "kink" if self.trial.switched else "curvature"


def _doubt(trial: DifferenceQuotient, finer: DifferenceQuotient) -> float:
    """About how far off a trial may be: by curvature and kinks, which the next finer one tells, and by rounding."""
    scale = max(abs(trial.numeric), abs(finer.numeric))
    return (abs(trial.numeric - finer.numeric) / scale if scale else 0.0) + 10 * trial.rounding


def check_gradient(
    setup: TwinSetup, weights: Weights, step: int, place: WeightPlace, epsilon: float, data_root: Path
) -> GradientCheck:
    """Check the network with these `weights`, as they are after `step` steps, on the batch that comes next.

    Raises ConfigError where there is no such weight, TrainingDiverged where weights are not finite, and DataError.
    """
    return check_on_images(load_train(setup.dataset, data_root), setup, weights, step, place, epsilon)


def check_on_images(
    train: ImageSet, setup: TwinSetup, weights: Weights, step: int, place: WeightPlace, epsilon: float
) -> GradientCheck:
    """As `check_gradient`, with the training images given."""
    limits = Limits(1e-15, 1)
    if not limits.allows(epsilon):
        raise ConfigError(
            "{field} is {value!r}; it must be {limits}.", field="epsilon", value=epsilon, limits=limits.describe()
        )
    double = setup.replace(precision="float64")
    values: Weights = {name: array.astype(np.float64) for name, array in weights.items()}
    check_place(place, values)
    if not all(np.isfinite(array).all() for array in values.values()):
        raise TrainingDiverged("The weights are not finite any more, so there is no gradient to check.")
    images, labels = take_batch(train, double, step)
    with threadpool_limits(1, user_api="blas"):
        twin = TorchTwin(double, values)
        twin.backward(images, labels)
        by_torch = float(twin.gradients()[place.parameter][place.index])
        return _Checker(double, values, place, images, labels).check(epsilon, by_torch)


def check_place(place: WeightPlace, weights: Mapping[str, Array]) -> None:
    """Raise ConfigError, naming what there is, where these weights have no such place."""
    layers = len(weights) // 2
    _check_number("layer", place.layer, 1, layers)
    rows, columns = weights[f"fc{place.layer}.weight"].shape
    _check_number("unit", place.row, 0, rows - 1)
    if place.column is not None:
        _check_number("input", place.column, 0, columns - 1)


def _check_number(name: str, value: int, minimum: int, maximum: int) -> None:
    limits = Limits(minimum, maximum, whole=True)
    if not limits.allows(value):
        raise ConfigError(
            "{field} is {value!r}; it must be {limits}.", field=name, value=value, limits=limits.describe()
        )


class _Checker:
    """The NumPy network on one batch, with one weight that can be moved."""

    def __init__(
        self, setup: TwinSetup, weights: Weights, place: WeightPlace, images: Array, labels: NDArray[np.int64]
    ) -> None:
        self._network: NumpyMlp = create_numpy_model("numpy-mlp", {"hidden": setup.hidden}, setup.seed, np.float64)
        self._network.load(weights)
        self._place = place
        self._images, self._labels = images, labels
        self._parameter = self._network.parameters()[place.parameter]
        self._value = float(self._parameter[place.index])

    def check(self, epsilon: float, torch_gradient: float) -> GradientCheck:
        network, place = self._network, self._place
        loss = self._loss()
        network.backward(network.loss.backward())
        gradients, weights = network.gradients(), network.parameters()
        analytic = float(gradients[place.parameter][place.index])
        inputs_on, unit_on = self._count_on()
        return GradientCheck(
            place,
            self._value,
            loss,
            analytic,
            torch_gradient,
            self._try(epsilon, analytic),
            tuple(self._try(other, analytic) for other in EPSILONS),
            len(self._labels),
            inputs_on,
            unit_on,
            weights[f"fc{place.layer}.weight"][place.row].copy(),
            gradients[f"fc{place.layer}.weight"][place.row].copy(),
        )

    def _loss(self) -> float:
        return self._network.loss.forward(self._network.forward(self._images), self._labels)

    def _try(self, epsilon: float, analytic: float) -> DifferenceQuotient:
        above, relus_above, x_above = self._move(epsilon)
        below, relus_below, x_below = self._move(-epsilon)
        # The weight's own rounding makes the way between the two points a little different from 2ε.
        width = x_above - x_below
        numeric = (above - below) / width if width else 0.0
        scale = max(abs(analytic), abs(numeric))
        # Each loss is known to about one part in 2⁵².
        noise = float(np.finfo(np.float64).eps) * max(above, below) / (2 * epsilon)
        return DifferenceQuotient(
            epsilon,
            numeric,
            abs(numeric - analytic) / scale if scale else 0.0,
            noise / scale if scale else 0.0,
            int((relus_above != relus_below).sum()),
        )

    def _move(self, by: float) -> tuple[float, NDArray[np.bool_], float]:
        """Loss, state of every ReLU and the weight itself with the weight moved; it is put back."""
        self._parameter[self._place.index] = self._value + by
        moved = float(self._parameter[self._place.index])
        loss, relus = self._loss(), self._relus_on()
        self._parameter[self._place.index] = self._value
        return loss, relus, moved

    def _relus_on(self) -> NDArray[np.bool_]:
        found = self._network.activations.items()
        return np.concatenate([(values > 0).ravel() for name, values in found if name.startswith("relu")])

    def _count_on(self) -> tuple[int, int]:
        place, activations = self._place, self._network.activations
        inputs = self._images if place.layer == 1 else activations[f"relu{place.layer - 1}"]
        units = activations.get(f"relu{place.layer}")
        n_images = len(self._labels)
        inputs_on = n_images if place.column is None else int((inputs[:, place.column] != 0).sum())
        return inputs_on, n_images if units is None else int((units[:, place.row] > 0).sum())
