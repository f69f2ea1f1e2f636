"""What the measures and points of a sweep are called, and how they are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.experiment.estimates.curves import HORIZON_WEEKS
from flowsim.experiment.quantities.kinds import ANY, Quantity
from flowsim.experiment.quantities.norm import Bound, Norm, known
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.quantities.waits import FIRST_PLACES, MEAN, WAITS
from flowsim.experiment.tables.picking import rows_of
from flowsim.report.names import teams_of, titles_of, variants_of
from flowsim.report.saying import outward, quantity_of, said_label
from flowsim.report.wording import Wording
from flowsim.scenario.toml_text import toml

if TYPE_CHECKING:
    from flowsim.experiment.sweep import Sweep

MAIN_WAITS: Final = tuple(
    f"wait.{name}.{MEAN}" for name in WAITS if name not in (*FIRST_PLACES, "access_assessor")
)
STOCKS: Final = ("residents.provider", "residents.shelter", "residents.own")
MAIN: Final = (*MAIN_WAITS, "waiting.placement", "blocked", *STOCKS, "cost")
"""Columns of the table, where the scenario has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How a measure is told: its label, its unit and its rounding."""

    label: str
    unit: str
    decimals: int = 1
    factor: float = 1.0

    def number(self, value: float, say: Wording, less: int = 0) -> str:
        """Write a value of the measure, with ``less`` decimals less."""
        return say.number(value * self.factor, max(self.decimals - less, 0))

    def interval(self, low: float, high: float, say: Wording, less: int = 0) -> str:
        """Write an interval; empty where there is none."""
        if np.isnan(low):
            return ""
        ends, places = (low * self.factor, high * self.factor), max(self.decimals - less, 0)
        low, high, each = outward(*ends, places)
        if np.isinf(high):
            return say("from {low}", low=say.number(low, each[0]))
        return f"{say.number(low, each[0])} {say('to')} {say.number(high, each[1])}"


def told(measure: str, sweep: Sweep, say: Wording) -> Told:
    """Return how a measure is told; its own name where it has no better one."""
    about = _quantity(measure, sweep)
    label = short_label(measure, sweep, say)
    if about.statistic == MEAN:
        label = f"{label}: {say('mean of the first {weeks} weeks', weeks=HORIZON_WEEKS)}"
    return Told(label=label, unit=say(about.unit), decimals=about.decimals, factor=about.factor)


def short_label(measure: str, sweep: Sweep, say: Wording) -> str:
    """Return the label of a column: the mean of a wait is told by what is waited for alone."""
    about = _quantity(measure, sweep)
    if about.detail != ANY:
        return said_label(about, say) or measure
    called = variants_of(sweep.scenarios, say)
    called |= {name: title for name, title, _ in teams_of(sweep.scenarios, say)}
    detail = measure.removeprefix(f"{about.measure}.")
    return said_label(about, say, called.get(detail, detail)) or measure


def _quantity(measure: str, sweep: Sweep) -> Quantity:
    rows = rows_of(sweep.summary, name=measure).to_dict("records")
    return quantity_of(rows[0]) if rows else known(measure) or quantity(measure, "", "")


def swept_titles(sweep: Sweep, say: Wording) -> dict[str, str]:
    """Return what each scenario that was swept is called, by name."""
    points = (sweep.points[at[0]] for at in sweep.by_scenario().values())
    return titles_of([point.scenario for point in points], say)


def said_value(value: Any, say: Wording) -> str:
    """Write a value of a factor: a number as the language does, the rest as a file does."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return toml(value)
    decimals = next((d for d in range(9) if round(value, d) == value), 9)
    return say.number(value, decimals)


def said_point(sweep: Sweep, number: int, say: Wording) -> str:
    """Write the values of a point."""
    values: Sequence[Any] = sweep.points[number].values
    pairs = zip(sweep.factors, values, strict=True)
    text = ", ".join(f"{factor.path} = {said_value(value, say)}" for factor, value in pairs)
    titles = swept_titles(sweep, say)
    return f"{titles[sweep.points[number].of]}, {text}" if len(titles) > 1 else text


def said_norm(norm: Norm, sweep: Sweep, say: Wording) -> str:
    """Write the side and the value of a norm, without the measure."""
    about = told(norm.measure, sweep, say)
    value = norm.value * about.factor
    decimals = next((d for d in range(6) if round(value, d) == round(value, 6)), 6)
    text = f"{say.number(value, decimals)} {about.unit}"
    if norm.bound == Bound.AT_MOST:
        return say("at most {value}", value=text)
    return say("at least {value}", value=text)
