"""What scenarios, variants, teams and places are called: no two of them the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from flowsim.experiment.numbers.series import FTE, HOURS
from flowsim.report.wording import Wording
from flowsim.titles import distinct, place_name

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

__all__ = ["distinct", "naming_of", "place_name", "teams_of", "titles_of", "variants_of"]


def titles_of(scenarios: Sequence[Scenario], say: Wording) -> dict[str, str]:
    """Return what each scenario is called, by name, in their order."""
    return distinct({one.key: say.of(one.scenario.title, one.key) for one in scenarios})


def variants_of(scenarios: Sequence[Scenario], say: Wording) -> dict[str, str]:
    """Return what each housing variant is called, by name; the first scenario has the word."""
    return distinct(
        {v.name: say.of(v.title, v.name) for one in scenarios[::-1] for v in one.variant}
    )


def teams_of(scenarios: Sequence[Scenario], say: Wording) -> list[tuple[str, str, str]]:
    """Return name, title and unit (`flowsim.report.labels.UNITS`) of every team."""
    teams = {team.name: team for one in scenarios[::-1] for team in one.team}
    titles = distinct({name: say.of(team.title, name) for name, team in teams.items()})
    return [
        (name, titles[name], HOURS if team.fte is None else FTE) for name, team in teams.items()
    ]


def naming_of(scenario: Scenario, say: Wording) -> Callable[[str, str], str]:
    """Return what a teller (`flowsim.tell`) calls things: by kind and name in the ledger."""
    titles = {
        "place": variants_of([scenario], say),
        "team": {name: title for name, title, _ in teams_of([scenario], say)},
        "desk": distinct({one.name: say.of(one.title, one.name) for one in scenario.desk}),
        "level": distinct({one.name: say.of(one.title, one.name) for one in scenario.level}),
        "profile": distinct(
            {one.profile: say.of(one.title, one.profile) for one in scenario.demand}
        ),
    }

    def name_of(kind: str, name: str) -> str:
        return place_name(name) if kind == "area" else titles.get(kind, {}).get(name, name)

    return name_of
