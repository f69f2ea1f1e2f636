"""Preferred providers and preference waiters, and refusal by a provider after its own intake."""

from __future__ import annotations

from datetime import date

import pytest

import flowsim
from flowsim.cohort.drawn import Draw
from flowsim.scenario import parse
from tests.worlds import Raw, home, levels, lines, people, run, stay, story, world

TWO = {"noord": 1, "zuid": 1}
TOLD = "AWARDED REFUSED REFUSAL_OVER REQUESTED PLACED GONE"


def line(providers: Raw, days: float = 10.0, name: str = "home", **more) -> Raw:
    """Write a variant of a line with two providers; of equal ones the first named goes first."""
    block = stay(name, 0, days, providers=providers, **more)
    del block["places"]
    return block


def prefers(name: str, *days: float, profile: str = "picky", **more) -> Raw:
    return people(*days, profile=profile, preferred_provider={name: 1.0}, **more)


# ---------------------------------------------------------------- a preferred provider
def test_the_preferred_provider_goes_first_within_a_variant():
    raw = world(prefers("zuid", 0), variant=[line(TWO)], days=5)
    assert story(raw, of=TOLD) == lines("""
        0 0 AWARDED NEW home/zuid | home/noord
        0 0 PLACED home/zuid
    """)


def test_who_is_offered_another_provider_refuses_and_waits_for_the_preferred_one():
    raw = world(
        people(0, profile="easy", preferred_provider={"zuid": 1.0}),
        prefers("zuid", 1),
        variant=[line(TWO)],
        days=30,
    )
    assert story(raw, without="NOTIFIED") == lines("""
         0 0 AWARDED   NEW home/zuid | home/noord
         0 0 PLACED    home/zuid
         1 1 AWARDED   NEW home/zuid | home/noord
         1 1 REFUSED   home/noord by CLIENT
         1 1 REQUESTED NEW home/zuid
         1 home/zuid POOL 0
        10 0 GONE      DONE
        10 1 PLACED    home/zuid
        20 1 GONE      DONE
    """)


def test_what_one_refuses_another_takes_in_the_same_instant():
    # Day 20: the other provider opens a place. Client 1 has the smaller key, and refuses.
    raw = world(
        people(0, profile="early", preferred_provider={"zuid": 1.0}),
        prefers("zuid", 1),
        people(2, profile="late"),
        variant=[line({"noord": 0, "zuid": 1}, 30.0)],
        days=50,
    )
    raw["change"] = [
        {"date": date(2026, 1, 21), "reason": "A place in the north",
         "set": {"variant.home.providers.noord": 1}},
    ]  # fmt: skip
    assert story(raw, of="REFUSED PLACED") == lines("""
         0 0 PLACED  home/zuid
        20 1 REFUSED home/noord by CLIENT
        20 2 PLACED  home/noord
        30 1 PLACED  home/zuid
    """)


def test_a_variant_without_the_preferred_provider_is_taken():
    raw = world(
        prefers("zuid", 0),
        variant=[line({"noord": 1}, name="a"), line(TWO, name="b")],
        placement={"order": ["a", "b"]},
        days=5,
    )
    assert story(raw, of=TOLD) == lines("""
        0 0 AWARDED NEW a/noord | b/zuid | b/noord
        0 0 PLACED a/noord
    """)


def test_places_of_the_preferred_provider_beyond_what_the_client_accepts_do_not_count():
    areas = {"region": "all", "r": {"near": 2000, "far": 1000}}
    raw = world(
        prefers("zuid", 0, municipality="near"),
        areas=areas,
        variant=[line({"noord": {"near": 1}, "zuid": {"far": 1}}, scale="municipality")],
        days=5,
    )
    assert story(raw, of="REFUSED PLACED") == ["0 0 PLACED home/noord@near"]


def test_a_wish_ends_when_the_preferred_provider_has_no_places_any_more():
    raw = world(
        prefers("zuid", 0, 1),
        variant=[line(TWO, 40.0)],
        change=[{"date": date(2026, 1, 21), "reason": "The south stops",
                 "set": {"variant.home.providers.zuid": 0}}],
        days=50,
    )  # fmt: skip
    assert story(raw, of=TOLD) == lines("""
         0 0 AWARDED   NEW home/zuid | home/noord
         0 0 PLACED    home/zuid
         1 1 AWARDED   NEW home/zuid | home/noord
         1 1 REFUSED   home/noord by CLIENT
         1 1 REQUESTED NEW home/zuid
        20 1 REFUSAL_OVER by CLIENT, 0 left
        20 1 REQUESTED NEW home/zuid | home/noord
        20 1 PLACED    home/noord
        40 0 GONE      DONE
    """)


def test_a_preference_is_drawn_once_in_these_shares():
    raw = world(
        people(*range(400), preferred_provider={"noord": 0.2, "zuid": 0.3}),
        variant=[line({"zuid": 1, "noord": 1})],
        days=500,
    )
    cohort = flowsim.sample(parse(raw))
    names = parse(raw).order["provider"]
    share = {name: cohort.provider.count(i) / 400 for i, name in enumerate(names)}
    assert names == ("zuid", "noord")
    assert share["noord"] == pytest.approx(0.2, abs=0.06)
    assert share["zuid"] == pytest.approx(0.3, abs=0.07)


def test_in_strict_order_a_preference_waiter_bars_only_the_preferred_provider():
    raw = world(
        people(0, profile="early"),
        prefers("zuid", 1, 2),
        people(3, profile="late"),
        variant=[line(TWO, 20.0)],
        placement={"passing": False},
        days=10,
    )
    raw["demand"][0]["preferred_provider"] = {"zuid": 1.0}
    assert story(raw, of="REFUSED PLACED") == lines("""
        0 0 PLACED  home/zuid
        1 1 REFUSED home/noord by CLIENT
        2 2 REFUSED home/noord by CLIENT
        3 3 PLACED  home/noord
    """)


# ---------------------------------------------------------------- refusal after an intake
def refusing(raw: Raw, client: int, occurrence: int) -> float:
    """Return a share for which just this draw of this client decides one way or the other."""
    draws = flowsim.sample(parse(raw)).draws
    low, high = 0.0, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        column = draws.choices(Draw.INTAKE, (middle, 1 - middle))
        refused = column.at(client, occurrence) == 1
        low, high = (middle, high) if refused else (low, middle)
    return low


def test_a_provider_that_refuses_is_left_out_and_the_next_option_is_taken_at_once():
    raw = world(
        people(0),
        variant=[
            line({"noord": 1}, name="a", accepts=0.0),
            line({"noord": 1}, name="b"),
        ],
        placement={"order": ["a", "b"]},
        days=5,
    )
    assert story(raw, of=TOLD) == lines("""
        0 0 AWARDED NEW a/noord | b/noord
        0 0 REFUSED a/noord by PROVIDER
        0 0 REQUESTED NEW b/noord
        0 0 PLACED b/noord
    """)


def test_a_provider_may_be_asked_again_and_decides_anew():
    raw = world(people(0), variant=[stay("home", 1, 10, intake_again_days=20.0)], days=60)
    raw["variant"][0]["accepts"] = 0.0
    assert story(raw, of=TOLD) == lines("""
         0 0 AWARDED   NEW home
         0 0 REFUSED   home by PROVIDER
         0 0 REQUESTED NEW -
        20 0 REFUSAL_OVER by PROVIDER, 0 left
        20 0 REQUESTED NEW home
        20 0 REFUSED   home by PROVIDER
        20 0 REQUESTED NEW -
        40 0 REFUSAL_OVER by PROVIDER, 0 left
        40 0 REQUESTED NEW home
        40 0 REFUSED   home by PROVIDER
        40 0 REQUESTED NEW -
    """)


def test_each_intake_is_a_draw_of_its_own():
    raw = world(people(0), variant=[stay("home", 1, 10, intake_again_days=20.0)], days=500)
    edges = [refusing(raw, 0, k) for k in range(8)]
    share = min(edges[1:]) + 1e-6  # taken when the draw is below the share
    taken = next(k for k in range(8) if edges[k] < share)
    assert taken > 0
    raw["variant"][0]["accepts"] = share
    assert story(raw, of="PLACED") == [f"{20 * taken} 0 PLACED home"]
    assert len(story(raw, of="REFUSED")) == taken


def test_who_is_taken_depends_on_the_level():
    raw = world(
        people(1, level="L1", profile="hard"),
        people(2, level="L2", profile="plain"),
        level=levels(0, 1, 2),
        variant=[home("bw", 1, "L1", "L2", accepts={"L1": 0.0, "L2": 1.0})],
        leaving={"ready_at": "L0"},
        days=60,
    )
    assert story(raw, of="REFUSED PLACED") == lines("""
        1 0 REFUSED bw by PROVIDER
        2 1 PLACED  bw
    """)


def test_a_duty_to_accept_switches_refusals_off():
    raw = world(people(0), variant=[stay("home", 1, 10, accepts=0.0)], days=5)
    raw["variant"][0]["contract"] = {"form": "hourly", "eur": 1.0, "duty_to_accept": True}
    assert story(raw, of="REFUSED PLACED") == ["0 0 PLACED home"]


def test_a_mover_is_not_refused():
    raw = world(
        people(0),
        variant=[stay("a", 1, 10, next={"b": 1.0}), stay("b", 1, 10, accepts=0.0)],
        placement={"order": ["a"]},
        days=15,
    )
    assert story(raw, of="REFUSED PLACED") == lines("""
         0 0 PLACED a
        10 0 PLACED b
    """)


def test_who_is_refused_by_the_preferred_provider_takes_another():
    raw = world(
        prefers("zuid", 0),
        variant=[line({"noord": 1, "zuid": 1}, 5.0, name="a"), line({"noord": 1}, 5.0, name="b")],
        placement={"order": ["a", "b"]},
        days=20,
    )
    raw["variant"][0]["accepts"] = 0.0
    assert story(raw, of="AWARDED REFUSED REQUESTED PLACED") == lines("""
        0 0 AWARDED   NEW a/zuid | a/noord | b/noord
        0 0 REFUSED   a/zuid by PROVIDER
        0 0 REQUESTED NEW a/noord | b/noord
        0 0 REFUSED   a/noord by PROVIDER
        0 0 REQUESTED NEW b/noord
        0 0 PLACED    b/noord
    """)


def test_a_preference_waiter_who_is_refused_waits_on_without_options():
    raw = world(
        people(0, profile="early", preferred_provider={"zuid": 1.0}),
        prefers("zuid", 1),
        variant=[line(TWO, 10.0, intake_again_days=30.0)],
        days=45,
    )
    raw["change"] = [
        {"date": date(2026, 1, 6), "reason": "Refuse", "set": {"variant.home.accepts": 0.0}},
        {"date": date(2026, 1, 21), "reason": "Accept", "set": {"variant.home.accepts": 1.0}},
    ]
    assert story(raw, of=TOLD) == lines("""
         0 0 AWARDED   NEW home/zuid | home/noord
         0 0 PLACED    home/zuid
         1 1 AWARDED   NEW home/zuid | home/noord
         1 1 REFUSED   home/noord by CLIENT
         1 1 REQUESTED NEW home/zuid
        10 0 GONE      DONE
        10 1 REFUSED   home/zuid by PROVIDER
        10 1 REQUESTED NEW -
        40 1 REFUSAL_OVER by PROVIDER, 0 left
        40 1 REQUESTED NEW home/zuid
        40 1 PLACED    home/zuid
    """)


def test_who_does_not_wait_gives_up_when_refused():
    raw = world(people(0, patience_days=0.0), variant=[stay("home", 1, 5, accepts=0.0)], days=5)
    assert story(raw, of="REFUSED PLACED GONE") == lines("""
        0 0 REFUSED home by PROVIDER
        0 0 GONE GAVE_UP
    """)


def test_refusals_start_and_stop_on_a_date():
    raw = world(people(0, 30, 60), variant=[stay("home", 3, 500)], days=90)
    raw["change"] = [
        {"date": date(2026, 1, 21), "reason": "Refuse", "set": {"variant.home.accepts": 0.0}},
        {"date": date(2026, 2, 20), "reason": "Duty", "set": {"variant.home.accepts": 1.0}},
    ]
    assert story(raw, of="REFUSED PLACED") == lines("""
         0 0 PLACED home
        30 1 REFUSED home by PROVIDER
        60 2 PLACED home
    """)


# ---------------------------------------------------------------- off
def test_shares_that_refuse_nobody_leave_the_ledger_byte_for_byte():
    def digest(**more):
        raw = world(people(*range(0, 200, 3)), variant=[line({"noord": 2, "zuid": 1}, 25.0)])
        raw["variant"][0] |= more
        return run(raw).digest()

    assert digest(accepts=1.0 - 1e-15) == digest()
