"""What a reader of the results must know of a scenario: true things, none of them a mistake."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flowsim.calendar import year_starts
from flowsim.errors import Problem, Said, joined, msg, number
from flowsim.scenario.model import Scenario
from flowsim.scenario.perhaps_thousands import thousands
from flowsim.scenario.unused import unused


def notes(scenario: Scenario, base: Scenario | None = None) -> Iterator[Problem]:
    """Yield what must be known of a scenario by whoever reads its results.

    Parameters
    ----------
    scenario
        A valid scenario.
    base
        What it is compared with; left out: the scenario at the root of what it extends.
    """
    yield from _late_changes(scenario)
    yield from _not_used_in_a_comparison(scenario, base or scenario.base)
    yield from _by_subregion(scenario)
    yield from _without_evidence(scenario)
    yield from _off(scenario)
    yield from unused(scenario)
    yield from thousands(scenario)


# ---------------------------------------------------------------- dated changes
def _late_changes(scenario: Scenario) -> Iterator[Problem]:
    about = scenario.scenario
    window = year_starts(about.start, about.years)[-1] if about.years else about.days or 0.0
    ends, last = (_date(about.start, days) for days in (window, window + about.follow_up_days))
    for place, change in enumerate(scenario.change, 1):
        path = f"change.{place}"
        file = scenario.provenance.file_of(path)
        if change.date >= last:
            found = msg(
                "{day} is after the end of the run, {last} (window to {ends})",
                day=change.date,
                last=last,
                ends=ends,
            )
            yield _note(file, f"{path}.date", found, msg("nothing changes"))
        elif change.date >= ends:
            found = msg(
                "{day} is after the window, which ends on {ends}", day=change.date, ends=ends
            )
            yield _note(file, f"{path}.date", found, msg("only waits that end after it change"))
        elif change.until is not None and change.until >= ends:
            found = msg(
                "{day} is after the window, which ends on {ends}", day=change.until, ends=ends
            )
            yield _note(file, f"{path}.until", found, msg("the ramp is seen in part"))


def _date(start: date, days: float) -> date:
    return start + timedelta(days=min(days, (date.max - start).days))


# ---------------------------------------------------------------- what has numbers of its own
def _by_subregion(scenario: Scenario) -> Iterator[Problem]:
    if scenario.scenario.numbers_by is None and scenario.numbers_by == "subregion":
        found = msg("numbers go by subregion: there are {count} municipalities",
                    count=number(len(scenario.areas.municipalities)))  # fmt: skip
        allowed = msg("for those of each: --set scenario.numbers_by=municipality")
        file = scenario.provenance.file_of("areas")
        yield _note(file, "scenario.numbers_by", found, allowed)


# ---------------------------------------------------------------- compared with another
def _not_used_in_a_comparison(scenario: Scenario, base: Scenario) -> Iterator[Problem]:
    for key in ("seed", "replications"):
        mine, used = getattr(scenario.scenario, key), getattr(base.scenario, key)
        file = scenario.provenance.file_of(f"scenario.{key}")
        if mine != used and file.endswith(".toml"):
            found = msg("{mine}, and {used} in {base!r}", mine=mine, used=used, base=base.key)
            yield _note(file, f"scenario.{key}", found, msg("a comparison uses that of its base"))


# ---------------------------------------------------------------- what a file does not say
def _without_evidence(scenario: Scenario) -> Iterator[Problem]:
    if not scenario.provenance.evidence:
        found = msg("no number says how we know it")
        hint = msg(
            "read every result as an example: write { value = ..., source = ... } for numbers"
        )
        yield _note(scenario.provenance.root, "", found, hint)


def _off(scenario: Scenario) -> Iterator[Problem]:
    """Say what is left out, and so off, where that changes how results read."""
    off = [text for text, is_off in _mechanisms(scenario) if is_off]
    if off and scenario.variant:
        found = msg("left out, so off: {off}", off=joined(off))
        yield _note(scenario.provenance.root, "", found, msg("results are without these"))


def _mechanisms(scenario: Scenario) -> Iterator[tuple[Said, bool]]:
    by_need = [v for v in scenario.variant if v.stay_days is None]
    patience = [demand.patience_days for demand in scenario.demand]
    patience += [variant.patience_days for variant in scenario.variant]
    yield msg("patience_days (nobody gives up)"), not any(patience)
    yield msg("desk (an award follows at once)"), not scenario.desk
    if by_need:
        teams = any(v.team for v in scenario.variant)
        yield msg("team (hours are no limit)"), not teams
        leaving = scenario.leaving
        streams = any((leaving.dwellings, *(v.dwellings for v in scenario.variant)))
        yield msg("dwellings (no limit)"), not streams
        exits = scenario.exits_per_year
        yield msg("exits_per_year (no Wlz, no deaths, no other ways out)"), not exits
        yield msg("relapse (nobody comes back)"), leaving.relapse is None
    turnover = any(v.turnover_days for v in scenario.variant)
    yield msg("turnover_days (a place is free at once)"), not turnover
    contracts = any(v.contract for v in scenario.variant)
    yield msg("contract (no costs of support)"), not contracts


def _note(file: str, path: str, found: Said, allowed: Said) -> Problem:
    return Problem(file=file, path=path, found=found, allowed=allowed)
