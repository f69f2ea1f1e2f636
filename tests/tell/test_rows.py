"""A ledger row by row: every kind of row has its words, and a client's rows can be told alone."""

from __future__ import annotations

import numpy as np
import pytest

from flowsim.ledger import EventKind
from flowsim.tell import row_told, rows_told
from tests.handmade import CARE, HOMES_A, OPTIONS, POOLS, SETS, four, ledger_of, pool_row, row


def one(kind: EventKind, ref: int = 0, why: int = 0) -> str:
    written = (
        pool_row(5, ref, 3, kind, why) if kind >= EventKind.POOL else row(5, 1, kind, ref, why)
    )
    ledger = ledger_of([written], pools=POOLS, options=OPTIONS, sets=SETS)
    return row_told(ledger, ledger.rows[0])


@pytest.mark.parametrize("kind", EventKind)
def test_every_kind_of_row_is_told_by_its_name(kind):
    assert one(kind).split()[0] == "5"
    assert one(kind).split()[2] == kind.name


@pytest.mark.parametrize(
    ("kind", "ref", "why", "told"),
    [
        (EventKind.POOL, CARE, 0, "5 care POOL 3"),
        (EventKind.LOST, HOMES_A, 1, "5 homes@a LOST 3 CAP"),
        (EventKind.OTHER_ENDED, 5, 0, "5 toegang OTHER_ENDED"),
        (EventKind.EXCHANGED, 0, 0, "5 - EXCHANGED 3"),
        (EventKind.REQUESTED, 1, 1, "5 1 REQUESTED MOVE bt+care:-300+homes@b"),
        (EventKind.REQUESTED, -1, 2, "5 1 REQUESTED LEAVE -"),
        (EventKind.PLACED, 0, 3, "5 1 PLACED bw+care:600 FLIP"),
        (EventKind.REFUSED, 0, 1, "5 1 REFUSED bw+care:600 by PROVIDER"),
        (EventKind.REFUSAL_OVER, 2, 0, "5 1 REFUSAL_OVER by CLIENT, 2 left"),
        (EventKind.GONE, -1, 7, "5 1 GONE GAVE_UP"),
        (EventKind.SUPPORT, 90, 1, "5 1 SUPPORT 90 under"),
        (EventKind.REVIEWED, 12, 0, "5 1 REVIEWED overrun 12"),
    ],
)
def test_a_row_is_told_with_its_detail(kind, ref, why, told):
    assert one(kind, ref, why) == told


def test_rows_are_chosen_by_kind_and_by_client():
    ledger = four()
    assert len(rows_told(ledger)) == len(ledger.rows)
    mine = rows_told(ledger, client=2)
    assert [one.split()[:3] for one in mine] == [["-30", "2", "AWARDED"], ["60", "2", "GONE"]]
    assert rows_told(ledger, client=2, of="GONE PLACED") == ["60 2 GONE GAVE_UP"]
    pools = int(np.sum(ledger.rows["kind"] >= EventKind.POOL))
    without = " ".join(kind.name for kind in EventKind if kind < EventKind.POOL)
    assert len(rows_told(ledger, without=without)) == pools
