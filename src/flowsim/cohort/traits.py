"""What clients are like: level, dwelling at the door, reach, urgency, preferred provider."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
import numpy.typing as npt

from flowsim.cohort.drawn import Draw, Who
from flowsim.cohort.draws import Draws
from flowsim.cohort.start import Person
from flowsim.layout import Has, Layout


class Traits(TypedDict):
    """Fields of `Cohort` that a person of today may bring along."""

    profile: list[int]
    origin: list[int]
    notified_at: list[int]
    level: list[int]
    has_tenancy: list[bool]
    reach: list[int]
    urgent: list[bool]


def traits_of(
    layouts: list[tuple[float, Layout]],
    was: Layout,
    draws: Draws,
    profile: list[int],
    municipality: list[int],
    days: list[float],
    today: list[Person],
) -> Traits:
    """Draw what clients are like; of people of the start as if nothing were known."""
    now, layout = len(today), layouts[0][1]
    home = [p.now.municipality for p in today] + municipality
    profiles = [-1] * now + profile
    external = [p >= 0 and layout.profiles[p].external for p in profiles]
    level, tenancy = _needs(layouts, was, draws, today, profile, days)
    u_reach = draws.once(Draw.REACH)
    return {
        "profile": profiles,
        "origin": [-1 if out else m for out, m in zip(external, home, strict=True)],
        "notified_at": home,
        "level": level,
        "has_tenancy": tenancy,
        "reach": _reach(was, u_reach[:now], [-1] * now) + _reach(layout, u_reach[now:], profile),
        "urgent": _urgent(layout, draws, profiles),
    }


def let_known_hold(traits: Traits, today: list[Person]) -> None:
    """Let what is known of people of the start hold."""
    for i, person in enumerate(today):
        one = person.now
        traits["profile"][i] = one.profile
        if one.origin is not None and one.notified_at is not None:
            traits["origin"][i], traits["notified_at"][i] = one.origin, one.notified_at
        if one.tenancy is not None:
            traits["has_tenancy"][i] = one.tenancy
        if one.reach is not None:
            traits["reach"][i] = one.reach
        if one.urgent is not None:
            traits["urgent"][i] = one.urgent


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
    u_level, u_tenancy = draws.once(Draw.LEVEL)[now:], draws.once(Draw.TENANCY)[now:]
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
    listed: list[int] = np.where(u < far, 2, np.where(u < near, 1, 0)).tolist()
    return listed


def _by_profile(layout: Layout, profiles: list[int], which: str) -> npt.NDArray[np.float64]:
    shares = [float(getattr(d.accepts_elsewhere, which)) for d in layout.profiles]
    sizes = [max(sum(layout.rate_of(d)), 1e-12) for d in layout.profiles]
    average = float(np.average(shares, weights=sizes)) if shares else 0.0
    return np.array([*shares, average])[np.array(profiles, dtype=np.int64)]


def like(layout: Layout, draws: Draws, profiles: list[int]) -> list[int]:
    """Return whose profile is known as it is; others are drawn by demand, -1 without any."""
    if -1 not in profiles or not layout.profiles:
        return profiles
    sizes = np.array([max(sum(layout.rate_of(d)), 1e-12) for d in layout.profiles])
    edges = np.cumsum(sizes / sizes.sum())[:-1]
    drawn = np.searchsorted(edges, draws.once(Draw.START_PROFILE), side="right").tolist()
    return [a if p < 0 else p for p, a in zip(profiles, drawn, strict=True)]


def _urgent(layout: Layout, draws: Draws, profiles: list[int]) -> list[bool]:
    shares = np.array([*(d.urgent for d in layout.profiles), 0.0])
    urgent = draws.once(Draw.URGENT) < shares[np.array(profiles, dtype=np.int64)]
    listed: list[bool] = urgent.tolist()
    return listed


def preferred_by(
    layouts: list[tuple[float, Layout]],
    draws: Draws,
    profiles: list[int],
    days: list[float],
    today: list[Person],
) -> list[int]:
    """Return who prefers which provider, by what holds on the day they come.

    People of the start prefer what is known of them, or what their profile or, without one, the
    profiles on average prefer.
    """
    drawn = _drawn_preference(layouts, draws, profiles, days)
    known = [person.now.prefers for person in today] + [None] * (len(drawn) - len(today))
    return [a if one is None else one for one, a in zip(known, drawn, strict=True)]


def _drawn_preference(
    layouts: list[tuple[float, Layout]], draws: Draws, profiles: list[int], days: list[float]
) -> list[int]:
    if not Has(*(later.scenario for _, later in layouts)).preferences:
        return [-1] * len(profiles)
    u, whose = draws.once(Draw.PREFERRED), np.array(profiles, dtype=np.int64)
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
