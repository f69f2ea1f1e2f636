"""Metrics of one's own: functions of a reading, by name, beside those of `flowsim.metrics`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from numbers import Real
from typing import Any, Final

import numpy as np

from flowsim.costs import MEASURES as COSTS
from flowsim.errors import EngineError, msg
from flowsim.metrics import KEYS, MEASURES, Columns, Reading, stack, table

OwnMetric = Callable[[Reading], Any]
OwnMetrics = Mapping[str, OwnMetric | tuple[OwnMetric, str]]
"""By name: a function, or a function and its unit."""

_ALLOWED: Final = "a number, a table of flowsim.metrics.table, or a list of such tables"


class MetricError(EngineError):
    """A metric of one's own that cannot be worked out; the message says which and why."""


def checked(metrics: OwnMetrics) -> OwnMetrics:
    """Return metrics as they are, when they can be used.

    Raises
    ------
    MetricError
        When one has the name of a measure that is there already, or is no function.
    """
    for name, given in metrics.items():
        if name in MEASURES or name in COSTS:
            raise MetricError(
                msg("metric {name!r}: there is a measure of that name; choose another", name=name)
            )
        function: Any = given[0] if isinstance(given, tuple) and len(given) == 2 else given
        if not callable(function):
            raise MetricError(
                msg("metric {name!r}: give a function of a Reading, or (function, unit)", name=name)
            )
    return dict(metrics)


def units_of(metrics: OwnMetrics) -> dict[str, str]:
    """Return the unit of each metric; empty where none is given."""
    return {name: one[1] if isinstance(one, tuple) else "" for name, one in metrics.items()}


def measure_own(metrics: OwnMetrics, reading: Reading, replication: int) -> Columns:
    """Work out every metric of one run.

    A number is about the whole window and has the window as its period. The rows of a table get
    the name of the metric.

    Raises
    ------
    MetricError
        When a function raises, or returns something else.
    """
    parts: list[Columns] = []
    for name, one in metrics.items():
        function = one[0] if isinstance(one, tuple) else one
        try:
            found = function(reading)
            tables = _tables(name, found, reading)
        except Exception as error:
            said = msg(
                "metric {name!r} in {scenario!r}, replication {n}: {why}",
                name=name, scenario=reading.scenario.key, n=replication,
                why=f"{type(error).__name__}: {error}",
            )  # fmt: skip
            raise MetricError(said) from error
        parts += tables
    return stack(parts)


def _tables(name: str, found: Any, reading: Reading) -> list[Columns]:
    if isinstance(found, Real | np.number | np.bool_):
        return [table(name, [float(found)], {"period": [window_name(reading)]})]
    tables = [found] if isinstance(found, Mapping) else found
    if not isinstance(tables, list | tuple):
        raise TypeError(f"it gave {type(found).__name__}; allowed: {_ALLOWED}")
    return [_named(name, one) for one in tables]


def _named(name: str, one: Any) -> Columns:
    """Check a table, and give its rows the name of the metric."""
    columns = (*KEYS, "value")
    if not isinstance(one, Mapping) or set(one) != set(columns):
        raise TypeError(f"it gave {type(one).__name__}; allowed: {_ALLOWED}")
    size = len(one["value"])
    if any(np.shape(one[key]) != (size,) for key in columns):
        raise ValueError("the columns of its table are not of one length")
    named: Columns = {key: np.asarray(one[key], dtype=object) for key in KEYS}
    named["measure"] = np.full(size, name, dtype=object)
    named["value"] = np.asarray(one["value"], dtype=np.float64)
    return named


def window_name(reading: Reading) -> str:
    """Return the window as years: ``2026-2035``, or ``2026``."""
    years = reading.window.years
    return years[0] if len(years) == 1 else f"{years[0]}-{years[-1]}"
