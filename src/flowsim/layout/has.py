"""What can happen in a scenario at all: asked here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from flowsim.layout.awards import by_need
from flowsim.scenario.access import Desk
from flowsim.scenario.flow import Leaving
from flowsim.scenario.housing import Variant
from flowsim.scenario.model import Scenario


class Has:
    """What any of some scenarios has: the phases of a run, or the scenarios of a comparison."""

    __slots__ = ("_scenarios",)

    def __init__(self, *scenarios: Scenario) -> None:
        self._scenarios = scenarios

    # ------------------------------------------------------------ blocks
    def blocks(self, section: str) -> bool:
        """Tell whether there are blocks (or values) of a section."""
        return any(getattr(one, section) for one in self._scenarios)

    @property
    def places(self) -> bool:
        """Variants to live in."""
        return self.blocks("variant")

    @property
    def other_variants(self) -> bool:
        """More than one variant, so that residents may need another."""
        return any(len(one.variant) > 1 for one in self._scenarios)

    @property
    def levels(self) -> bool:
        """Levels of need that are told apart."""
        return any(len(one.level) > 1 for one in self._scenarios)

    @property
    def teams(self) -> bool:
        """Teams, whose hours are a limit."""
        return self.blocks("team")

    @property
    def dwellings(self) -> bool:
        """Streams of dwellings."""
        return self.blocks("dwellings")

    @property
    def changes(self) -> bool:
        """Something that changes on a date."""
        return len(self._scenarios) > 1

    # ------------------------------------------------------------ desks
    @property
    def desk(self) -> bool:
        """Desks that decide."""
        return self.blocks("desk")

    @property
    def reassessments(self) -> bool:
        """Work when a term of an award ends."""
        return any(desk.reassessment_hours is not None for desk in self._desks)

    @property
    def other_work(self) -> bool:
        """Other cases at the desks."""
        return any(desk.other_work is not None for desk in self._desks)

    @property
    def misjudgement(self) -> bool:
        """Awards that are lighter or heavier than the need."""
        return any(desk.too_light + desk.too_heavy > 0 for desk in self._desks)

    # ------------------------------------------------------------ waiting
    @property
    def queue_order(self) -> bool:
        """Nobody may pass who was earlier."""
        return not all(one.placement.passing for one in self._scenarios)

    @property
    def patience(self) -> bool:
        """People who can give up."""
        given = chain(
            (desk.patience_days for desk in self._desks),
            (variant.patience_days for variant in self._variants),
            (demand.patience_days for one in self._scenarios for demand in one.demand),
        )
        return any(days is not None for days in given)

    @property
    def again(self) -> bool:
        """People who went without support and notify again."""
        given = (demand.again for one in self._scenarios for demand in one.demand)
        return any(again is not None and again.share > 0 for again in given)

    @property
    def preferences(self) -> bool:
        """People who prefer a provider."""
        return any(d.preferred_provider for one in self._scenarios for d in one.demand)

    @property
    def intake(self) -> bool:
        """Providers that may refuse somebody."""
        return any(variant.refuses for variant in self._variants)

    @property
    def widening(self) -> bool:
        """People who wait for one variant at first, and for more after a while."""
        return any(one.placement.widen_after_days > 0 for one in self._scenarios)

    @property
    def exits(self) -> bool:
        """People who can leave or die wherever they are."""
        return self.blocks("exits_per_year")

    @property
    def exits_outside(self) -> bool:
        """People who can leave or die who have no place yet."""
        rates = (rate for one in self._scenarios for rate in one.exits_per_year.values())
        return any(rate.of(place) > 0 for rate in rates for place in ("access", "waiting"))

    # ------------------------------------------------------------ places
    @property
    def by_need(self) -> bool:
        """Variants that residents leave when their need says so."""
        return any(map(by_need, self._variants))

    @property
    def lines(self) -> bool:
        """Variants that residents leave after a stay of some length."""
        return not all(map(by_need, self._variants))

    @property
    def clocks(self) -> bool:
        """Levels of need that change while people live in a variant by need."""
        levels = (level for one in self._scenarios for level in one.level)
        runs = any(level.worse_per_year or level.recovery_days is not None for level in levels)
        return runs and self.by_need

    @property
    def turnover(self) -> bool:
        """Places that stand empty between two residents."""
        return any(variant.turnover_days > 0 for variant in self._variants)

    @property
    def flips(self) -> bool:
        """Residents who become tenant of the dwelling that they live in."""
        return any(variant.flip is not None for variant in self._variants)

    @property
    def steps_out(self) -> bool:
        """Stays after which the place is given up before the next step is there."""
        return any(variant.keep_place_until != "next_step" for variant in self._variants)

    @property
    def tenancies(self) -> tuple[str, ...]:
        """Who rents, by variant: ``provider``, ``own`` or ``shelter``; each that there is."""
        return tuple(dict.fromkeys(variant.tenancy for variant in self._variants))

    @property
    def done(self) -> bool:
        """Stays that lead out of care."""
        return any("out" in (variant.next or {}) for variant in self._variants)

    # ------------------------------------------------------------ leaving
    @property
    def ready(self) -> bool:
        """Residents who are ready to leave."""
        return self._leaving(lambda leaving: leaving.ready_at is not None)

    @property
    def aftercare(self) -> bool:
        """Support after leaving."""
        return self._leaving(lambda leaving: leaving.aftercare is not None)

    @property
    def aftercare_teams(self) -> tuple[str, ...]:
        """Teams that give it."""
        given = (one.leaving.aftercare for one in self._scenarios)
        return tuple(dict.fromkeys(one.team for one in given if one is not None and one.team))

    @property
    def relapse(self) -> bool:
        """A need that comes back."""
        return self._leaving(lambda leaving: leaving.relapse is not None)

    @property
    def relapse_at_desk(self) -> bool:
        """A need that comes back and is a new notification."""
        found = (one.leaving.relapse for one in self._scenarios)
        return any(one is not None and one.met == "desk" for one in found)

    @property
    def finding(self) -> bool:
        """People who find a dwelling alone."""
        return self._leaving(lambda leaving: leaving.find_alone_per_year > 0)

    @property
    def urgency(self) -> bool:
        """A priority scheme beside the contingent."""
        return self._leaving(lambda leaving: leaving.urgency is not None)

    @property
    def losing(self) -> bool:
        """Tenancies that are lost while nobody lives there."""
        return self._leaving(lambda leaving: leaving.loses_tenancy_per_year > 0)

    @property
    def giving_up(self) -> bool:
        """Tenancies that are given up on entering a provider's place."""
        return self._leaving(lambda leaving: leaving.keeps_tenancy < 1)

    # ------------------------------------------------------------ readers
    @property
    def _variants(self) -> Iterator[Variant]:
        return (variant for one in self._scenarios for variant in one.variant)

    @property
    def _desks(self) -> Iterator[Desk]:
        return (desk for one in self._scenarios for desk in one.desk)

    def _leaving(self, true: Callable[[Leaving], bool]) -> bool:
        return any(true(one.leaving) for one in self._scenarios)
