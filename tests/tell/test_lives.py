"""A client's life in words: every event, every wait, how long and on what."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.errors import Said
from flowsim.ledger import EventKind, How, Reason, RefusedBy, RequestKind, State
from flowsim.metrics import Reading
from flowsim.report.wording import wording
from flowsim.tell import headline, life_of, plain_name, waits_of_client
from flowsim.tell.sentences import Row, sentences
from flowsim.tell.waits import BEFORE
from flowsim.tell.words import Words, lasting
from tests.handmade import four, scenario_of
from tests.worlds import home, levels, lines, people, read, shelf, stay, story, world

NL, EN = wording("nl"), wording("en")
FOUR = Reading(four(), scenario_of())
AT_THE_DESK = {
    EventKind.ASSESSING, EventKind.PAPERWORK, EventKind.REVIEW_REQUESTED, EventKind.REVIEW_STARTED,
}  # fmt: skip
"""Told with the decision that they end in."""


def told(run: Reading, client: int, say=EN) -> list[str]:
    return [
        f"{moment.day:g} " + " ".join(f"{say.said(one)}." for one in moment.said)
        for moment in life_of(run, client)
    ]


# ---------------------------------------------------------------- four people, by hand
def test_a_whole_way_through_the_chain_is_told_with_every_wait_and_its_causes():
    assert headline(FOUR, 0) == "Client 0, home, a"
    assert told(FOUR, 0) == [
        "10 Asks for support at toegang. Needs: heavy.",
        "20 Gets an award, after 10 days of waiting (5 days: paperwork; 3 days: assessment under "
        "way; 2 days: no assessor free). What fits: bw.",
        "50 Gets a place: bw, after 4 weeks of waiting (no place free in bw).",
        "80 Recovers: light.",
        "80 Needs another place, and keeps this one until it is there. What fits: bt.",
        "90 Gets 3.3 hours of support a week, less than needed.",
        "130 Moves to bt in b with a dwelling, after 7 weeks of waiting (no dwelling).",
        "200 Is ready to leave. Keeps the place until there is a dwelling.",
        "260 Gets a dwelling in a, after 9 weeks of waiting (no dwelling). Is about to leave.",
        "290 Lives in a home of their own, with aftercare.",
        "400 Aftercare ends.",
    ]


def test_what_is_waited_for_is_shared_out_over_what_is_missing_and_adds_up():
    # 30 days before the start; 45 for a place; 15 for a place and 600 minutes, of which 500.
    (wait,) = waits_of_client(FOUR, 2)
    assert dict(wait.causes) == {
        ("place", ("bw",)): 52.5, (BEFORE, ()): 30.0, ("hours", ("care",)): 7.5
    }  # fmt: skip
    assert told(FOUR, 2) == [
        "-30 Gets an award. Needs: heavy. What fits: bw.",
        "60 Gives up, after 13 weeks of waiting (8 weeks: no place free in bw; 4 weeks: before the "
        "start date; 1 week: no hours free of care).",
    ]
    assert told(FOUR, 2, NL) == [
        "-30 Krijgt een beschikking. Nodig: heavy. Passend: bw.",
        "60 Haakt af, na 13 weken wachten (8 weken: geen plek vrij in bw; 4 weken: vóór de "
        "startdatum; 1 week: geen uren vrij van care).",
    ]


def test_who_dies_and_who_still_waits_when_the_run_ends():
    assert headline(FOUR, 1) == "Client 1, there on the start date, b"
    assert told(FOUR, 1) == ["-100 Lives in bw. Needs: heavy.", "40 Dies."]
    assert told(FOUR, 3) == [
        "300 Asks for support at toegang. Needs: heavy.",
        "730 Here the run ends. Still waits, by now 61 weeks (no assessor free).",
    ]


def test_things_are_called_as_one_asks():
    words = Words(FOUR.ledger, lambda kind, name: {"bw": "Home, sweet"}.get(name, kind))
    assert words.named("place", ["bw", "bw", "bt"]) == "‘Home, sweet’, ‘place’"
    assert words.place(1) == "place in area with a dwelling"


# ---------------------------------------------------------------- worlds of one thing
def test_a_wait_for_another_place_that_turns_into_leaving_is_told_as_such():
    raw = world(
        people(0, level="L2"),
        level=levels(0, 0, 0, L2={"recovery_days": 10.0}, L1={"recovery_days": 20.0}),
        variant=[home("bw", 1, "L2", "L2"), home("bt", 0, "L1", "L1")],
        leaving={"ready_at": "L0", "dwellings": "shelf"},
        dwellings=[shelf()],
        days=40,
    )  # fmt: skip
    assert told(read(raw), 0)[2:] == [
        "0 Gets a place: bw.",
        "10 Recovers: L1.",
        "10 Needs another place, and keeps this one until it is there. Nothing fits now.",
        "30 Recovers: L0.",
        "30 Needs no other place any more, after 20 days of waiting (no place free). "
        "Is ready to leave. Keeps the place until there is a dwelling.",
        "40 Here the run ends. Still waits, by now 10 days (no dwelling).",
    ]


def test_support_that_follows_at_once_is_told_once():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 2, L1={"worse_per_year": 9.0}),
        variant=[home("bw", 1, "L1", "L2", team="team")],
        leaving={"ready_at": "L0"},
        hours=3.0,
        days=200,
    )
    run = read(raw)
    assert [one.split()[3:] for one in story(run.ledger, of="SUPPORT")] == [
        ["60", "under"],
        ["120", "adequate"],
    ]
    assert [one.split(" ", 1)[1] for one in told(run, 0)[3:-1]] == [
        "Gets worse: L2.",
        "Gets 2 hours of support a week.",
    ]


def test_who_comes_again_after_giving_up_asks_again():
    again = {"after": ["gave_up"], "share": 1.0, "days": 5}
    raw = world(
        people(0, patience_days=10, again=again), variant=[stay("home", 0, 9)], days=20
    )  # fmt: skip
    assert told(read(raw), 0)[2:] == [
        "10 Gives up, after 10 days of waiting (no place free).",
        "15 Asks for support again.",
        "15 Gets an award. Nothing fits now.",
        "20 Here the run ends. Still waits, by now 5 days (no place free).",
    ]


def test_a_dwelling_found_alone_ends_the_wait_to_leave():
    raw = world(
        people(0, level="L2"),
        level=levels(0, 0, 0, L2={"recovery_days": 20.0}),
        variant=[home("bw", 1, "L2", "L2")],
        leaving={"ready_at": "L1", "dwellings": "shelf", "transition_days": 7,
                 "urgency": {"share": 1.0, "lead_days": 30}},
        dwellings=[shelf()],
        days=90,
    )  # fmt: skip
    assert told(read(raw), 0)[4:] == [
        "20 Is ready to leave. Keeps the place until there is a dwelling.",
        "50 Gets a dwelling by urgency.",
        "50 Is about to leave, after 4 weeks of waiting (no dwelling).",
        "57 Leaves support, for a home of their own.",
    ]


def test_options_are_told_anew_where_they_are_others_and_not_where_only_hours_are():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1, 1),
        leaving={"ready_at": "L0"},
        variant=[home("a", 1, "L1", "L1", team="team"), home("b", 1, "L1", "L2", team="team")],
        start={"residents": {"a": 1, "b": 1}, "level_mix": {"a": {"L1": 1.0}, "b": {"L1": 1.0}}},
        placement={"order": ["a", "b"], "widen_after_days": 14},
        hours=2.0,
        change=[
            {"date": date(2026, 1, 11), "reason": "a test", "set": {"level.L1.hours_per_week": 2}},
            {"date": date(2026, 1, 26), "reason": "a test", "set": {"variant.a.places": 2}},
        ],
        days=28,
    )
    assert story(raw, of="REQUESTED") == lines("""
        10 2 REQUESTED NEW a+team:120
        14 2 REQUESTED NEW a+team:120 | b+team:120
    """)
    assert told(read(raw), 2)[1:] == [
        "0 Gets an award. What fits: a.",
        "14 What fits is now: a, b.",
        "28 Here the run ends. Still waits, by now 4 weeks (2 weeks: no hours free of team; "
        "1 week: no place free in a; 1 week: no place free in a, b).",
    ]


def test_who_counts_for_another_area_is_told_which_also_where_only_the_team_splits():
    raw = world(
        people(0, level="L1"),
        level=levels(0, 1),
        areas={"north": {"a": 100}, "south": {"b": 100}},
        leaving={"ready_at": "L0"},
        variant=[home("bt", "unlimited", "L1", "L1", team="team", tenancy="own")],
        hours=10.0,
        change=[{"date": date(2026, 1, 11), "reason": "a test",
                 "set": {"team.team.scale": "subregion"}}],
        days=28,
    )  # fmt: skip
    assert "10 Counts from now on for bt in north." in told(read(raw), 0)


def test_a_client_who_does_not_occur_has_no_life():
    raw = world(people(0, 50), variant=[stay("home", 1, 10)], days=20)
    assert told(read(raw), 0)[-1] == "10 Is done, and leaves."
    run = read(raw)
    assert all(life_of(run, c) == () for c in range(1, len(run.ledger.clients.key)))


def test_refusals_are_told_with_who_refused():
    raw = world(
        people(0, preferred_provider={"x": 1.0}, profile="p"),
        people(0, profile="q"),
        variant=[stay("home", 0, 10, **{"providers": {"x": 1, "y": 1}})],
        days=15,
    )  # fmt: skip
    del raw["variant"][0]["places"]
    both = [told(read(raw), client) for client in (0, 1)]
    assert ["0 Gets a place: home of x." in one for one in both].count(True) == 1


# ---------------------------------------------------------------- every kind, every reason
REASONS_OF = {
    EventKind.NOTIFIED: (RequestKind.NEW, RequestKind.RETURN),
    EventKind.NOT_AWARDED: (Reason.GENERAL, Reason.REJECTED, Reason.REFER),
    EventKind.REQUESTED: tuple(RequestKind),
    EventKind.WITHDRAWN: (RequestKind.MOVE, RequestKind.LEAVE, RequestKind.FLIP),
    EventKind.PLACED: tuple(How),
    EventKind.HOUSED: (How.TURN, How.FLIP),
    EventKind.GONE: tuple(Reason),
    EventKind.REFUSED: tuple(RefusedBy),
    EventKind.REFUSAL_OVER: tuple(RefusedBy),
    EventKind.LEVEL: (0, 1),
    EventKind.SUPPORT: (0, 1),
    EventKind.FOUND_ALONE: (0, 1),
    EventKind.MISJUDGED: (-1, 1),
}


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind < EventKind.POOL])
def test_every_kind_of_event_is_told_in_words_of_its_own(kind):
    words = Words(FOUR.ledger, plain_name)
    heard = set()
    for why in REASONS_OF.get(kind, (0,)):
        row = Row(kind=kind, ref=0, why=int(why), level=0, before=State.SETTLED, asks=-1, fitted=-1)
        said = sentences(words, row)
        assert bool(said) == (kind not in AT_THE_DESK)
        for one in said:
            assert isinstance(one, Said)
            assert NL.said(one) != EN.said(one) == one
        heard.add(tuple(said))
    assert len(heard) == len(REASONS_OF.get(kind, (0,)))


@pytest.mark.parametrize(
    ("days", "said", "dutch"),
    [
        (0.2, "less than a day", "minder dan een dag"), (1.4, "1 day", "1 dag"),
        (27.6, "28 days", "28 dagen"), (28.0, "4 weeks", "4 weken"), (80.4, "11 weeks", "11 weken"),
    ],
)  # fmt: skip
def test_a_time_is_told_in_days_and_from_four_weeks_on_in_weeks(days, said, dutch):
    assert (EN.said(lasting(days)), NL.said(lasting(days))) == (said, dutch)
