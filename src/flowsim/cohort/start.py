"""Today: who is where on the start date, drawn from the counts of the scenario."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flowsim.cohort.drawn import Draw, Who, identity
from flowsim.cohort.quantile import length_biased, quantile
from flowsim.cohort.snapshot import People, Snapshot
from flowsim.cohort.uniform import Chance
from flowsim.layout import Layout
from flowsim.scenario.flow import Start, Waiting
from flowsim.scenario.values import NO_LIMIT, whole_numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person who is in the chain on the start date."""

    key: int
    who: Who
    now: Snapshot


def people_of_today(chance: Chance, layout: Layout, seen: People | None = None) -> list[Person]:
    """Return everybody who is in the chain on day 0; residents first, by variant and place.

    Counts come from the scenario; what people are like from the burn-in `seen`, or without one
    from the mixes and durations that the scenario gives.
    """
    people: list[Person] = []
    for number in range(len(layout.variants)):
        people += _residents(chance, layout, number)
    people += _waiting(chance, layout)
    people += _deciding(chance, layout)
    people += _aftercare(chance, layout)
    return people if seen is None else _resampled(chance, layout, people, seen)


def _resampled(chance: Chance, layout: Layout, people: list[Person], seen: People) -> list[Person]:
    """Let people be like someone in the burn-in; a mix of levels that is given stays."""
    mixes = layout.scenario.start.level_mix
    given = {v for v, block in enumerate(layout.variants) if block.name in mixes}
    keys = np.array([person.key for person in people], dtype=np.int64)
    u = chance.draw(Draw.START_PERSON, keys, 0, 2)[:, 0] if people else np.empty(0)
    return [
        Person(
            key=person.key,
            who=person.who,
            now=seen.like(
                person.now, share, person.now.state == "settled" and person.now.variant in given
            ),
        )
        for person, share in zip(people, u.tolist(), strict=True)
    ]


def _residents(chance: Chance, layout: Layout, number: int) -> list[Person]:
    variant, start = layout.variants[number], layout.scenario.start
    count = start.residents.get(variant.name, 0)
    if not count:
        return []
    keys = identity(Who.RESIDENT, number, 0, 0, np.arange(count))
    u = _uniforms(chance, keys)
    levels = _levels(layout, number, start.level_mix.get(variant.name), u[Draw.START_LEVEL])
    states = _who_is_ready(start, variant.name, u[Draw.START_READY])
    since = quantile(start.ready_since_days, u[Draw.START_SINCE])
    pairs = zip(levels.tolist(), states, strict=True)
    level = [_level_in_state(layout, number, drawn, state) for drawn, state in pairs]
    left = _remaining(layout, number, level, u)
    by_need = layout.by_need[number]
    people = []
    for i, (area, provider, municipality) in enumerate(_where(layout, number, count)):
        now = Snapshot(
            state=states[i],
            municipality=municipality,
            level=level[i],
            since_days=float(since[i]) if states[i] != "settled" else 0.0,
            variant=number,
            provider=provider,
            area=area,
            recovery_left=left[i] if by_need else None,
            stage_left=np.inf if by_need else left[i],
            award_share=float(u[Draw.START_AWARD][i]),
        )
        people.append(Person(key=int(keys[i]), who=Who.RESIDENT, now=now))
    return people


def _where(layout: Layout, number: int, count: int) -> list[tuple[int, int, int]]:
    """Return area, provider and municipality of so many residents, spread as the places are."""
    scale, places = layout.variants[number].scale, layout.places(number)
    rooms = [(a, p, n) for p, per_area in enumerate(places) for a, n in enumerate(per_area)]
    total = sum(n for _, _, n in rooms)
    if total >= NO_LIMIT or total == 0:
        weights = [layout.weight_of_area(scale, a) / len(places) for a, _, _ in rooms]
    else:
        weights = [float(n) for _, _, n in rooms]
    numbers = whole_numbers(tuple(count * w / sum(weights) for w in weights))
    return [
        (area, provider, municipality)
        for (area, provider, _), n in zip(rooms, numbers, strict=True)
        for municipality in _homes(layout, scale, area, n)
    ]


def _who_is_ready(start: Start, variant: str, u: npt.NDArray[np.float64]) -> list[str]:
    """Return the state of each resident: those with the lowest draws are ready to leave."""
    ready, moving = start.ready_to_leave.get(variant, 0), start.ready_to_move.get(variant, 0)
    order = np.argsort(u, kind="stable")
    states = np.full(len(u), "settled", dtype=object)
    states[order[:ready]] = "ready"
    states[order[ready : ready + moving]] = "move"
    return [str(state) for state in states]


def _waiting(chance: Chance, layout: Layout) -> list[Person]:
    people: list[Person] = []
    names = [v.name for v in layout.variants]
    lines = sorted(layout.scenario.start.waiting, key=lambda line: _what_it_says(layout, line))
    for index, line in enumerate(lines):
        number = names.index(line.variant)
        keys = identity(Who.WAITING, number, index, 0, np.arange(line.persons))
        u = _uniforms(chance, keys)
        levels = _levels(layout, number, line.level_mix, u[Draw.START_LEVEL])
        since = quantile(line.since_days, u[Draw.START_SINCE])
        homes = _homes(layout, "region", 0, line.persons)
        people += [
            Person(
                key=int(keys[i]),
                who=Who.WAITING,
                now=Snapshot(
                    state="waiting",
                    municipality=homes[i],
                    level=int(levels[i]),
                    since_days=float(since[i]),
                    variant=number,
                    wanted=(number,),
                ),
            )
            for i in range(line.persons)
        ]
    return people


def _what_it_says(layout: Layout, line: Waiting) -> tuple[object, ...]:
    """Return what a line of people says, by lasting numbers, wherever it stands in the file."""
    number = [v.name for v in layout.variants].index(line.variant)
    mix = sorted((layout.level_number(n), share) for n, share in (line.level_mix or {}).items())
    return (number, line.persons, repr(line.since_days), mix)


def _deciding(chance: Chance, layout: Layout) -> list[Person]:
    start = layout.scenario.start
    keys = identity(Who.DECIDING, 0, 0, 0, np.arange(start.deciding))
    u = _uniforms(chance, keys)
    mix = layout.level_mix_of_demand()
    levels = np.searchsorted(np.cumsum(mix)[:-1], u[Draw.START_LEVEL], side="right")
    since = quantile(start.deciding_since_days, u[Draw.START_SINCE])
    homes = _homes(layout, "region", 0, start.deciding)
    return [
        Person(
            key=int(keys[i]),
            who=Who.DECIDING,
            now=Snapshot(
                state="deciding",
                municipality=homes[i],
                level=int(levels[i]),
                since_days=float(since[i]),
            ),
        )
        for i in range(start.deciding)
    ]


def _aftercare(chance: Chance, layout: Layout) -> list[Person]:
    count, aftercare = layout.scenario.start.aftercare, layout.scenario.leaving.aftercare
    if not count or aftercare is None:
        return []
    keys = identity(Who.AFTERCARE, 0, 0, 0, np.arange(count))
    u = _uniforms(chance, keys)
    left = length_biased(aftercare.days, u[Draw.START_LENGTH]) * u[Draw.START_ELAPSED]
    homes = _homes(layout, "region", 0, count)
    level = layout.level_number(aftercare.level)
    return [
        Person(
            key=int(keys[i]),
            who=Who.AFTERCARE,
            now=Snapshot(
                state="aftercare",
                municipality=homes[i],
                level=level,
                since_days=0.0,
                stage_left=float(left[i]),
            ),
        )
        for i in range(count)
    ]


_START = (
    Draw.START_LEVEL,
    Draw.START_LENGTH,
    Draw.START_ELAPSED,
    Draw.START_SINCE,
    Draw.START_READY,
    Draw.START_AWARD,
)


def _uniforms(chance: Chance, keys: npt.NDArray[np.int64]) -> dict[Draw, npt.NDArray[np.float64]]:
    return dict(zip(_START, chance.firsts(_START, keys), strict=True))


def _homes(layout: Layout, scale: str, area: int, count: int) -> list[int]:
    """Spread people over the municipalities of an area by demand; whole numbers, fixed."""
    inside = layout.municipalities_in(scale, area)
    weights = layout.weights_of(inside)
    counts = whole_numbers(tuple(count * weights / weights.sum()))
    return [m for m, n in zip(inside, counts, strict=True) for _ in range(n)]


def _levels(
    layout: Layout, number: int, mix: dict[str, float] | None, u: npt.NDArray[np.float64]
) -> npt.NDArray[np.int64]:
    lightest, heaviest = layout.range_of(number)
    if mix is None:
        shares = np.full(heaviest - lightest + 1, 1 / (heaviest - lightest + 1))
        return lightest + np.searchsorted(np.cumsum(shares)[:-1], u, side="right")
    numbers = sorted((layout.level_number(name), share) for name, share in mix.items())
    edges = np.cumsum([share for _, share in numbers])[:-1]
    return np.array([n for n, _ in numbers])[np.searchsorted(edges, u, side="right")]


def _level_in_state(layout: Layout, number: int, level: int, state: str) -> int:
    """Someone who is ready to leave is at the ready level; a mover just below the variant."""
    if state == "ready":
        return layout.ready_level
    return layout.range_of(number)[0] - 1 if state == "move" else level


def _remaining(
    layout: Layout, number: int, level: list[int], u: dict[Draw, npt.NDArray[np.float64]]
) -> list[float]:
    """Return what is left of each resident's stay, or of the time to recovery at their level."""
    stay, whose = layout.variants[number].stay_days, np.array(level, dtype=np.int64)
    left = np.full(len(level), np.inf)
    for one in np.unique(whose).tolist():
        recovery = layout.levels[one].recovery_days if layout.levels else None
        duration = recovery if stay is None else stay
        if duration is not None:
            mine = whose == one
            whole = length_biased(duration, u[Draw.START_LENGTH][mine])
            left[mine] = whole * u[Draw.START_ELAPSED][mine]
    return left.tolist()
