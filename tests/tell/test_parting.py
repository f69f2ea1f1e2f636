"""One event in words: of a client by number, of a pool by name; and every kind in a few words."""

from __future__ import annotations

from datetime import date

import pytest

from flowsim.ledger import EventKind
from flowsim.report.wording import wording
from flowsim.tell import event_told, kind_told
from tests.worlds import desk, home, levels, people, read, shelf, stay, world

FOLLOWS = (EventKind.POOL, EventKind.LOCKED)


def told(raw):
    """Every row but those that follow from one, as it is said."""
    run = read(raw)
    kinds = run.ledger.rows["kind"].tolist()
    return [str(event_told(run, row)) for row, kind in enumerate(kinds) if kind not in FOLLOWS]


def test_events_of_clients_are_told_as_in_their_lives_with_steps_at_the_desk():
    raw = world(people(0, 4), variant=[stay("v", 1, 9.0)], desk=[desk(1, 2.0, paperwork_days=1.0)],
                days=14.0)  # fmt: skip
    assert told(raw) == [
        "Client 0: Asks for support at desk",
        "Client 0: The assessment begins",
        "Client 0: The assessment is done, paperwork begins",
        "Client 0: Gets an award. What fits: v",
        "Client 0: Gets a place: v",
        "Client 1: Asks for support at desk",
        "Client 1: The assessment begins",
        "Client 1: The assessment is done, paperwork begins",
        "Client 1: Gets an award. What fits: v",
        "Client 0: Is done, and leaves",
        "Client 1: Gets a place: v",
    ]


def test_what_changes_of_a_pool_is_told_with_its_name():
    change = {"date": date(2026, 1, 6), "reason": "r", "set": {
        "variant.v.places": 4, "team.team.hours_per_week": 7.5, "desk.desk.assessors": 3,
    }}  # fmt: skip
    raw = world(people(0), variant=[stay("v", 2, 3.0)], desk=[desk(1, 1.0)], days=9.0, hours=10,
                change=[change])  # fmt: skip
    assert [one for one in told(raw) if "from now on" in one] == [
        "Places in v from now on: 4",
        "Hours a week of team from now on: 7.5",
        "Assessors of desk from now on: 3",
    ]


def test_dwellings_come_free_and_lapse_where_they_are():
    areas = {"z": {"assen": 10, "meppel": 10}}
    stream = shelf(5.0, scale="municipality", hold_days=1.0)
    raw = world(people(0), variant=[stay("v", 1, 3.0)], days=8.0, dwellings=[stream], areas=areas)
    assert [one for one in told(raw) if not one.startswith("Client")] == [
        "Comes free: a dwelling in assen",
        "Comes free: a dwelling in meppel",
        "Lapses, because nobody took it in time: a dwelling in assen",
        "Lapses, because nobody took it in time: a dwelling in meppel",
    ]


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind not in FOLLOWS])
def test_every_kind_of_event_has_a_few_words_in_either_language(kind):
    said = kind_told(kind.name.lower())
    assert wording("nl").said(said) != wording("en").said(said) == str(said)


def test_every_event_of_a_rich_world_is_told():
    raw = world(
        people(0, 0, 1, 2, level="L2"), days=300.0, hours=30,
        level=levels(0, 2, 4, L2={"recovery_days": 60.0}, L1={"recovery_days": 30.0}),
        leaving={"ready_at": "L0", "dwellings": "shelf", "aftercare": {"days": 50, "level": "L0"}},
        variant=[home("v", 2, "L1", "L2", team="team")], dwellings=[shelf(40.0)],
        desk=[desk(1, 3.0)],
    )  # fmt: skip
    lines = told(raw)
    assert len(lines) > 40
    assert all(line and "{" not in line for line in lines)
    assert any("Gets a dwelling" in line for line in lines)
