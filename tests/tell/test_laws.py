"""Laws of the teller, for every client of busy regions; and which few are told."""

from __future__ import annotations

import re

import numpy as np
import pytest

from flowsim.metrics import CAUSES, ENDINGS, KINDS, Reading
from flowsim.tell import a_few, life_of, waits_of_client
from tests.handmade import four, scenario_of
from tests.regions import WORLDS, run
from tests.worlds import desk, people, read, stay, world

FOUR = Reading(four(), scenario_of())


# ---------------------------------------------------------------- laws
@pytest.fixture(scope="module", params=WORLDS)
def reading(request) -> Reading:
    return Reading(*run(0, world=request.param))


def test_every_wait_is_told_once_and_days_only_ascend(reading):
    for client in range(0, len(reading.ledger.clients.key), 3):
        life, waits = life_of(reading, client), waits_of_client(reading, client)
        days = [moment.day for moment in life]
        assert days == sorted(days) or days[0] < 0
        text = " ".join(one for moment in life for one in moment.said)
        ended = sum(wait.over for wait in waits)
        assert text.count("of waiting (") == ended, text
        assert text.count("Still waits, by now") == len(waits) - ended, text


WHOLE = re.compile(
    r"(?:after|by now) (\d+) (?:weeks|days)(?: of waiting)? \((\d+ (?:week|day).*)\)$"
)


def test_what_is_told_of_the_causes_adds_up_to_the_wait(reading):
    seen = 0
    for client in range(0, len(reading.ledger.clients.key), 3):
        for wait in waits_of_client(reading, client):
            assert sum(days for _, days in wait.causes) == pytest.approx(wait.days)
        for one in (one for moment in life_of(reading, client) for one in moment.said):
            for whole, parts in WHOLE.findall(one):
                each = [int(n) for n in re.findall(r"(?:^|; )(\d+) (?:week|day)", parts)]
                assert sum(each) == int(whole), one
                seen += 1
    assert seen > 20


def test_causes_are_those_that_the_measures_count(reading):
    """Of clients all of whose waits lie inside the window."""
    split: dict[str, float] = dict.fromkeys(CAUSES, 0.0)
    mine = []
    for client in range(len(reading.ledger.clients.key)):
        waits = waits_of_client(reading, client)
        if all(w.start >= 0 and w.end <= reading.ledger.window_days for w in waits):
            mine.append(client)
            for wait in waits:
                assert wait.kind in KINDS
                for (cause, _), days in wait.causes:
                    split[cause] += days
    pieces = reading.waiting
    counted = np.isin(reading.spells.client[pieces.spell], mine)
    measured = reading.wait_days["equal"][counted].sum(axis=0)
    assert list(split.values()) == pytest.approx(measured.tolist())
    assert measured.sum() > 0


# ---------------------------------------------------------------- the few
def test_the_few_are_who_waited_longest_and_nobody_twice():
    assert [(one.client, one.why) for one in a_few(FOUR)] == [
        (0, "Who waited longest for a first place, and got it")
    ]


def test_the_few_of_a_busy_world_have_lived_what_is_said_of_them(reading):
    chosen = a_few(reading)
    assert len({one.client for one in chosen}) == len(chosen) == 4
    texts = [" ".join(s for m in life_of(reading, one.client) for s in m.said) for one in chosen]
    assert "Gets a place" in texts[0]
    assert "home of their own" in texts[1]
    assert "Gives up, after" in texts[2]
    assert "Relapses" in texts[3]
    waits, new = reading.episodes, reading.episodes.counts & (reading.episodes.start >= 0)
    first = (waits.kind == KINDS.index("placement")) & (waits.ending == ENDINGS.index("placed"))
    for one, mine in ((0, first), (2, waits.ending == ENDINGS.index("gave_up"))):
        waited = [wait.days for wait in waits_of_client(reading, chosen[one].client)]
        assert max(waited) >= waits.wait[new & mine].max()


def test_where_nothing_happens_the_first_is_told_and_of_nobody_none():
    raw = world(people(0, 0), variant=[stay("home", 5, 10)], desk=[desk(5, 0)], days=20)
    assert [(one.client, one.why) for one in a_few(read(raw))] == [(0, "The first")]
    assert a_few(read(world(people(30), variant=[stay("home", 5, 10)], days=20))) == []
