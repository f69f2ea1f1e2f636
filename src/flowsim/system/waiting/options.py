"""From what a client may have to the pools that must have room: options, by need."""

from __future__ import annotations

from typing import Final

from flowsim.scenario.values import Scale
from flowsim.system.state.choices import Choice, Group
from flowsim.system.state.ground import Ground
from flowsim.system.state.people import Client
from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool
from flowsim.system.waiting.catalogue import Catalogue
from flowsim.system.waiting.sites import Site, Sites


def held_minutes(client: Client) -> int:
    """Return what a client gives back on entering a place: also what is kept for a waiting step."""
    return client.minutes if client.step is None else client.minutes + client.step.extra


_SCALES: Final[tuple[Scale, ...]] = ("municipality", "subregion", "region")


class Options:
    """Resolves what a client may have into choices and groups, once for each different need."""

    def __init__(self, world: Ground) -> None:
        self.world = world
        self.layout = world.layout
        self._widest = _SCALES.index(world.scenario.placement.within)
        self.catalogue = Catalogue(world)
        self._choice, self._group = self.catalogue.choice, self.catalogue.group
        self._cache: dict[object, Group] = {}
        self._sites: dict[tuple[int, int], Sites] = {}
        """Where a variant (-1: leaving, -2: a dwelling alone) may be had, by stream."""

    # ------------------------------------------------------------ groups
    def placement(self, client: Client, variants: tuple[int, ...], since: float) -> Group:
        """Return the group of a client who wants a place in one of some variants."""
        held, team = client.place, client.team
        at: object = (variants, client.award_level, client.home, client.reach, client.tenancy)
        if held is not None or team is not None:
            at = (
                at,
                held.rank if held is not None else -1,
                team.rank if team is not None else -1,
                held_minutes(client),
                client.minutes,
            )
        group = self._cache.get(at)
        if group is None:
            choices = [c for v in variants for c in self._variant(client, v)]
            group = self._cache[at] = self._group(choices, held)
        return group

    def leaving(self, client: Client, alone: bool) -> Group:
        """Return the group of a client who is ready to leave.

        ``alone``: to a destination that needs neither a dwelling nor aftercare.
        """
        team = client.team
        at = (
            "leave",
            alone,
            client.home,
            client.reach,
            client.tenancy,
            client.flip_due,
            team.rank if team is not None else -1,
            client.minutes,
        )
        group = self._cache.get(at)
        if group is None:
            choices = (
                [self._choice(-1, -1, None, None, 0, 0, None)] if alone else self._leave(client)
            )
            group = self._cache[at] = self._group(choices, None)
        return group

    def dwelling(self, client: Client, variants: tuple[int, ...], since: float) -> Group:
        """Return the group of a client in a line who waits for a dwelling alone."""
        at = ("dwelling", variants, client.home, client.reach, client.tenancy)
        group = self._cache.get(at)
        if group is None:
            choices = [
                self._choice(-1, site.municipality, None, None, 0, 0, site.dwelling)
                for variant in variants
                for site in self._dwellings(client, self.world.variant_stream[variant])
            ]
            if client.tenancy:  # found alone
                choices = [self._choice(-1, -1, None, None, 0, 0, None)]
            group = self._cache[at] = self._group(choices, None)
        return group

    def flip(
        self,
        client: Client,
        variant: int,
        municipality: int,
        places: list[PlacePool],
        team: TeamPool | None,
    ) -> Group:
        """Return the group of a client who goes on in another variant, in the same dwelling."""
        minutes = self.world.minutes(variant, client.award_level) if team is not None else 0
        net = minutes - client.minutes if team is not None and team is client.team else minutes
        return self._group(
            [self._choice(variant, municipality, p, team, minutes, net, None) for p in places], None
        )

    def part(self, choices: list[Choice]) -> Group:
        """Return the group of clients who wait for these choices, in this order, in no place."""
        return self._group(choices, None)

    def resident(
        self, client: Client, variant: int, place: PlacePool, team: TeamPool | None, minutes: int
    ) -> Choice:
        """Return the option that a resident of the start occupies."""
        minutes = minutes if team is not None else 0
        return self._choice(variant, client.home, place, team, minutes, minutes, None)

    def aftercare(self, client: Client) -> Choice:
        """Return the option of someone in aftercare where they live."""
        team = self.world.aftercare_team(client.home)
        minutes = self.world.aftercare_minutes if team is not None else 0
        return self._choice(-1, client.home, None, team, minutes, minutes, None)

    def occupied(self, client: Client) -> Choice:
        """Return the option that a client holds now."""
        return self._choice(
            client.variant, -1, client.place, client.team, client.minutes, client.minutes, None
        )

    def forget(self) -> None:
        """Resolve everything anew from now on: pools or parameters have changed."""
        self.layout = self.world.layout
        self._widest = _SCALES.index(self.world.scenario.placement.within)
        self._cache.clear()
        self._sites.clear()

    # ------------------------------------------------------------ choices
    def _variant(self, client: Client, variant: int) -> list[Choice]:
        minutes = self.world.minutes(variant, client.award_level)
        given_back = held_minutes(client)
        is_own = self.layout.is_own[variant]
        moves_home = is_own and not client.tenancy
        choices = []
        for site in self._where(client, variant, is_own):
            team, net = site.team, minutes
            if team is not None and team is client.team:
                net -= given_back
            for place in site.places:
                if place.exists:
                    choices.append(
                        self._choice(
                            variant,
                            site.municipality if moves_home else -1,
                            place,
                            team,
                            minutes,
                            net if team is not None else 0,
                            site.dwelling,
                            net < minutes and net <= 0 and minutes > client.minutes,
                        )
                    )
        return choices

    def _leave(self, client: Client) -> list[Choice]:
        choices = []
        for site in self._where(client, -1, True):
            team = site.team
            minutes = net = self.world.aftercare_minutes if team is not None else 0
            if team is not None and team is client.team:
                net -= client.minutes
            at = site.municipality if client.flip_due or not client.tenancy else -1
            choices.append(self._choice(-1, at, None, team, minutes, net, site.dwelling))
        return choices

    # ------------------------------------------------------------ where
    def _where(self, client: Client, variant: int, own: bool) -> list[Site]:
        """Return where a client may live in a variant (-1: on leaving), own tenancy or not."""
        rents = own and client.tenancy
        stream = -1
        if own and not rents:
            stream = (
                self.world.variant_stream[variant] if variant >= 0 else self.world.leaving_stream
            )
        at = (variant, stream)
        sites = self._sites.get(at)
        if sites is None:
            sites = self._sites[at] = Sites(
                [self._site(m, variant, stream) for m in range(len(self.layout.municipalities))]
            )
        return [sites.at(client.home)] if rents else self._accepted(client, sites)

    def _site(self, m: int, variant: int, stream: int) -> Site:
        """Return what serves a municipality: without a stream dwellings are no limit."""
        world, layout = self.world, self.layout
        dwelling, places = self._shelf(m, stream), []
        if variant < 0:
            area, team = -1, world.aftercare_team(m)
        else:
            area, team = (
                layout.area_of(m, layout.variants[variant].scale),
                world.team_of(variant, m),
            )
            places = [pools[area] for pools in world.places[variant]]
        same = (area, team.rank if team is not None else -1)
        if dwelling is not None:
            same = (-1, dwelling.rank)
        return Site(m, same, team, dwelling, places)

    def _dwellings(self, client: Client, stream: int) -> list[Site]:
        """Return where a client may get a dwelling of a stream, and nothing else."""
        at = (-2, stream)
        sites = self._sites.get(at)
        if sites is None:
            shelves = [self._shelf(m, stream) for m in range(len(self.layout.municipalities))]
            sites = self._sites[at] = Sites(
                [
                    Site(m, (-1, shelf.rank) if shelf is not None else (m, -1), dwelling=shelf)
                    for m, shelf in enumerate(shelves)
                ]
            )
        return self._accepted(client, sites)

    def _shelf(self, m: int, stream: int) -> DwellingPool | None:
        if stream < 0:
            return None
        area = self.layout.area_of(m, self.layout.streams[stream].scale)
        return self.world.dwellings[stream][area]

    def _accepted(self, client: Client, sites: Sites) -> list[Site]:
        """Return those of the sites that a client accepts, at home first."""
        scale = _SCALES[min(client.reach, self._widest)]
        area = self.layout.area_of(client.home, scale)
        inside = self.layout.municipalities_in(scale, area)
        return sites.from_home(client.home, scale, area, inside)
