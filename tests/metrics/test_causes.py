"""Causes of waiting, to the letter of the rule: the shelf nearest to who waits."""

from __future__ import annotations

import itertools
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind as K
from flowsim.ledger import Ledger, RefusedBy, RequestKind, State
from flowsim.metrics import CAUSES, Reading
from flowsim.metrics.measures.waiting import measure_list
from flowsim.metrics.why.causes import SPLITS
from tests.handmade import (
    BT,
    BW,
    cells,
    ledger_of,
    option,
    pool,
    pool_row,
    row,
    scenario_of,
)

BEDS, TEAM, HOMES, CLUSTER = range(4)
POOLS = [
    pool("place", "bw"),
    pool("team", "care", capacity=1000),
    pool("dwellings", "homes"),
    pool("place", "bt"),
]
SCENARIO = scenario_of()


def causes(ledger: Ledger, split: str = "equal") -> dict[int, dict[str, float]]:
    """Days of each cause by client, in the window."""
    run = Reading(ledger, SCENARIO)
    days = run.wait_days[split]
    client = run.spells.client[run.waiting.spell]
    found: dict[int, dict[str, float]] = {}
    for c in np.unique(client).tolist():
        whole = days[client == c].sum(axis=0)
        found[c] = {name: v for name, v in zip(CAUSES, whole.tolist(), strict=True) if v}
    return found


def one_day(options, free: dict[int, int], split: str = "equal") -> dict[str, float]:
    """Causes of one day of waiting for any of these options, with this free in the pools."""
    rows = [
        row(1, 0, K.AWARDED, ref=0),
        *(pool_row(1, p, amount) for p, amount in free.items()),
        row(2, 0, K.PLACED, ref=0),
    ]
    sets = [tuple(range(len(options)))]
    return causes(ledger_of(rows, pools=POOLS, options=options, sets=sets), split).get(0, {})


def test_what_is_not_there_is_the_cause():
    options = [option(BW, place=BEDS, team=TEAM, minutes=600, dwelling=HOMES)]
    assert one_day(options, {BEDS: 0, TEAM: 600, HOMES: 1}) == {"place": 1}
    assert one_day(options, {BEDS: 1, TEAM: 599, HOMES: 1}) == {"hours": 1}
    assert one_day(options, {BEDS: 1, TEAM: 600, HOMES: 0}) == {"dwelling": 1}


def test_several_missing_things_share_the_day():
    options = [option(BW, place=BEDS, team=TEAM, minutes=600, dwelling=HOMES)]
    free = {BEDS: 0, TEAM: 0, HOMES: 0}
    third = pytest.approx(1 / 3)
    assert one_day(options, free) == {"place": third, "hours": third, "dwelling": third}
    assert one_day(options, free, "any") == {"place": 1, "hours": 1, "dwelling": 1}
    assert one_day(options, free, "sole") == {}


def test_a_place_here_or_a_dwelling_there_is_half_and_half():
    options = [option(BW, place=BEDS), option(BT, place=CLUSTER, dwelling=HOMES)]
    free = {BEDS: 0, CLUSTER: 5, HOMES: 0}
    assert one_day(options, free) == {"place": 0.5, "dwelling": 0.5}
    assert one_day(options, free, "sole") == {}


def test_the_shelf_that_lacks_the_fewest_kinds_decides():
    options = [option(BW, place=BEDS), option(BT, team=TEAM, minutes=300, dwelling=HOMES)]
    free = {BEDS: 0, TEAM: 0, HOMES: 0}
    assert one_day(options, free) == {"place": 1}
    assert one_day(options, free, "sole") == {"place": 1}


def test_two_options_that_lack_the_same_kind_count_it_once():
    options = [option(BW, place=BEDS), option(BT, place=CLUSTER)]
    assert one_day(options, {BEDS: 0, CLUSTER: 0}) == {"place": 1}
    assert one_day(options, {BEDS: 0, CLUSTER: 0}, "sole") == {"place": 1}


def test_without_any_option_the_cause_is_place():
    assert one_day([], {}) == {"place": 1}


def test_when_nothing_is_missing_it_is_the_order_of_the_queue():
    # One free place; the head lacks a dwelling. Strict order: who needs only the place waits too.
    rows = [
        row(1, 0, K.AWARDED, ref=0),
        row(2, 1, K.AWARDED, ref=1),
        pool_row(1, BEDS, 1),
        pool_row(1, HOMES, 0),
        row(12, 1, K.PLACED, ref=1),
    ]
    options = [option(BT, place=BEDS, dwelling=HOMES), option(BW, place=BEDS)]
    ledger = ledger_of(rows, pools=POOLS, options=options, sets=[(0,), (1,)])
    assert causes(ledger) == {0: {"dwelling": 364}, 1: {"queue_order": 10}}


def test_a_mover_needs_only_the_minutes_beyond_what_it_gives_back():
    options = [option(BT, team=TEAM, minutes=600, net=-200, dwelling=HOMES)]
    assert one_day(options, {TEAM: 0, HOMES: 0}) == {"dwelling": 1}
    assert one_day(options, {TEAM: -300, HOMES: 0}) == {"dwelling": 1}  # staff fell; it gives back


def test_the_state_of_a_pool_holds_from_the_end_of_its_instant():
    # Opened on day 1, when the last row of that instant says 0; free again on day 5, not for long.
    rows = [
        pool_row(0, BEDS, 1),
        row(1, 0, K.AWARDED, ref=0),
        pool_row(1, BEDS, 1),
        pool_row(1, BEDS, 0),
        pool_row(1, HOMES, 0),
        pool_row(5, BEDS, 1),
        pool_row(7, BEDS, 0),
        pool_row(7, HOMES, 1),
        row(11, 0, K.PLACED, ref=0),
    ]
    options = [option(BT, place=BEDS, dwelling=HOMES)]
    ledger = ledger_of(rows, pools=POOLS, options=options, sets=[(0,)])
    # Days 1-5: both (2 each). 5-7: dwelling. 7-11: place.
    assert causes(ledger) == {0: {"place": 2 + 4, "dwelling": 2 + 2}}
    assert causes(ledger, "sole") == {0: {"place": 4, "dwelling": 2}}
    assert causes(ledger, "any") == {0: {"place": 8, "dwelling": 6}}


def test_a_pool_is_read_again_from_when_somebody_waits_for_it_again():
    rows = [
        row(1, 0, K.AWARDED, ref=0),
        pool_row(1, BEDS, 0),
        row(3, 0, K.GONE),
        row(50, 1, K.AWARDED, ref=1),
        pool_row(50, BEDS, 1),
        pool_row(50, HOMES, 0),
        row(54, 1, K.PLACED, ref=1),
    ]
    options = [option(BW, place=BEDS), option(BT, place=BEDS, dwelling=HOMES)]
    ledger = ledger_of(rows, pools=POOLS, options=options, sets=[(0,), (1,)])
    assert causes(ledger) == {0: {"place": 2}, 1: {"dwelling": 4}}


def test_a_wait_from_before_the_start_has_causes_from_day_0_on():
    rows = [row(-30, 0, K.AWARDED, ref=0), pool_row(0, BEDS, 0), row(8, 0, K.PLACED, ref=0)]
    ledger = ledger_of(rows, pools=POOLS, options=[option(BW, place=BEDS)], sets=[(0,)])
    assert causes(ledger) == {0: {"place": 8}}


def test_the_desk_has_causes_of_its_own():
    rows = [
        row(10, 0, K.NOTIFIED, ref=0),
        row(12, 0, K.ASSESSING, ref=0),
        row(15, 0, K.PAPERWORK, ref=0),
        row(20, 0, K.NOT_AWARDED),
    ]
    ledger = ledger_of(rows, pools=[pool("desk", "toegang")])
    assert causes(ledger) == {0: {"assessor": 2, "assessing": 3, "paperwork": 5}}


def test_a_ledger_that_does_not_say_what_was_free_is_refused():
    rows = [row(1, 0, K.AWARDED, ref=0), pool_row(9, BEDS, 0)]
    ledger = ledger_of(rows, pools=POOLS, options=[option(BW, place=BEDS)], sets=[(0,)])
    with pytest.raises(ValueError, match=r"free on day 0 in .*block='bw'"):
        causes(ledger)


# ---------------------------------------------------------------- refusals
def refusals(*rows) -> Ledger:
    """Write a wait of day 1 to day 100 for two options, of which places are never free."""
    whole = [row(1, 0, K.AWARDED, ref=0), pool_row(1, BEDS, 0), pool_row(1, CLUSTER, 0), *rows]
    whole.append(row(100, 0, K.PLACED, ref=0))
    sets = [(0, 1), (0,), (), (1,)]
    options = [option(BW, place=BEDS), option(BT, place=CLUSTER)]
    return ledger_of(whole, pools=POOLS, options=options, sets=sets)


def test_from_a_refusal_by_the_client_on_the_wait_is_its_own_choice():
    ledger = refusals(
        row(11, 0, K.REFUSED, ref=1, why=RefusedBy.CLIENT),
        row(11, 0, K.REQUESTED, ref=1),
        row(40, 0, K.LEVEL),
        row(50, 0, K.REQUESTED, ref=0),
    )
    for split in SPLITS:
        assert causes(ledger, split) == {0: {"place": 10, "own_choice": 89}}


def test_a_refusal_by_a_provider_is_the_cause_until_all_may_be_asked_again():
    ledger = refusals(
        row(11, 0, K.REFUSED, ref=1, why=RefusedBy.PROVIDER),
        row(11, 0, K.REQUESTED, ref=1),
        row(21, 0, K.REFUSED, ref=0, why=RefusedBy.PROVIDER),
        row(21, 0, K.REQUESTED, ref=2),
        row(31, 0, K.REFUSAL_OVER, ref=1, why=RefusedBy.PROVIDER),
        row(31, 0, K.REQUESTED, ref=1),
        row(51, 0, K.REFUSAL_OVER, ref=0, why=RefusedBy.PROVIDER),
        row(51, 0, K.REQUESTED, ref=0),
    )
    for split in SPLITS:
        assert causes(ledger, split) == {0: {"place": 10 + 49, "provider_refusal": 40}}


def test_the_own_choice_goes_before_a_refusal_and_may_end():
    ledger = refusals(
        row(11, 0, K.REFUSED, ref=1, why=RefusedBy.CLIENT),
        row(11, 0, K.REQUESTED, ref=1),
        row(21, 0, K.REFUSED, ref=0, why=RefusedBy.PROVIDER),
        row(21, 0, K.REQUESTED, ref=2),
        row(31, 0, K.REFUSAL_OVER, ref=0, why=RefusedBy.CLIENT),
        row(41, 0, K.REFUSAL_OVER, ref=0, why=RefusedBy.PROVIDER),
        row(41, 0, K.REQUESTED, ref=0),
    )
    expected = {"place": 10 + 59, "own_choice": 20, "provider_refusal": 10}
    assert causes(ledger) == {0: expected}


def test_a_new_request_begins_without_refusals():
    ledger = refusals(
        row(11, 0, K.REFUSED, ref=1, why=RefusedBy.CLIENT),
        row(11, 0, K.REQUESTED, ref=1),
        row(21, 0, K.GONE),
        row(31, 0, K.NOTIFIED),
        row(31, 0, K.AWARDED, ref=0),
    )
    assert causes(ledger) == {0: {"place": 10 + 69, "own_choice": 10}}


def test_who_may_ask_nobody_waits_for_the_variant_asked_last():
    ledger = refusals(
        row(11, 0, K.REQUESTED, ref=3),
        row(21, 0, K.REFUSED, ref=1, why=RefusedBy.PROVIDER),
        row(21, 0, K.REQUESTED, ref=2),
    )
    assert Reading(ledger, SCENARIO).variant_of_wait.tolist() == [BW, BT, BT]


def test_everybody_on_the_list_counts_once_by_status():
    rows = [
        row(1, 0, K.AWARDED, ref=0),
        row(5, 0, K.REFUSED, ref=1, why=RefusedBy.CLIENT),
        row(5, 0, K.REQUESTED, ref=0),
        row(1, 1, K.AWARDED, ref=0),
        row(5, 1, K.REFUSED, ref=1, why=RefusedBy.PROVIDER),
        row(5, 1, K.REQUESTED, ref=0),
        row(2, 2, K.NOTIFIED, ref=0),
        row(3, 3, K.PLACED, ref=0),
        row(4, 3, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        pool_row(0, BEDS, 0),
        pool_row(0, CLUSTER, 0),
    ]
    options = [option(BW, place=BEDS), option(BT, place=CLUSTER)]
    ledger = ledger_of(rows, pools=POOLS, options=options, sets=[(0,), (1,)])
    run = Reading(ledger, SCENARIO)
    last = run.window.dates[-1]
    told = cells(measure_list(run), "list_persons", period=last, municipality="a")
    assert {key[3]: n for key, n in told.items()} == {
        "awaiting_decision": 1, "active": 1, "preference": 1,
    }  # fmt: skip


# ---------------------------------------------------------------- against a brute force
def random_ledger(seed: int) -> Ledger:
    """Pools that flip at whole days, and clients who wait, now and then for something else."""
    chance = random.Random(seed)
    options = [
        option(
            BW,
            place=chance.choice([-1, BEDS, CLUSTER]),
            team=(team := chance.choice([-1, TEAM])),
            minutes=chance.choice([100, 500]) if team >= 0 else 0,
            dwelling=chance.choice([-1, HOMES]),
        )
        for _ in range(6)
    ]
    sets = [tuple(chance.sample(range(6), chance.randint(0, 4))) for _ in range(5)]
    rows = [pool_row(0, p, 0) for p in range(4)]
    events = [
        pool_row(float(chance.randint(0, 60)), p, chance.choice([0, 1, 100, 499, 500]))
        for p in range(4)
        for _ in range(12)
    ]
    for client in range(4):
        day = float(chance.randint(-5, 20))
        events.append(row(day, client, K.AWARDED, ref=chance.randrange(5)))
        for _ in range(chance.randint(0, 3)):
            day = max(day, 0.0) + chance.choice([0.0, 1.0, 2.5, 20.0])
            events.append(row(day, client, K.REQUESTED, ref=chance.randrange(5)))
        if chance.random() < 0.7:
            events.append(row(max(day, 0.0) + 7.5, client, K.PLACED, ref=0))
    chance.shuffle(events)
    events.sort(key=lambda one: one[0])
    starts = [e for e in events if e[0] < 0]
    ordered = sorted((e for e in events if e[0] >= 0), key=lambda e: (e[0], e[3] >= K.POOL))
    keep_order = {id(e): i for i, e in enumerate([*starts, *ordered])}
    whole = sorted([*starts, *rows, *ordered], key=lambda e: (e[0], keep_order.get(id(e), -1)))
    return ledger_of(
        whole, pools=POOLS, options=options, sets=sets, window_days=80.0, end_days=100.0
    )


def by_hand(ledger: Ledger) -> dict[int, dict[str, float]]:
    """Causes, moment by moment and request by request, straight from the rule."""
    names = {0: "place", 1: "hours", 2: "dwelling", 3: "queue_order"}
    days = sorted({0.0, ledger.window_days, *(d for d in ledger.rows["day"].tolist() if d >= 0)})
    found: dict[int, dict[str, float]] = {}
    for begin, end in itertools.pairwise(days):
        free, asks = {}, {}
        for one in ledger.rows.tolist():
            day, client, ref, kind, _, _ = one
            if day <= begin and kind == K.POOL:
                free[ref] = client
            elif day <= begin and kind in (K.AWARDED, K.REQUESTED):
                asks[client] = ref
            elif day <= begin and kind == K.PLACED:
                asks.pop(client, None)
        for client, number in asks.items() if end <= ledger.window_days else ():
            lacking = []
            for o in (ledger.options[i] for i in ledger.option_sets[number]):
                lacks = set()
                if o.place >= 0 and free[o.place] < 1:
                    lacks.add(0)
                if o.team >= 0 and free[o.team] < o.net_minutes:
                    lacks.add(1)
                if o.dwelling >= 0 and free[o.dwelling] < 1:
                    lacks.add(2)
                lacking.append(lacks)
            fewest = min((len(lacks) for lacks in lacking), default=0)
            union = set().union(*(lacks for lacks in lacking if len(lacks) == fewest))
            if not lacking:
                union = {0}
            for cause in union or {3}:
                mine = found.setdefault(client, {})
                share = (end - begin) / len(union or {3})
                mine[names[cause]] = mine.get(names[cause], 0.0) + share
    return found


@pytest.mark.parametrize("seed", range(40))
def test_causes_equal_the_rule_applied_moment_by_moment(seed):
    ledger = random_ledger(seed)
    found, expected = causes(ledger), by_hand(ledger)
    assert found.keys() == expected.keys()
    for client, mine in expected.items():
        assert found[client] == pytest.approx(mine, abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_the_equal_shares_of_every_stretch_add_up_to_its_length(seed):
    run = Reading(random_ledger(seed), SCENARIO)
    assert np.abs(run.wait_days["equal"].sum(axis=1) - run.waiting.days).max() < 1e-9
    sole, equal, either = (run.wait_days[split] for split in ("sole", "equal", "any"))
    assert (sole <= equal + 1e-9).all()
    assert (equal <= either + 1e-9).all()


@pytest.mark.parametrize("seed", range(20))
def test_persons_by_cause_on_a_date_are_the_causes_of_that_moment(seed):
    ledger = random_ledger(seed)
    run = Reading(ledger, SCENARIO)
    spell, date, share = run.persons_by_cause
    assert share.sum(axis=1) == pytest.approx(np.ones(len(spell)))
    for s, d, mine in zip(spell, date, share, strict=True):
        day = run.window.days[d]
        missing = run.shelves.missing_days(
            np.array([run.spells.option_set[s]]),
            np.array([day]),
            np.array([min(day + 1e-6, run.spells.end[s])]),
        )
        if missing.sum() > 0:
            expected = (missing / missing.sum()) @ SPLITS["equal"]
            assert mine[3:7] == pytest.approx(expected[0])


def test_a_request_of_no_length_needs_no_word_on_what_was_free():
    rows = [row(1, 0, K.AWARDED, ref=0), row(1, 0, K.PLACED, ref=0)]
    ledger = ledger_of(rows, pools=POOLS, options=[option(BW, place=BEDS)], sets=[(0,)])
    assert causes(ledger) == {}
    assert Reading(ledger, SCENARIO).spells.state.tolist() == [State.SETTLED]


def test_a_move_and_a_place_outside_are_waits_of_their_own_kind():
    rows = [
        row(0, 0, K.PLACED, ref=0),
        row(5, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
        pool_row(5, CLUSTER, 0),
        row(9, 0, K.PLACED, ref=1),
    ]
    options = [option(BW, place=BEDS), option(BT, place=CLUSTER)]
    ledger = ledger_of(rows, pools=POOLS, options=options, sets=[(0,), (1,)])
    assert causes(ledger) == {0: {"place": 4}}


# ---------------------------------------------------------------- numbers and names
MEASURED = """
import hashlib, sys
sys.path.insert(0, {source!r})
import flowsim
from flowsim.metrics import CAUSES, measure
from flowsim.ledger import State
from tests.experiment.tiny_worlds import tiny

assert flowsim.__file__.startswith({source!r})
one = tiny("base")
found = measure(flowsim.simulate(one, flowsim.sample(one)), one)
found["value"] = found["value"].round(6) + 0.0
rows = sorted(zip(*(found[key].tolist() for key in found), strict=True))
assert any(row[0] == "access_days" and row[-1] > 0 for row in rows)
print(CAUSES.index("assessor"), int(State.QUEUE), hashlib.sha256(repr(rows).encode()).hexdigest())
"""


def measured(source: Path, cache: Path) -> list[str]:
    """Return where a cause and a state stand in a copy of flowsim, and all that it measures."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(source=str(source))],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"FLOWSIM_CACHE": str(cache), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.slow
def test_causes_stay_what_they_are_in_whatever_order_causes_and_states_are_written(tmp_path):
    package = tmp_path / "flowsim"
    shutil.copytree(Path(flowsim.__file__).parent, package, ignore=no_binaries)
    cause, state, wanted = measured(tmp_path, tmp_path)
    assert (cause, state) == ("0", "0")
    causes_py, states_py = package / "metrics/why/causes.py", package / "ledger/states.py"
    listed = ", ".join(f'"{name}"' for name in reversed(CAUSES))
    text, times = re.subn(r"(?<=^CAUSES: Final = )\(.*?\n\)", f"({listed})",
                          causes_py.read_text("utf-8"), flags=re.M | re.S)  # fmt: skip
    assert times == 1
    causes_py.write_text(text, "utf-8")
    text = states_py.read_text("utf-8")
    for name, old, new in (("QUEUE", 0, 2), ("ASSESSING", 1, 0), ("PAPERWORK", 2, 1)):
        assert f"    {name} = {old}\n" in text
        text = text.replace(f"    {name} = {old}\n", f"    {name} = {new}\n")
    states_py.write_text(text, "utf-8")
    assert measured(tmp_path, tmp_path) == ["8", "2", wanted]


def no_binaries(folder: str, names: list[str]) -> set[str]:
    """Leave out what was compiled: the copy is read as it is written."""
    return {name for name in names if name.endswith((".so", ".pyd", ".pyc"))}
