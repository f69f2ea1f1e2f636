"""Event logs: every event once, in the words that other programs read."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from datetime import datetime

import numpy as np
import pytest

import flowsim
from flowsim.experiment.batch import Labels
from flowsim.experiment.compare import compare
from flowsim.experiment.events import AT_A_DESK, packed_events
from flowsim.experiment.keep import Keep
from flowsim.experiment.writing.files import OutputError
from flowsim.experiment.writing.log import PM4PY, VIDIGI, write_log
from flowsim.ledger import EventKind
from flowsim.metrics import KINDS, Reading
from flowsim.store import Filling
from flowsim.store.packed import open_arrays
from tests.experiment.tiny_worlds import tiny


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """Logs of two replications, and the ledgers that they are of."""
    folder = tmp_path_factory.mktemp("log")
    with Filling.of(folder) as store:
        results = compare(tiny(), (), 2, keep=Keep(store, more=("events",)))
        read = {}
        for form in ("pm4py", "vidigi"):
            with write_log(results, folder, form).open(newline="", encoding="utf-8") as stream:
                read[form] = list(csv.DictReader(stream))
    return read, flowsim.simulate(tiny(), flowsim.sample(tiny(), 0))


def test_events_are_the_rows_of_the_ledger_that_are_about_clients(logged):
    _, ledger = logged
    found = open_arrays(packed_events(Reading(ledger, tiny())))
    rows = ledger.rows[ledger.rows["kind"] < EventKind.POOL]
    rows = rows[np.argsort(rows["client"], kind="stable")]
    for name in ("client", "day", "kind", "level", "why"):
        assert found[name].tolist() == rows[name].tolist(), name


def test_an_activity_has_its_client_time_and_resource(logged):
    read, ledger = logged
    rows = [row for row in read["pm4py"] if row["replication"] == "0"]
    assert tuple(rows[0]) == PM4PY
    kinds = Counter(row["concept:name"] for row in rows)
    codes, counts = np.unique(ledger.rows["kind"], return_counts=True)
    assert kinds == {EventKind(code).name.lower(): count
                     for code, count in zip(codes, counts, strict=True)
                     if code < EventKind.POOL}  # fmt: skip
    assert len({row["case:concept:name"] for row in read["pm4py"]}) > len(
        {row["case:concept:name"] for row in rows}
    )
    for row in rows:
        datetime.fromisoformat(row["time:timestamp"])
        if row["concept:name"] in ("placed", "assessing"):
            assert row["org:resource"]
    times = defaultdict(list)
    for row in rows:
        times[row["case:concept:name"]].append(row["time:timestamp"])
    assert all(one == sorted(one) for one in times.values())


def test_an_entity_comes_once_uses_one_numbered_place_at_a_time_and_goes_once(logged):
    read, _ = logged
    rows = [row for row in read["vidigi"] if row["run_number"] == "0"]
    assert tuple(rows[0]) == VIDIGI
    times = [float(row["time"]) for row in rows]
    assert times == sorted(times)
    came, gone, held = set(), set(), {}
    taken: dict[tuple[str, str], str] = {}
    for row in rows:
        one, slot = row["entity_id"], (row["event"], row["resource_id"])
        if row["event"] == "arrival":
            assert one not in came
            came.add(one)
        assert one in came - gone
        if row["event"] == "depart":
            assert one not in held
            gone.add(one)
        if row["event_type"] == "resource_use":
            assert slot not in taken
            assert one not in held
            taken[slot], held[one] = one, slot
        if row["event_type"] == "resource_use_end":
            slot = (row["event"].removeprefix("end of "), row["resource_id"])
            assert taken.pop(slot) == one
            assert held.pop(one) == slot
        used = row["event_type"].startswith("resource_use")
        assert row["unique_resource_id"] == ("/".join(slot) if used else "")
    assert {row["event_type"] for row in rows} == {
        "arrival_departure", "queue", "resource_use", "resource_use_end",
    }  # fmt: skip
    assert gone


def test_no_more_places_are_numbered_than_there_are(logged):
    read, ledger = logged
    most: dict[str, int] = defaultdict(int)
    for row in read["vidigi"]:
        if row["event_type"] == "resource_use":
            most[row["event"]] = max(most[row["event"]], int(row["resource_id"]))
    for pool in ledger.pools:
        name = ", ".join(part for part in (pool.block, pool.provider, pool.area) if part)
        if pool.kind == "place" and 0 < pool.capacity < 10_000:
            assert most[name] <= pool.capacity


def test_a_run_without_events_says_how_to_keep_them(tmp_path):
    with pytest.raises(OutputError, match=r"not kept of 1 of 1 runs; .*--keep events"):
        write_log(compare(tiny(), (), 1), tmp_path, "pm4py")
    assert list(tmp_path.iterdir()) == []


def test_events_that_are_asked_for_later_are_made_then_and_the_numbers_stay(tmp_path):
    with Filling.of(tmp_path) as store:
        one = compare(tiny(), (), 1, keep=Keep(store))
        before = one.runs[0].digest, one.measures
        again = compare(tiny(), (), 1, keep=Keep(store, more=("events",)))
        assert again.runs[0].digest == before[0]
        assert again.measures.equals(before[1])
        assert set(again.runs[0].more) == {"events", "stays", "acts", "capacities", "options",
                                           "clients", "occupancy"}  # fmt: skip
        assert store.database.execute("select count(*) from run").fetchone() == (1,)
        third = compare(tiny(), (), 1, keep=Keep(store))
        assert "events" in third.runs[0].more


def test_the_last_row_of_an_entity_says_where_it_is(logged):
    read, ledger = logged
    names = Labels.of(ledger)
    found = open_arrays(packed_events(Reading(ledger, tiny())))
    events = defaultdict(list)
    place = defaultdict(lambda: -1)
    for day, client, kind, waits, resource in sorted(
        zip(*(found[one].tolist() for one in ("day", "client", "kind", "waits", "resource")),
            strict=True), key=lambda row: row[0],
    ):  # fmt: skip
        place[client] = place[client] if kind in AT_A_DESK else resource
        if kind in (K.GONE, K.NOT_AWARDED):
            where = "depart"
        elif waits >= 0:
            where = f"waits for {KINDS[waits]}"
        else:
            where = names.pool(place[client]) or "aftercare"
        events[max(day, 0.0)].append((str(client), where))
    rows = defaultdict(list)
    for row in read["vidigi"]:
        if row["run_number"] == "0":
            rows[float(row["time"])].append(row)
    is_at, should = {}, {}
    for day in sorted(events):
        should |= dict(events[day])
        is_at |= {row["entity_id"].partition("/")[0]: row["event"] for row in rows.pop(day, ())}
        assert is_at == should
    assert not rows
    ways = {where.partition(" for ")[0].partition(",")[0] for where in should.values()}
    assert ways == {"depart", "waits", "aftercare", "bw", "bt"}


def told(tmp_path, *events):
    """Return the log of one run in which just this happens.

    Each event is day, client, kind, resource, and what is waited for then, if anything.
    """
    from dataclasses import replace

    from flowsim.experiment.results import Results
    from flowsim.store.packed import pack_arrays

    rows = sorted(events, key=lambda row: row[1])
    columns = {
        "day": np.array([row[0] for row in rows], dtype=float),
        "client": np.array([row[1] for row in rows]),
        "kind": np.array([row[2] for row in rows]),
        "resource": np.array([row[3] for row in rows]),
        "waits": np.array([row[4] if len(row) > 4 else -1 for row in rows]),
        "level": np.zeros(len(rows), dtype=int),
    }
    one = compare(tiny(), (), 1)
    run = replace(one.runs[0], more={"events": pack_arrays(columns)})
    path = write_log(Results(replace(one.batch, runs=(run,))), tmp_path, "vidigi")
    with path.open(newline="", encoding="utf-8") as stream:
        return [(row["entity_id"], row["event"].split(",")[0], row["resource_id"])
                for row in csv.DictReader(stream)]  # fmt: skip


K = EventKind


def test_who_comes_takes_the_lowest_number_and_comes_back_as_another(tmp_path):
    place = next(i for i, pool in enumerate(flowsim.simulate(tiny(), flowsim.sample(tiny())).pools)
                 if pool.kind == "place")  # fmt: skip
    rows = told(
        tmp_path,
        *((0.0, client, K.PLACED, place) for client in range(4)),
        (1.0, 2, K.GONE, -1), (2.0, 0, K.GONE, -1), (3.0, 2, K.NOTIFIED, -1),
        (4.0, 2, K.PLACED, place), (5.0, 9, K.PLACED, place),
    )  # fmt: skip
    uses = [(who, slot) for who, _, slot in rows if slot]
    assert uses == [("0/1", "1"), ("1/1", "2"), ("2/1", "3"), ("3/1", "4"), ("2/1", "3"),
                    ("0/1", "1"), ("2/2", "1"), ("9/1", "3")]  # fmt: skip
    come = [(who, what) for who, what, _ in rows if what in ("arrival", "depart")]
    assert come[4:] == [("2/1", "depart"), ("0/1", "depart"), ("2/2", "arrival"),
                        ("9/1", "arrival")]  # fmt: skip


def test_two_who_exchange_places_in_one_instant_need_no_third(tmp_path):
    rows = told(
        tmp_path,
        (0.0, 0, K.PLACED, 0), (0.0, 1, K.PLACED, 1), (1.0, 0, K.PLACED, 1), (1.0, 1, K.PLACED, 0),
    )  # fmt: skip
    assert {slot for _, _, slot in rows if slot} == {"1"}


def test_who_waits_in_a_place_is_in_the_queue_until_the_wait_ends_and_then_in_the_place(tmp_path):
    rows = told(
        tmp_path,
        (0.0, 0, K.PLACED, 0), (0.0, 1, K.PLACED, 0), (1.0, 1, K.GONE, -1),
        (2.0, 0, K.REQUESTED, 0, 0), (3.0, 0, K.LEVEL, 0, 0), (4.0, 0, K.WITHDRAWN, 0),
        (4.0, 2, K.PLACED, 0), (5.0, 0, K.AFTERCARE, -1), (6.0, 0, K.RELAPSED, -1),
    )  # fmt: skip
    place = rows[1][1]
    assert [row for row in rows if row[0] == "0/1"] == [
        ("0/1", "arrival", ""), ("0/1", place, "1"), ("0/1", f"waits for {KINDS[0]}", ""),
        ("0/1", f"end of {place}", "1"), ("0/1", place, "1"),
        ("0/1", f"end of {place}", "1"), ("0/1", "aftercare", ""),
    ]  # fmt: skip
    assert ("2/1", place, "2") in rows


def test_all_before_the_start_date_is_one_instant_and_who_goes_and_comes_at_once_does_both(
    tmp_path,
):
    rows = told(
        tmp_path,
        (-9.0, 0, K.PLACED, 0), (-2.0, 0, K.PLACED, 1), (0.0, 0, K.REVIEWED, 1),
        (3.0, 0, K.GONE, -1), (3.0, 0, K.NOTIFIED, 9, 0),
    )  # fmt: skip
    place = rows[1][1]
    assert rows == [
        ("0/1", "arrival", ""), ("0/1", place, "1"), ("0/1", f"end of {place}", "1"),
        ("0/1", "depart", ""), ("0/2", "arrival", ""), ("0/2", f"waits for {KINDS[0]}", ""),
    ]  # fmt: skip
