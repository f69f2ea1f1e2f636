"""What scenarios, variants, teams and places are called: no two of them the same."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from flowsim.experiment.series import FTE, HOURS
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    from flowsim.scenario import Scenario

_SMALL_WORDS: Final = {"aan", "bij", "de", "den", "der", "en", "het", "in", "op", "van"}
_HYPHENED: Final = {"midden", "noord", "zuid"}


def distinct(titles: Mapping[str, str]) -> dict[str, str]:
    """Put its name behind every title that looks like that of another; an empty one gets it alone.

    Parameters
    ----------
    titles
        By name; names differ.
    """
    found = {name: title if title.strip() else name for name, title in titles.items()}
    while True:
        times = Counter(map(_as_seen, found.values()))
        if max(times.values(), default=1) == 1:
            return found
        for name, title in found.items():
            if times[_as_seen(title)] > 1:
                found[name] = f"{title} ({name})"


def _as_seen(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


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


def place_name(key: str) -> str:
    """Write the key of an area as its name: ``aa_en_hunze`` is Aa en Hunze.

    A key with a capital is a name already. After midden, noord and zuid comes a hyphen
    (Midden-Drenthe).
    """
    if key != key.lower():
        return key
    words = key.replace("_", " ").split()
    if not words:
        return key
    named = [w if i and w in _SMALL_WORDS else w.capitalize() for i, w in enumerate(words)]
    text = named[0]
    for before, after in pairwise(named):
        text += ("-" if before.lower() in _HYPHENED and after[0].isupper() else " ") + after
    return text
