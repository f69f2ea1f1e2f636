"""The ledger as a table in words."""

from __future__ import annotations

import numpy as np
import pytest

import flowsim
from flowsim.ledger import EventKind, Ledger
from flowsim.ledger.frame import (
    NUMBER_IN_REF,
    OF_A_DESK,
    OF_A_POOL,
    OF_A_REQUEST,
    OF_AN_OPTION,
    OF_MOVERS,
    WHY,
)
from tests.experiment.tiny_worlds import tiny
from tests.handmade import OPTIONS, POOLS, SETS, pool_row, row
from tests.handmade import ledger_of as handmade

COLUMNS = [
    "day", "event", "client", "profile", "origin", "notified_at", "level", "variant",
    "municipality", "pool", "pool_kind", "provider", "area", "why", "amount",
]  # fmt: skip


def ledger_of(scenario: flowsim.Scenario) -> Ledger:
    return flowsim.simulate(scenario, flowsim.sample(scenario))


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    return ledger_of(tiny())


def test_a_line_of_two_people_reads_as_it_went():
    line = flowsim.parse(
        {
            "scenario": {"days": 30},
            "demand": [{"profile": "p", "on_days": [0, 4]}],
            "variant": [{"name": "v", "places": 1, "stay_days": 9, "next": {"out": 1.0}}],
        }
    )
    frame = ledger_of(line).to_frame()
    said = frame[frame["event"].isin(["awarded", "placed", "gone"])]
    columns = ["day", "event", "client", "profile", "variant", "pool", "pool_kind", "why"]
    assert [tuple(row) for row in said[columns].astype(object).to_numpy()] == [
        (0.0, "awarded", 0, "p", "v", "", "", "new"),
        (0.0, "placed", 0, "p", "v", "v", "place", "turn"),
        (4.0, "awarded", 1, "p", "v", "", "", "new"),
        (9.0, "gone", 0, "p", "", "", "", "done"),
        (9.0, "placed", 1, "p", "v", "v", "place", "turn"),
        (18.0, "gone", 1, "p", "", "", "", "done"),
    ]


def test_the_columns_are_those_that_are_documented(ledger):
    frame = ledger.to_frame()
    assert list(frame) == COLUMNS
    said = Ledger.to_frame.__doc__ or ""
    table = said.split("=\n")[2]
    named = [line.split()[0] for line in table.splitlines() if line[8:9].strip()]
    assert [name for name in named if not name.startswith("=")] == COLUMNS


def test_every_row_is_there_and_none_is_without_its_words(ledger):
    frame, rows = ledger.to_frame(), ledger.rows
    assert frame["day"].tolist() == rows["day"].tolist()
    assert frame["event"].str.upper().tolist() == [EventKind(k).name for k in rows["kind"]]
    pools = (rows["kind"] >= EventKind.POOL).tolist()
    assert frame["client"].isna().tolist() == pools
    people = frame[~np.array(pools)]
    assert people["client"].tolist() == rows["client"][~np.array(pools)].tolist()
    assert (people["level"] != "").all()
    for kind in np.unique(rows["kind"]):
        mine, there = frame[rows["kind"] == kind], rows[rows["kind"] == kind]
        assert ((mine["why"] != "") == (kind in WHY)).all(), EventKind(kind)
        if kind in (*OF_A_DESK, *OF_A_POOL):
            assert ((mine["pool"] != "") == (there["ref"] >= 0)).all(), EventKind(kind)
        if kind == EventKind.PLACED:
            assert (mine["variant"] != "").all()
            assert set(mine["pool_kind"]) == {"place"}


def test_every_kind_of_row_is_read_in_one_way():
    """A kind that is new, or whose ``ref`` means something else, must be thought of here."""
    groups = (OF_A_DESK, OF_A_POOL, OF_A_REQUEST, OF_AN_OPTION, OF_MOVERS, NUMBER_IN_REF)
    listed = [kind for group in groups for kind in group]
    assert len(listed) == len(set(listed))
    without = {
        "NOT_AWARDED", "WITHDRAWN", "GONE", "LEVEL", "FOUND_ALONE", "RELAPSED", "CRISIS",
        "MISJUDGED", "CORRECTED", "TENANCY_LOST",
    }  # fmt: skip
    assert {kind.name for kind in EventKind} - {kind.name for kind in listed} == without


def test_amounts_are_those_of_the_row(ledger):
    frame, rows = ledger.to_frame(), ledger.rows
    for kind, column in ((EventKind.CAPACITY, "client"), (EventKind.POOL, "client"),
                         (EventKind.OFFERED, "client"), (EventKind.SUPPORT, "ref")):  # fmt: skip
        mine = rows["kind"] == kind
        assert frame["amount"][mine].tolist() == rows[column][mine].tolist()
    assert frame["amount"][rows["kind"] == EventKind.GONE].isna().all()


@pytest.mark.parametrize(
    ("kind", "ref", "why", "told"),
    [
        (EventKind.LOST, 2, 1, ("", "cap", 3.0)),
        (EventKind.OTHER_ENDED, 5, 0, ("", "", None)),
        (EventKind.EXCHANGED, 0, 0, ("", "", 3.0)),
        (EventKind.REQUESTED, 1, 1, ("bt", "move", None)),
        (EventKind.REQUESTED, -1, 2, ("", "leave", None)),
        (EventKind.PLACED, 0, 3, ("bw", "flip", None)),
        (EventKind.REFUSED, 0, 1, ("bw", "provider", None)),
        (EventKind.REFUSAL_OVER, 2, 0, ("", "client", 2.0)),
        (EventKind.GONE, -1, 7, ("", "gave_up", None)),
        (EventKind.SUPPORT, 90, 1, ("", "less_than_needed", 90.0)),
        (EventKind.REVIEWED, 14, 0, ("", "", 14.0)),
        (EventKind.MISJUDGED, 0, -1, ("", "too_light", None)),
        (EventKind.FOUND_ALONE, 0, 1, ("", "by_urgency", None)),
        (EventKind.NOTIFIED, 5, 3, ("", "return", None)),
        (EventKind.NOTIFIED, -1, 0, ("", "new", None)),
    ],
)
def test_what_a_row_says_is_said_in_words(kind, ref, why, told):
    written = (
        pool_row(5, ref, 3, kind, why) if kind >= EventKind.POOL else row(5, 1, kind, ref, why)
    )
    frame = handmade([written], pools=POOLS, options=OPTIONS, sets=SETS).to_frame()
    variant, said, amount = (frame.loc[0, name] for name in ("variant", "why", "amount"))
    assert (variant, said, None if np.isnan(amount) else amount) == told
