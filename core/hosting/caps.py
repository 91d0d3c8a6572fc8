"""The operator's limits on what one visitor may ask for. The operator is not limited."""

from __future__ import annotations

from core.config.dense_size import count_dense_parameters
from core.config.run_config import RunConfig
from core.errors import ConfigError, LimitReached
from core.execution.executors import Workers
from core.hosting.disk import BYTES_A_MB, owned_bytes, visitors_bytes
from core.operator.settings_file import OperatorSettings
from core.owners.visitor import Visitor
from core.runs.store import RunStore
from core.sweep.search_space import SearchSpace

_SECONDS_A_MINUTE = 60.0


def check_config(config: RunConfig, settings: OperatorSettings) -> None:
    """Whether a visitor may train this. Raises ConfigError, which names the setting, its value and the limit."""
    most = settings.most_epochs
    if most is not None and config.epochs > most:
        raise ConfigError(
            "{field} is {value:,}; at most {most:,} are allowed here.", field="epochs", value=config.epochs, most=most
        )
    most, count = settings.most_parameters, count_dense_parameters(config)
    if most is not None and count > most:
        raise ConfigError(
            "With these layers the network has {count:,} parameters; at most {most:,} are allowed here.",
            field="hidden",
            count=count,
            most=most,
        )


def check_sweep(space: SearchSpace, workers: Workers, settings: OperatorSettings) -> None:
    """Whether a visitor may train this grid by these workers. Raises ConfigError."""
    if not workers.on_cluster and workers.processes > settings.runs_at_once:
        raise ConfigError(
            "{processes} processes at once are asked for; at most {most} are allowed here.",
            processes=workers.processes,
            most=settings.runs_at_once,
        )
    cells = space.cells()
    if settings.most_sweep_cells is not None and len(cells) * space.seeds > settings.most_sweep_cells:
        raise ConfigError(
            "The sweep trains {count:,} networks; at most {most:,} are allowed here.",
            count=len(cells) * space.seeds,
            most=settings.most_sweep_cells,
        )
    for config in cells:
        check_config(config, settings)


def check_disk(store: RunStore, visitor: Visitor, settings: OperatorSettings) -> None:
    """Whether there is room for one more run of this visitor. Raises LimitReached."""
    most = settings.disk_per_owner_mb
    if most is not None and (used := owned_bytes(store, visitor) / BYTES_A_MB) >= most:
        raise LimitReached(
            "Your runs take {used:,.0f} MB; {most:,} MB are allowed here. Delete some of them first.",
            used=used,
            most=most,
        )
    most = settings.disk_mb
    if most is not None and (used := visitors_bytes(store) / BYTES_A_MB) >= most:
        raise LimitReached(
            "The runs of all visitors take {used:,.0f} MB; {most:,} MB are allowed here. Try again later.",
            used=used,
            most=most,
        )


def most_seconds(settings: OperatorSettings) -> float | None:
    """How long a visitor's run may train, in seconds; None for no limit."""
    return None if settings.most_minutes is None else settings.most_minutes * _SECONDS_A_MINUTE
