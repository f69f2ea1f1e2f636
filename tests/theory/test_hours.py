"""Hours of a team as a limit, with unequal needs: loss (Kaufman and Roberts), passing, order."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.ledger import EventKind, State
from tests.theory import formulas
from tests.theory.laws import run, sampled
from tests.theory.measure import (
    area_of,
    assert_agrees,
    first_day,
    mean_by_piece,
    profile_of,
    spans,
    time_average,
)
from tests.worlds import OUT, clients, copies

AREAS = 25
WARM, DAYS = 150.0, 2000.0


def team(hours):
    return {"name": "team", "scale": "municipality", "hours_per_week": {"each": hours}}


def variant(name, stay, level=None):
    block = {"name": name, "team": "team", "stay_days": stay, "next": OUT}
    return block if level is None else block | {"serves": [level, level]}


def levels(**hours):
    return [{"name": name, "hours_per_week": number} for name, number in hours.items()]


def people(name, rate, level, **more):
    return clients(rate, name, level_mix={level: 1.0}, **more)


def test_a_team_loses_the_share_of_each_need_that_kaufman_and_roberts_say():
    """Three needs and three laws of the stay: only the means count."""
    needs, rates = (2, 5, 10), (1.0, 0.4, 0.15)
    stays = ({"lognormal": 4.0, "cv": 1.2}, {"constant": 6.0}, {"exponential": 5.0})
    names = ("light", "middle", "heavy")
    loads = [rate * mean for rate, mean in zip(rates, (4.0, 6.0, 5.0), strict=True)]
    scenario = copies(
        DAYS,
        areas=AREAS,
        level=levels(**{name: float(need) for name, need in zip(names, needs, strict=True)}),
        demand=[
            people(name, rate, name, patience_days=0)
            for name, rate in zip(names, rates, strict=True)
        ],
        variant=[variant(name, stay, name) for name, stay in zip(names, stays, strict=True)],
        team=[team(30.0)],
    )
    ledger = run(scenario)
    waits = spans(ledger).of(State.WAITING).begun(WARM, DAYS)
    theory = formulas.share_lost_hours(30, needs, loads)
    for name, share in zip(names, theory, strict=True):
        mine = waits.where(profile_of(ledger, waits) == name)
        lost = mean_by_piece(mine.gave_up * 1.0, area_of(ledger, mine), AREAS)
        assert_agrees(lost, share, within=0.12)
    assert theory == sorted(theory)


def test_half_a_need_too_little_is_a_whole_client_less():
    """7.9 hours serve three people of two hours, never four: whole minutes, nobody in part."""
    block = {
        "name": "team",
        "scale": "municipality",
        "fte": {"each": 0.5},
        "client_hours": 19.75,
        "vacancy": 0.2,
    }
    scenario = copies(
        DAYS,
        areas=AREAS,
        level=levels(a=2.0),
        demand=[people("all", 0.7, "a", patience_days=0)],
        variant=[variant("home", {"exponential": 4.0})],
        team=[block],
    )
    ledger = run(scenario)
    assert {pool.capacity for pool in ledger.pools if pool.kind == "team"} == {474}
    waits = spans(ledger).of(State.WAITING).begun(WARM, DAYS)
    lost = mean_by_piece(waits.gave_up * 1.0, area_of(ledger, waits), AREAS)
    assert_agrees(lost, formulas.erlang_b(3, 2.8), within=0.06)


# ---------------------------------------------------------------- passing or not
RATES, NEEDS, HOURS, STAY, PATIENCE, LONGEST = (0.3, 0.2), (1, 2), 3, 4.0, 3.0, 8


def order_chain(passing):
    """Exact chain of the line itself: (in place by need, needs of those who wait, in order)."""

    def settle(busy, line):
        busy, line = list(busy), list(line)
        at = 0
        while at < len(line):
            used = busy[0] * NEEDS[0] + busy[1] * NEEDS[1]
            if used + NEEDS[line[at]] <= HOURS:
                busy[line.pop(at)] += 1
            elif passing:
                at += 1
            else:
                break
        return tuple(busy), tuple(line)

    def moves(state):
        busy, line = state
        for kind, rate in enumerate(RATES):
            if len(line) < LONGEST:
                yield rate, settle(busy, (*line, kind))
        for kind in (0, 1):
            if busy[kind]:
                left = tuple(n - (i == kind) for i, n in enumerate(busy))
                yield busy[kind] / STAY, settle(left, line)
        for at in range(len(line)):
            yield 1 / PATIENCE, settle(busy, line[:at] + line[at + 1 :])

    return formulas.stationary(((0, 0), ()), moves)


def order_world(passing, days=DAYS):
    return copies(
        days,
        areas=AREAS,
        level=levels(one=1.0, two=2.0),
        demand=[
            people(name, rate, name, patience_days={"exponential": PATIENCE})
            for name, rate in zip(("one", "two"), RATES, strict=True)
        ],
        variant=[variant("home", {"exponential": STAY}) | {"scale": "municipality"}],
        team=[team(float(HOURS))],
        placement={"passing": passing},
    )


@pytest.mark.parametrize("passing", [True, False], ids=["passing", "strict"])
def test_unequal_needs_wait_in_line_as_the_chain_of_the_line_says(passing):
    ledger = run(order_world(passing))
    chain = order_chain(passing)
    assert sum(p for (_, line), p in chain.items() if len(line) == LONGEST) < 1e-4
    waits = spans(ledger).of(State.WAITING)
    for kind, name in enumerate(("one", "two")):
        mine = waits.where(profile_of(ledger, waits) == name)
        theory = formulas.mean(chain, lambda state, kind=kind: state[1].count(kind))
        number = time_average(mine, area_of(ledger, mine), AREAS, WARM, DAYS)
        assert_agrees(number, theory, within=0.15)
    home = spans(ledger).of(State.SETTLED)
    for kind, name in enumerate(("one", "two")):
        mine = home.where(profile_of(ledger, home) == name)
        theory = formulas.mean(chain, lambda state, kind=kind: state[0][kind])
        number = time_average(mine, area_of(ledger, mine), AREAS, WARM, DAYS)
        assert_agrees(number, theory, within=0.06)


def overtaken(cohort, ledger):
    """Count placements while someone who asked earlier still waits."""
    placed = first_day(ledger, EventKind.PLACED)
    gone = first_day(ledger, EventKind.GONE)
    waits_until = np.where(np.isnan(placed), np.where(np.isnan(gone), np.inf, gone), placed)
    count = 0
    for area in range(AREAS):
        mine = np.array(cohort.notified_at) == area
        until, when = waits_until[mine], placed[mine]
        longest = np.maximum.accumulate(np.append(-1.0, until[:-1]))
        count += int((when < longest - 1e-12).sum())
    return count


def test_in_strict_order_nobody_is_overtaken_and_with_passing_some_are():
    counts = [overtaken(*sampled(order_world(p, days=300))) for p in (False, True)]
    assert counts[0] == 0
    assert counts[1] > 100
