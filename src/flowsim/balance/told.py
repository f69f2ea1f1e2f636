"""What the balance says that must stand beside results: drift, queues without end, no variant."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flowsim.balance.flow import Flow
from flowsim.balance.inflow import in_the_mean
from flowsim.balance.lengths import some
from flowsim.balance.lines import lines_of
from flowsim.balance.rates import mix_of, notifications
from flowsim.balance.rows import BalanceLine
from flowsim.balance.steady import SWEEPS, steady_flow
from flowsim.balance.titles import Titles
from flowsim.balance.today import drifts_of
from flowsim.errors import Problem, Said, day_said, joined, msg
from flowsim.layout import Layout
from flowsim.scenario.model import Scenario


def of_phases(scenario: Scenario) -> Iterator[tuple[date | None, Scenario, Flow]]:
    """Yield the steady flow at the start and, with dated changes, from the last one on.

    With each stands the date from which it holds; None at the start.
    """
    yield None, scenario, steady_flow(scenario)
    if len(scenario.phases) > 1:
        day, last = scenario.phases[-1]
        since = scenario.scenario.start + timedelta(days=round(day))
        yield since, last, steady_flow(last, in_the_mean(scenario, day))


def warnings(scenario: Scenario) -> Iterator[Problem]:
    """Yield what the balance of a scenario says that must stand beside its results."""
    for since, phase, flow in of_phases(scenario):
        if since is None:
            yield from drifts_of(scenario, flow)
        yield from _endless(scenario, lines_of(phase, flow), since)
        yield from beside(scenario, since, phase, flow)


def beside(
    scenario: Scenario, since: date | None, phase: Scenario, flow: Flow
) -> Iterator[Problem]:
    """Yield what the lines of a balance do not say: awards without a variant, sweeps without end.

    ``since``: the date from which the phase holds, or None.
    """
    yield from _unserved(scenario, phase, since)
    if not flow.settled:
        yield Problem(
            file=_file(scenario),
            path="",
            found=msg("the balance did not settle in {n} sweeps", n=SWEEPS),
            allowed=msg("take no numbers from `flowsim validate` for this file"),
        )


def drifts(scenario: Scenario, flow: Flow | None = None) -> list[Problem]:
    """Return where a base drifts away from its own today, and it may not.

    A scenario that extends another moves away from today on purpose: its balance says how far.
    """
    return drifts_of(scenario, steady_flow(scenario) if flow is None else flow)


def _endless(scenario: Scenario, lines: list[BalanceLine], since: date | None) -> Iterator[Problem]:
    """Yield one warning for each block whose queue grows without end."""
    told: set[str] = set()
    for line in lines:
        if line.grows and line.path not in told:
            told.add(line.path)
            yield Problem(
                file=_file(scenario),
                path=line.path,
                found=_dated(since, joined((line.what, line.note), ": ")),
                allowed=msg(
                    "waits depend on how long the run is: people who give up, another variant, "
                    "or as much as is asked"
                ),
            )


def _unserved(scenario: Scenario, phase: Scenario, since: date | None) -> Iterator[Problem]:
    """Yield awards that name no variant: people of a level that nothing in the order serves."""
    layout, titles = Layout(phase), Titles(phase)
    index = {level.name: i for i, level in enumerate(phase.level)} or {"": 0}
    named = layout.named_by_level
    if not phase.variant:
        return
    for demand in phase.demand:
        rate = sum(notifications(layout, demand).values())
        for level, share in mix_of(demand, index).items():
            if named[level] or not rate * share:
                continue
            name = titles.levels[phase.level[level].name] if phase.level else ""
            said = msg(
                "{n} people a year of level {level!r} ({profile}) get an award that names no "
                "variant: nobody can serve them",
                n=some(rate * share), level=name, profile=titles.profiles[demand.profile],
            )  # fmt: skip
            allowed = msg("an order with a variant that serves this level")
            file, path = _file(scenario), "placement.order"
            yield Problem(file=file, path=path, found=_dated(since, said), allowed=allowed)


def _dated(since: date | None, said: Said) -> Said:
    return msg("from {date} on: {said}", date=day_said(since), said=said) if since else said


def _file(scenario: Scenario) -> str:
    """Return the file of the scenario: it is the whole that has no balance, not one block."""
    return scenario.provenance.file or scenario.key
