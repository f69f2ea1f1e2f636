"""The catalogue: every option, set of options and group of a run, once, by its ledger number."""

from __future__ import annotations

from collections.abc import Iterable

from flowsim.ledger import Option
from flowsim.system.state.choices import Choice, Family, Group
from flowsim.system.state.ground import Ground
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.circles import Circles


class Catalogue:
    """Numbers options and sets of options as they are first needed."""

    def __init__(self, world: Ground) -> None:
        self.world = world
        self.table: list[Option] = []
        """Options by ledger number."""
        self.sets: list[tuple[int, ...]] = []
        self.groups: list[Group] = []
        self.movers: list[Group] = []
        """Groups of clients who hold a place and want another."""
        self.circles = Circles()
        self._families: dict[tuple[int, ...], Family] = {}
        self._choices: dict[tuple[object, ...], Choice] = {}
        self._sets: dict[tuple[int, ...], int] = {}
        self._groups: dict[tuple[int, int], Group] = {}

    @property
    def families(self) -> Iterable[Family]:
        """All families of groups."""
        return self._families.values()

    def group(self, choices: list[Choice], held: PlacePool | None) -> Group:
        """Return the group of people who hold a place (or none) and wait for some choices."""
        unique = tuple(dict.fromkeys(choices))
        numbers = tuple([choice.number for choice in unique])
        if numbers not in self._sets:
            self._sets[numbers] = len(self.sets)
            self.sets.append(numbers)
        at = (self._sets[numbers], held.rank if held is not None else -1)
        if at not in self._groups:
            group = self._groups[at] = Group(len(self.groups), self._sets[numbers], unique, held)
            self.groups.append(group)
            if held is not None:
                self.movers.append(group)
            alike = (*sorted(numbers), at[1])
            family = self._families.get(alike)
            if family is not None:
                family.add(group)
                group.family = family
            else:
                self._families[alike] = group.family
                for choice in unique:
                    choice.add(group.family)
                    if choice.team is not None:
                        choice.team.may_be_asked(choice.net)
        return self._groups[at]

    def choice(
        self,
        variant: int,
        municipality: int,
        place: PlacePool | None,
        team: TeamPool | None,
        minutes: int,
        net: int,
        dwelling: DwellingPool | None,
        more: bool = False,
    ) -> Choice:
        """Return an option, which gets its number at first mention; see `Choice`."""
        at = (variant, municipality, place, team, minutes, net, dwelling, more)
        choice = self._choices.get(at)
        if choice is None:
            number = self.world.number
            choice = self._choices[at] = Choice(
                len(self.table), variant, municipality, place, team, minutes, net, dwelling, more
            )
            self.table.append(
                Option(
                    variant=variant,
                    municipality=municipality,
                    place=number(place),
                    team=number(team),
                    minutes=minutes,
                    net_minutes=net,
                    dwelling=number(dwelling),
                )
            )
        return choice
