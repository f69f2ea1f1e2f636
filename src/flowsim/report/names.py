"""What scenarios, variants, teams and places are called: no two of them the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from flowsim.experiment.numbers.series import FTE, HOURS
from flowsim.report.wording import Wording
from flowsim.titles import Titled, place_name, titles

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

__all__ = ["naming_of", "place_name", "teams_of", "titles_of", "variants_of"]


def titles_of(scenarios: Sequence[Scenario], say: Wording) -> dict[str, str]:
    """Return what each scenario is called, by name, in their order."""
    return _said({one.key: one.scenario for one in scenarios}, say)


def variants_of(scenarios: Sequence[Scenario], say: Wording) -> dict[str, str]:
    """Return what each housing variant is called, by name; the first scenario has the word."""
    return _said({v.name: v for one in scenarios[::-1] for v in one.variant}, say)


def teams_of(scenarios: Sequence[Scenario], say: Wording) -> list[tuple[str, str, str]]:
    """Return name, title and unit (`flowsim.report.labels.UNITS`) of every team."""
    teams = {team.name: team for one in scenarios[::-1] for team in one.team}
    called = _said(teams, say)
    return [
        (name, called[name], HOURS if team.fte is None else FTE) for name, team in teams.items()
    ]


def naming_of(scenario: Scenario, say: Wording) -> Callable[[str, str], str]:
    """Return what a teller (`flowsim.tell`) calls things: by kind and name in the ledger."""
    called = {
        "place": variants_of([scenario], say),
        "team": {name: title for name, title, _ in teams_of([scenario], say)},
        "dwellings": _said({one.name: one for one in scenario.dwellings}, say),
        "desk": _said({one.name: one for one in scenario.desk}, say),
        "level": _said({one.name: one for one in scenario.level}, say),
        "profile": _said({one.profile: one for one in scenario.demand}, say),
    }

    def name_of(kind: str, name: str) -> str:
        return place_name(name) if kind == "area" else called.get(kind, {}).get(name, name)

    return name_of


def _said(blocks: Mapping[str, Titled], say: Wording) -> dict[str, str]:
    """Say what blocks are called in one language, by name."""
    return {name: say.said(title) for name, title in titles(blocks).items()}
