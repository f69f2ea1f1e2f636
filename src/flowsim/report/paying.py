"""Which municipality pays for whom: said beside every cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flowsim.report.names import place_name
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.scenario import Scenario


def who_pays(scenario: Scenario, say: Wording) -> str:
    """Say who pays, and from when another does; empty where there is one municipality."""
    if len(scenario.areas.populations) < 2:
        return ""
    told: list[str] = []
    last = ""
    for day, phase in scenario.phases:
        who = _in_phase(phase, say)
        date = say.date(scenario.scenario.start + timedelta(days=day))
        if who != last:
            told.append(say("From {date} on: {who}", date=date, who=who) if told else who)
        last = who
    return " ".join(told)


def _in_phase(scenario: Scenario, say: Wording) -> str:
    """Say who pays for as long as nothing changes."""
    match scenario.money.payer:
        case "centre":
            population = scenario.areas.populations
            centre = scenario.money.centre or max(population, key=lambda name: population[name])
            return say("{centre} pays for all municipalities.", centre=place_name(centre))
        case "origin":
            return say("Each municipality pays for those who come from it.")
        case "residence":
            return say("Each municipality pays for those who live in it.")
