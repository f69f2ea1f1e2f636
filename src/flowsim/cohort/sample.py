"""Sample a cohort: all chance of one replication, before anything is simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.arrivals import Events, Source, in_order, poisson_events
from flowsim.cohort.before import held_before
from flowsim.cohort.draws import Draws
from flowsim.cohort.phases import Cases, Phase, phases_of, until_the_start
from flowsim.cohort.snapshot import People
from flowsim.cohort.start import Person, people_of_today
from flowsim.cohort.streams import Stream, Who, identity
from flowsim.cohort.supply import Days
from flowsim.cohort.uniform import Chance
from flowsim.layout import Has, Layout
from flowsim.scenario.model import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Everything that chance decides in one replication.

    Clients are numbered: people of the start first, then by day of notification and identity.
    Lists run by client number.
    """

    layout: Layout
    replication: int
    today: list[Person]
    """People of the start, clients ``0 .. len(today) - 1``."""
    arrival_days: list[float]
    """Day of the first notification; 0 for people of the start."""
    keys: npt.NDArray[np.int64]
    profile: list[int]
    """-1 for people of the start."""
    like: list[int]
    """Profile whose patience a client has; where the profile is not known, drawn by demand."""
    origin: list[int]
    """Municipality; -1 outside the region."""
    notified_at: list[int]
    level: list[int]
    has_tenancy: list[bool]
    reach: list[int]
    """How far a client accepts a place: 0 own municipality, 1 subregion, 2 region."""
    urgent: list[bool]
    provider: list[int]
    """Preferred provider, by its lasting number; -1 none."""
    draws: Draws
    phases: tuple[Phase, ...]
    """The first from day 0; a further one from the day of each dated change."""
    before: Phase | None = None
    """What held until the start, where the scenario decides something on day 0: its base. None:
    nothing is decided, and the first phase is today's."""

    @property
    def has(self) -> Has:
        """What can happen in any phase, that before the start included."""
        phases = self.phases if self.before is None else (self.before, *self.phases)
        return Has(*(phase.layout.scenario for phase in phases))

    @property
    def offers(self) -> tuple[Days, ...]:
        """Days of dwelling offers of the first phase, by stream and area."""
        return self.phases[0].offers

    @property
    def other_work(self) -> tuple[Cases, ...]:
        """Cases of other work (day, hours) of the first phase, by desk and area."""
        return self.phases[0].other_work

    @property
    def count(self) -> int:
        """Number of clients."""
        return len(self.arrival_days)


def sample_cohort(
    scenario: Scenario,
    replication: int = 0,
    seen: People | None = None,
    today: list[Person] | None = None,
) -> Cohort:
    """Draw all chance of one replication.

    Parameters
    ----------
    scenario
        A validated scenario; its seed and the replication fix every draw.
    replication
        Number of the replication, from 0. It can be sampled alone.
    seen
        People of a burn-in, from whom the people of today are resampled.
    today
        The people of today themselves, instead of the scenario's counts.
    """
    layouts = [(day, Layout(phase)) for day, phase in scenario.phases]
    layout = layouts[0][1]
    past = held_before(scenario)
    was = layout if past is None else Layout(past)
    chance = Chance(scenario.scenario.seed, replication)
    if today is None:
        today = people_of_today(chance, was, seen)
    days, keys, profile, municipality = _arrivals(chance, layouts)
    now = len(today)
    all_keys = np.concatenate([np.array([p.key for p in today], dtype=np.int64), keys])
    draws = Draws(chance, all_keys)
    home = [p.now.municipality for p in today] + municipality
    profiles = [-1] * now + profile
    external = [p >= 0 and layout.profiles[p].external for p in profiles]
    level, tenancy = _needs(layouts, was, draws, today, profile, days)
    u_reach = draws.once(Stream.REACH)
    reach = _reach(was, u_reach[:now], [-1] * now) + _reach(layout, u_reach[now:], profile)
    urgent = _urgent(layout, draws, profiles)
    origin = [-1 if out else m for out, m in zip(external, home, strict=True)]
    notified_at = list(home)
    for i, person in enumerate(today):
        one = person.now
        profiles[i] = one.profile
        if one.origin is not None and one.notified_at is not None:
            origin[i], notified_at[i] = one.origin, one.notified_at
        tenancy[i] = tenancy[i] if one.tenancy is None else one.tenancy
        reach[i] = reach[i] if one.reach is None else one.reach
        urgent[i] = urgent[i] if one.urgent is None else one.urgent
    provider = _preferred([(-1.0, was), *layouts], draws, profiles, [-1.0] * now + days)
    for i, person in enumerate(today):
        if person.now.prefers is not None:
            provider[i] = person.now.prefers
    return Cohort(
        layout=layout,
        replication=replication,
        today=today,
        arrival_days=[0.0] * now + days,
        keys=all_keys,
        profile=profiles,
        like=_like(was, draws, profiles),
        origin=origin,
        notified_at=notified_at,
        level=level,
        has_tenancy=tenancy,
        reach=reach,
        urgent=urgent,
        provider=provider,
        draws=draws,
        phases=phases_of(chance, layouts),
        before=None if past is None else until_the_start(chance, was),
    )


# ---------------------------------------------------------------- who comes
def _arrivals(
    chance: Chance, layouts: list[tuple[float, Layout]]
) -> tuple[list[float], npt.NDArray[np.int64], list[int], list[int]]:
    """Return day, identity, profile and municipality of every notification, in order."""
    layout = layouts[0][1]
    sources, owner = [], []
    for number, demand in enumerate(layout.profiles):
        if demand.on_days is not None:
            continue
        rates = [later.rate_of(later.profiles[number]) for _, later in layouts]
        for m in range(len(layout.municipalities)):
            sources.append(_source(layouts, number, m, [rate[m] for rate in rates]))
            owner.append((number, m))
    parts = poisson_events(chance, Who.CLIENT, sources, layout.end_days)
    for number, demand in enumerate(layout.profiles):
        if demand.on_days is not None:
            name = demand.municipality or layout.scenario.areas.municipalities[0]
            m = layout.municipalities.index(name)
            fixed = np.sort(np.array(demand.on_days))
            ids = identity(Who.CLIENT, number, m, 255, np.arange(len(fixed)))
            here = fixed < layout.end_days
            parts.append(Events(fixed[here], ids[here]))
            owner.append((number, m))
    counts = [len(part.days) for part in parts]
    if not sum(counts):
        return [], np.empty(0, np.int64), [], []
    days = np.concatenate([part.days for part in parts])
    keys = np.concatenate([part.keys for part in parts])
    whose = np.repeat(np.arange(len(owner)), counts)
    order = np.lexsort((keys, days))
    owners = [owner[i] for i in whose[order].tolist()]
    listed = in_order(days, keys)
    return listed.days.tolist(), listed.keys, [p for p, _ in owners], [m for _, m in owners]


def _source(
    layouts: list[tuple[float, Layout]], number: int, area: int, rates: list[float]
) -> Source:
    """Return a profile's notifications in a municipality, with the rate of each phase."""
    growths = np.array([1 + layout.profiles[number].growth_per_year for _, layout in layouts])
    starts = np.array([day for day, _ in layouts])
    ends = np.append(starts[1:], layouts[0][1].end_days)
    # growth so far at the start of each phase, and at its end
    grown = np.cumprod(np.append(1.0, growths ** ((ends - starts) / DAYS_PER_YEAR)))

    def at(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        phase = np.searchsorted(starts, days, side="right") - 1
        growth = grown[phase] * growths[phase] ** ((days - starts[phase]) / DAYS_PER_YEAR)
        return np.asarray(np.array(rates)[phase] * growth)

    highest = float(np.max(np.array(rates) * np.maximum(grown[:-1], grown[1:])))
    return Source(number, area, at, highest)


# ---------------------------------------------------------------- what they are like
def _needs(
    layouts: list[tuple[float, Layout]],
    was: Layout,
    draws: Draws,
    today: list[Person],
    profile: list[int],
    days: list[float],
) -> tuple[list[int], list[bool]]:
    """Return level and tenancy at the door; people of the start bring their own."""
    now, whose = len(today), np.array(profile, dtype=np.int64)
    u_level, u_tenancy = draws.once(Stream.LEVEL)[now:], draws.once(Stream.TENANCY)[now:]
    phase = np.searchsorted([day for day, _ in layouts], np.array(days), side="right") - 1
    level = np.zeros(len(profile), dtype=np.int64)
    tenancy = np.zeros(len(profile), dtype=bool)
    for at, (_, later) in enumerate(layouts):
        for number, demand in enumerate(later.profiles):
            mine = (whose == number) & (phase == at)
            edges = np.cumsum(later.level_mix_of(demand))[:-1]
            level[mine] = np.searchsorted(edges, u_level[mine], side="right")
            names = [lv.name for lv in later.levels] or [""]
            shares = np.array([demand.has_tenancy.of(name) for name in names])
            tenancy[mine] = u_tenancy[mine] < shares[level[mine]]
    own = [
        p.who == Who.AFTERCARE or (p.who == Who.RESIDENT and was.is_own[p.now.variant])
        for p in today
    ]
    return [p.now.level for p in today] + level.tolist(), own + tenancy.tolist()


def _reach(layout: Layout, u: npt.NDArray[np.float64], profiles: list[int]) -> list[int]:
    """People of the start accept what the profiles accept on average."""
    near, far = (
        _by_profile(layout, profiles, "municipality"),
        _by_profile(layout, profiles, "subregion"),
    )
    return [int(r) for r in np.where(u < far, 2, np.where(u < near, 1, 0))]


def _by_profile(layout: Layout, profiles: list[int], which: str) -> npt.NDArray[np.float64]:
    shares = [float(getattr(d.accepts_elsewhere, which)) for d in layout.profiles]
    sizes = [max(sum(layout.rate_of(d)), 1e-12) for d in layout.profiles]
    average = float(np.average(shares, weights=sizes)) if shares else 0.0
    return np.array([*shares, average])[np.array(profiles, dtype=np.int64)]


def _like(layout: Layout, draws: Draws, profiles: list[int]) -> list[int]:
    """Return whose profile is known as it is; others are drawn by demand, -1 without any."""
    if -1 not in profiles or not layout.profiles:
        return profiles
    sizes = np.array([max(sum(layout.rate_of(d)), 1e-12) for d in layout.profiles])
    edges = np.cumsum(sizes / sizes.sum())[:-1]
    drawn = np.searchsorted(edges, draws.once(Stream.START_PROFILE), side="right").tolist()
    return [a if p < 0 else p for p, a in zip(profiles, drawn, strict=True)]


def _urgent(layout: Layout, draws: Draws, profiles: list[int]) -> list[bool]:
    shares = np.array([*(d.urgent for d in layout.profiles), 0.0])
    urgent = draws.once(Stream.URGENT) < shares[np.array(profiles, dtype=np.int64)]
    return [bool(flag) for flag in urgent]


def _preferred(
    layouts: list[tuple[float, Layout]], draws: Draws, profiles: list[int], days: list[float]
) -> list[int]:
    """Return who prefers which provider, by what holds on the day they come.

    People of the start without a profile prefer what the profiles prefer on average.
    """
    if not Has(*(later.scenario for _, later in layouts)).preferences:
        return [-1] * len(profiles)
    u, whose = draws.once(Stream.PREFERRED), np.array(profiles, dtype=np.int64)
    phase = np.searchsorted([day for day, _ in layouts], np.array(days), side="right") - 1
    preferred = np.full(len(profiles), -1)
    for at, (_, layout) in enumerate(layouts):
        names = layout.scenario.order["provider"]
        given = [[d.preferred_provider.get(n, 0.0) for n in names] for d in layout.profiles]
        sizes = [max(sum(layout.rate_of(d)), 1e-12) for d in layout.profiles]
        edges = np.cumsum([*given, np.average(given, axis=0, weights=sizes)], axis=1)
        mine = phase == at
        chosen = (u[mine, None] >= edges[whose[mine]]).sum(axis=1)
        preferred[mine] = np.where(chosen < len(names), chosen, -1)
    return [int(number) for number in preferred]
