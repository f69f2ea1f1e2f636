"""What things of a ledger are called: variants, dwellings, areas, levels, times."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from flowsim.errors import Said, joined, msg, number, verbatim
from flowsim.ledger import Ledger

Name = Callable[[str, str], str]
"""What something is called, by its kind (``place``, ``team``, ``dwellings``, ``desk``, ``level``,
``profile``, ``area``, ``provider``) and its name in the ledger."""


def plain_name(kind: str, name: str) -> str:
    """Call everything by its name in the ledger."""
    return name


@dataclass(frozen=True, slots=True)
class Words:
    """The tables of a ledger in words."""

    ledger: Ledger
    name: Name

    def named(self, kind: str, names: Iterable[str]) -> Said:
        """Call things of one kind by their names, each once; in quotes where one has a comma."""
        called = [self.name(kind, one) for one in dict.fromkeys(names)]
        quoted = "‘{}’" if any("," in one for one in called) and kind != "level" else "{}"
        return joined(verbatim(quoted.format(one)) for one in called)

    @property
    def has_several_streams(self) -> bool:
        """Whether dwellings come from several streams, which must be told apart."""
        return len({pool.block for pool in self.ledger.pools if pool.kind == "dwellings"}) > 1

    def dwelling(self, streams: Iterable[str]) -> Said:
        """Say a dwelling: of which stream, where there are several."""
        if not self.has_several_streams:
            return msg("a dwelling")
        return msg("a dwelling of {streams}", streams=self.named("dwellings", streams))

    def place(self, option: int, *, counted: bool = False) -> Said:
        """Say what is got: a variant, at which provider, where, with a dwelling.

        ``counted``: where a team counts a client is where that is, if nothing else says it.
        """
        one, pools = self.ledger.options[option], self.ledger.pools
        parts = []
        dwelling = self.dwelling([pools[one.dwelling].block]) if one.dwelling >= 0 else None
        if one.variant >= 0:
            parts.append(self.named("place", [self.ledger.variants[one.variant]]))
        elif dwelling:
            parts.append(dwelling)
        if one.place >= 0 and (provider := pools[one.place].provider):
            parts.append(msg("of {provider}", provider=self.name("provider", provider)))
        if area := self._area(option, counted):
            parts.append(msg("in {area}", area=self.name("area", area)))
        if one.variant >= 0 and dwelling:
            parts.append(msg("with {dwelling}", dwelling=dwelling))
        return joined(parts, " ")

    def _area(self, option: int, counted: bool) -> str:
        """Return where an option is; nothing where it can be in one area only."""
        one, pools = self.ledger.options[option], self.ledger.pools
        if one.municipality >= 0 and len(self.ledger.municipalities) > 1:
            return self.ledger.municipalities[one.municipality]
        where = [one.dwelling, one.place, one.team if counted else -1]
        for pool in where:
            if pool >= 0:
                mine = pools[pool]
                alike = (p.area for p in pools if (p.kind, p.block) == (mine.kind, mine.block))
                if len(set(alike)) > 1:
                    return mine.area
        return ""

    def choices(self, option_set: int) -> Said | None:
        """Say which variants a set of options holds, or else which dwellings; None: none."""
        ledger = self.ledger
        listed = ledger.option_sets[option_set] if option_set >= 0 else ()
        options = [ledger.options[one] for one in listed]
        variants = [ledger.variants[one.variant] for one in options if one.variant >= 0]
        if variants:
            return self.named("place", variants)
        streams = [ledger.pools[one.dwelling].block for one in options if one.dwelling >= 0]
        return self.dwelling(streams) if streams else None

    def level(self, level: int) -> Said | None:
        """Say a level of need; None where a scenario tells no levels apart."""
        levels = self.ledger.levels
        return self.named("level", [levels[level]]) if len(levels) > 1 and level >= 0 else None


def lasting(days: float) -> Said:
    """Say how long something lasts: in days, from four weeks on in whole weeks."""
    if days >= WEEKS_FROM:
        return msg("{n} weeks", n=number(days / 7))
    if round(days) < 1:
        return msg("less than a day")
    return msg("1 day") if round(days) == 1 else msg("{n} days", n=number(days))


WEEKS_FROM: Final = 28.0
"""Days from which a time is told in weeks."""
