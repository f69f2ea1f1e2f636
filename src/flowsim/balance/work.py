"""How much work a steady flow asks: hours of teams, and of desks."""

from __future__ import annotations

import math

from flowsim.balance.flow import Flow
from flowsim.balance.rates import spread
from flowsim.balance.stays import Stays
from flowsim.calendar import DAYS_PER_WEEK, DAYS_PER_YEAR
from flowsim.layout import Layout
from flowsim.scenario.access import Desk
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario
from flowsim.scenario.support import Team

WEEKS_PER_YEAR = DAYS_PER_YEAR / DAYS_PER_WEEK


def desk_load(layout: Layout, desk: Desk, flow: Flow) -> tuple[float, float, float]:
    """Return new work, other work and capacity of a desk: hours a week, or assessors."""
    other = reassessment_hours(desk, flow) + other_hours(layout.scenario, desk)
    return new_work(desk, flow), other, math.fsum(spread(layout, desk))


def new_work(desk: Desk, flow: Flow) -> float:
    """Return the work of new cases at a desk: hours a week, or assessors."""
    cases = flow.cases[desk.name]
    if desk.assessment_days is not None:
        return cases * desk.assessment_days.mean / DAYS_PER_YEAR
    assert desk.assessment_hours is not None
    return cases * desk.assessment_hours.mean / WEEKS_PER_YEAR


def reassessment_hours(desk: Desk, flow: Flow) -> float:
    """Return the hours a week of reassessments at a desk."""
    if desk.reassessment_hours is None:
        return 0.0
    return flow.reassessed[desk.name] * desk.reassessment_hours.mean / WEEKS_PER_YEAR


def other_hours(scenario: Scenario, desk: Desk) -> float:
    """Return the hours a week of other work at a desk, in the whole region."""
    if desk.other_work is None:
        return 0.0
    people = math.fsum(scenario.areas.populations.values())
    cases = desk.other_work.cases_per_1000_per_year * people / 1000
    return cases * desk.other_work.hours.mean / WEEKS_PER_YEAR


def team_hours(flow: Flow, team: Team, stays: Stays) -> float:
    """Return the hours a week that residents and people in aftercare ask of a team."""
    hours, scenario = 0.0, stays.layout.scenario
    for variant in scenario.variant:
        if variant.team == team.name:
            station = flow.stations[variant.name]
            for level, persons in station.persons.items():
                each = stays.levels[level].hours_per_week * variant.hours_factor
                hours += persons * each if persons and each else 0.0
            hours += station.blocked * _hours_of_blocked(variant, stays)
    return hours + _aftercare_hours(scenario, flow, team, stays)


def _hours_of_blocked(variant: Variant, stays: Stays) -> float:
    """Return the hours a week of someone who is ready to leave, or one level below the variant."""
    below = max(stays.serves(variant)[0] - 1, stays.ready_at, 0)
    return stays.levels[below].hours_per_week * variant.hours_factor


def _aftercare_hours(scenario: Scenario, flow: Flow, team: Team, stays: Stays) -> float:
    aftercare = scenario.leaving.aftercare
    if aftercare is None or aftercare.team != team.name:
        return 0.0
    persons = flow.left["own_dwelling"] * aftercare.days.mean / DAYS_PER_YEAR
    return persons * stays.levels[stays.index[aftercare.level]].hours_per_week
