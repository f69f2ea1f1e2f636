"""Sample a cohort: all chance of one replication, before anything is simulated."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.calendar import DAYS_PER_YEAR
from flowsim.cohort.arrivals import Events, Source, in_order, poisson_events
from flowsim.cohort.before import held_before
from flowsim.cohort.drawn import Who, identity
from flowsim.cohort.draws import Draws
from flowsim.cohort.phases import Cases, Phase, phases_of, until_the_start
from flowsim.cohort.snapshot import People
from flowsim.cohort.start import Person, people_of_today
from flowsim.cohort.supply import Days
from flowsim.cohort.traits import let_known_hold, like, preferred_by, traits_of
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
    traits = traits_of(layouts, was, draws, profile, municipality, days, today)
    let_known_hold(traits, today)
    profiles = traits["profile"]
    provider = preferred_by([(-1.0, was), *layouts], draws, profiles, [-1.0] * now + days, today)
    return Cohort(
        layout=layout,
        replication=replication,
        today=today,
        arrival_days=[0.0] * now + days,
        keys=all_keys,
        **traits,
        like=like(was, draws, profiles),
        provider=provider,
        draws=draws,
        phases=phases_of(chance, layouts),
        before=None if past is None else until_the_start(chance, was),
    )


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
        growth = _Growth(layouts, number)
        for m in range(len(layout.municipalities)):
            sources.append(growth.source(number, m, [rate[m] for rate in rates]))
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


class _Growth:
    """How the demand of a profile grows, in each phase by its own rate."""

    def __init__(self, layouts: list[tuple[float, Layout]], number: int) -> None:
        self.yearly = np.array([1 + later.profiles[number].growth_per_year for _, later in layouts])
        self.starts = np.array([day for day, _ in layouts])
        ends = np.append(self.starts[1:], layouts[0][1].end_days)
        self.grown = np.cumprod(
            np.append(1.0, self.yearly ** ((ends - self.starts) / DAYS_PER_YEAR))
        )
        """So far, at the start of each phase and at the end of the last."""

    def source(self, number: int, area: int, rates: list[float]) -> Source:
        """Return the notifications in a municipality, with the rate of each phase."""
        at_start = np.array(rates)

        def at(days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            phase = np.searchsorted(self.starts, days, side="right") - 1
            years = (days - self.starts[phase]) / DAYS_PER_YEAR
            growth = self.grown[phase] * self.yearly[phase] ** years
            return np.asarray(at_start[phase] * growth)

        highest = float(np.max(at_start * np.maximum(self.grown[:-1], self.grown[1:])))
        return Source(number, area, at, highest)
