"""Sites: in which municipalities something may be had, and from which pools there.

For people of hundreds of municipalities the sites are the same; only their own comes first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flowsim.system.state.pools import PlacePool, TeamPool
from flowsim.system.state.shelves import DwellingPool


class Site:
    """A municipality, and the pools that serve it."""

    __slots__ = ("dwelling", "municipality", "places", "same", "team")

    def __init__(
        self,
        municipality: int,
        same: tuple[int, int],
        team: TeamPool | None = None,
        dwelling: DwellingPool | None = None,
        places: Sequence[PlacePool] = (),
    ) -> None:
        self.municipality = municipality
        self.same = same
        """Equal for sites of which people want one alone: the first that they come to."""
        self.team = team
        self.dwelling = dwelling
        self.places = places


class Sites:
    """The sites of one thing, by municipality."""

    def __init__(self, every: Sequence[Site]) -> None:
        self._every = every
        self._firsts: dict[tuple[str, int], list[Site]] = {}

    def from_home(self, home: int, scale: str, area: int, inside: Iterable[int]) -> list[Site]:
        """Return the sites inside an area, each that differs once: at home first, then in order."""
        firsts = self._firsts.get((scale, area))
        if firsts is None:
            unique: dict[tuple[int, int], Site] = {}
            for municipality in inside:
                site = self._every[municipality]
                unique.setdefault(site.same, site)
            firsts = self._firsts[scale, area] = list(unique.values())
        own = self._every[home]
        same = own.same
        return [own, *[site for site in firsts if site.same != same]]

    def at(self, municipality: int) -> Site:
        """Return the site in a municipality."""
        return self._every[municipality]
