"""What the balance calls the blocks and areas of a scenario: by their titles, as all else does."""

from __future__ import annotations

from functools import cached_property

from flowsim.errors import Title
from flowsim.scenario.model import Scenario
from flowsim.titles import LANGUAGES, place_name, titles


class Titles:
    """The titles of a scenario, by kind and name."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario

    @cached_property
    def variants(self) -> dict[str, Title]:
        """Return what the housing variants are called."""
        return titles({one.name: one for one in self._scenario.variant})

    @cached_property
    def teams(self) -> dict[str, Title]:
        """Return what the teams are called."""
        return titles({one.name: one for one in self._scenario.team})

    @cached_property
    def desks(self) -> dict[str, Title]:
        """Return what the desks are called."""
        return titles({one.name: one for one in self._scenario.desk})

    @cached_property
    def streams(self) -> dict[str, Title]:
        """Return what the streams of dwellings are called."""
        return titles({one.name: one for one in self._scenario.dwellings})

    @cached_property
    def levels(self) -> dict[str, Title]:
        """Return what the levels of support are called."""
        return titles({one.name: one for one in self._scenario.level})

    @cached_property
    def profiles(self) -> dict[str, Title]:
        """Return what the profiles are called."""
        return titles({one.profile: one for one in self._scenario.demand})


def place(key: Title | str) -> Title | str:
    """Return the name of an area; what is said already stays as it is."""
    if type(key) is not str:
        return key
    return Title("", dict.fromkeys(LANGUAGES, place_name(key)))
