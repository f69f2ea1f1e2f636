"""What the measures and points of a sweep are called, and how they are rounded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from flowsim.costs import COMPONENTS
from flowsim.experiment.estimates.curves import HORIZON_WEEKS, QUANTILES
from flowsim.experiment.quantities.norm import Bound, Norm
from flowsim.experiment.quantities.people import CAUSES
from flowsim.report.labels import FIRST_PLACES, KINDS, LEAVERS
from flowsim.report.names import variants_of
from flowsim.report.saying import outward
from flowsim.report.wording import Wording
from flowsim.scenario.toml_text import toml

if TYPE_CHECKING:
    from flowsim.experiment.sweep import Sweep

MAIN_WAITS: Final = tuple(f"wait.{kind}.mean_{HORIZON_WEEKS}_weeks" for kind in KINDS | LEAVERS)
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
    units = sweep.line(measure)["unit"].dropna()
    unit = units.iloc[0] if len(units) else ""
    label = _label(measure, sweep, say)
    if unit == "share":
        return Told(label=label, unit="%", factor=100.0)
    if unit == "EUR a year":
        return Told(label=label, unit=say("million EUR a year"), decimals=2, factor=1e-6)
    units_said = {
        "weeks": say("weeks"),
        "persons": say("persons"),
        "persons a year": say("persons a year"),
        "dwellings a year": say("dwellings a year"),
    }
    return Told(label=label, unit=units_said.get(unit, unit))


def _label(measure: str, sweep: Sweep, say: Wording) -> str:
    kind, _, detail = measure.partition(".")
    if kind == "wait":
        which, _, statistic = detail.partition(".")
        return f"{_waiting(which, say)}: {_statistic(statistic, say)}"
    variants = variants_of(sweep.scenarios, say)
    known = {
        "blocked": say("Blocked"),
        "cost": say("Cost"),
        "gave_up": _large(say("gave up waiting")),
        "late_decisions": _share(say("Decisions beyond the legal term, %")),
        "outflow": say("Leave support"),
        "outflow_to_dwelling": f"{say('Leave support')}, {say('of whom to an own dwelling')}",
        "at_home_share": _share(say("With an own tenancy, %")),
        "waiting.access": f"{say('On the list')} {_small(say('For a decision'))}",
        "waiting.placement": f"{say('On the list')} {_small(say('For a place'))}",
        "residents.provider": say("Residents, place of a provider"),
        "residents.shelter": say("Residents, shelter"),
        "residents.own": say("Residents, own tenancy"),
        **{f"blocked.{cause}": f"{say('Blocked')}: {say(text)}" for cause, text in CAUSES.items()},
        **{f"cost.{part}": f"{say('Cost')}: {say(text)}" for part, text in COMPONENTS.items()},
        **{f"residents_by_variant.{name}": title for name, title in variants.items()},
    }
    return known.get(measure, measure)


def _waiting(kind: str, say: Wording) -> str:
    if kind in FIRST_PLACES:
        return f"{_waiting('placement', say)}, {say(FIRST_PLACES[kind])}"
    return f"{say('Waiting')} {_small(say((KINDS | LEAVERS)[kind]))}"


def _small(text: str) -> str:
    """Let a text go on in the middle of a line."""
    return text[:1].lower() + text[1:]


def _large(text: str) -> str:
    """Let a text begin a line."""
    return text[:1].upper() + text[1:]


def _share(text: str) -> str:
    """Leave out the unit, which is told apart."""
    return text.removesuffix(", %")


def _statistic(statistic: str, say: Wording) -> str:
    if statistic in QUANTILES:
        half = say("half within")
        return half if statistic == "median" else say("nine in ten within")
    weeks = next(part for part in statistic.split("_") if part.isdecimal())
    if statistic.startswith("placed_within"):
        return say("placed within {weeks} weeks", weeks=weeks)
    return say("mean of the first {weeks} weeks", weeks=weeks)


def short_label(measure: str, sweep: Sweep, say: Wording) -> str:
    """Return the label of a column: a main wait is told by its kind alone."""
    if measure in MAIN_WAITS:
        return _waiting(list(KINDS | LEAVERS)[MAIN_WAITS.index(measure)], say)
    return told(measure, sweep, say).label


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
    return ", ".join(f"{factor.path} = {said_value(value, say)}" for factor, value in pairs)


def said_norm(norm: Norm, sweep: Sweep, say: Wording) -> str:
    """Write the side and the value of a norm, without the measure."""
    about = told(norm.measure, sweep, say)
    value = norm.value * about.factor
    decimals = next((d for d in range(6) if round(value, d) == round(value, 6)), 6)
    text = f"{say.number(value, decimals)} {about.unit}"
    if norm.bound == Bound.AT_MOST:
        return say("at most {value}", value=text)
    return say("at least {value}", value=text)
