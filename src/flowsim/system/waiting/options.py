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
                self._choice(-1, m, None, None, 0, 0, pool)
                for variant in variants
                for m, pool in self._dwellings(client, self.world.variant_stream[variant])
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

    # ------------------------------------------------------------ choices
    def _variant(self, client: Client, variant: int) -> list[Choice]:
        world, block = self.world, self.layout.variants[variant]
        minutes = world.minutes(variant, client.award_level)
        given_back = held_minutes(client)
        moves_home = self.layout.is_own[variant] and not client.tenancy
        choices = []
        seen = set()
        for m, dwelling in self._homes(client, variant):
            area = self.layout.area_of(m, block.scale)
            team = world.team_of(variant, m)
            net = minutes
            if team is not None and team is client.team:
                net -= given_back
            if dwelling is None and (area, team) in seen:
                continue  # the same pools as in a municipality that goes first
            seen.add((area, team))
            for pools in world.places[variant]:
                place = pools[area]
                if not place.exists:
                    continue
                choices.append(
                    self._choice(
                        variant,
                        m if moves_home else -1,
                        place,
                        team,
                        minutes,
                        net if team is not None else 0,
                        dwelling,
                        net < minutes and net <= 0 and minutes > client.minutes,
                    )
                )
        return choices

    def _homes(self, client: Client, variant: int) -> list[tuple[int, DwellingPool | None]]:
        """Return where a client may live in a variant, with the dwellings that are needed there."""
        if not self.layout.is_own[variant]:
            return [(m, None) for m in self._accepted(client)]
        if client.tenancy:
            return [(client.home, None)]
        return self._dwellings(client, self.world.variant_stream[variant])

    def _leave(self, client: Client) -> list[Choice]:
        world = self.world
        homes: list[tuple[int, DwellingPool | None]]
        if client.tenancy:
            homes = [(client.home, None)]
        else:
            homes = self._dwellings(client, world.leaving_stream)
        choices = []
        seen = set()
        for m, dwelling in homes:
            team = world.aftercare_team(m)
            if dwelling is None and team in seen:
                continue
            seen.add(team)
            minutes = world.aftercare_minutes if team is not None else 0
            net = minutes
            if team is not None and team is client.team:
                net = minutes - client.minutes
            at = m if client.flip_due or not client.tenancy else -1
            choices.append(self._choice(-1, at, None, team, minutes, net, dwelling))
        return choices

    def _dwellings(self, client: Client, stream: int) -> list[tuple[int, DwellingPool | None]]:
        """Return where a client may get a dwelling; without a stream dwellings are no limit."""
        if stream < 0:
            return [(m, None) for m in self._accepted(client)]
        scale = self.layout.streams[stream].scale
        pools = self.world.dwellings[stream]
        found: dict[int, tuple[int, DwellingPool | None]] = {}
        for m in self._accepted(client):
            area = self.layout.area_of(m, scale)
            found.setdefault(area, (m, pools[area]))
        return list(found.values())

    def _accepted(self, client: Client) -> list[int]:
        """Return the municipalities that a client accepts, the own one first."""
        scale = _SCALES[min(client.reach, self._widest)]
        area = self.layout.area_of(client.home, scale)
        inside = self.layout.municipalities_in(scale, area)
        return [client.home, *(m for m in inside if m != client.home)]
