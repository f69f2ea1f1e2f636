"""Four people in one year, for tests that work out every number by hand.

Client 0 (a) goes the whole way: notified 10, assessed 12, papers 15, award 20, sheltered 50,
lighter 80, at home (a dwelling of b) 130, ready 200, housed (a dwelling of a) 260, aftercare 290,
gone 400. Client 1 (b) lives in sheltered housing at the start and dies on day 40. Client 2 (b)
waits for it since 30 days before the start and gives up on day 60. Client 3 (a) notifies on day
300, and still waits for an assessor at the end of the run.
"""

from __future__ import annotations

from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Ledger, LostBecause, Reason, RequestKind
from tests.metrics.handmade import BT, BW, ledger_of, option, pool, pool_row, row

BEDS, CLUSTER, CARE, HOMES_A, HOMES_B, DESK = range(6)
POOLS = [
    pool("place", "bw", capacity=2),
    pool("place", "bt", capacity=5),
    pool("team", "care", capacity=2400),
    pool("dwellings", "homes", "a", 0),
    pool("dwellings", "homes", "b", 0),
    pool("desk", "toegang", capacity=1),
]
OPTIONS = [
    option(BW, place=BEDS, team=CARE, minutes=600),
    option(BT, place=CLUSTER, team=CARE, minutes=300, net=-300, dwelling=HOMES_B, municipality=1),
    option(dwelling=HOMES_A, municipality=0, team=CARE, minutes=120),
]
SETS = [(0,), (1,), (2,)]
ROWS = [
    row(-100, 1, K.PLACED, ref=0, why=How.START),
    row(-30, 2, K.AWARDED, ref=0),
    pool_row(0, BEDS, 0),
    pool_row(0, CARE, 1000),
    row(10, 0, K.NOTIFIED, ref=DESK),
    row(12, 0, K.ASSESSING, ref=DESK),
    row(15, 0, K.PAPERWORK, ref=DESK),
    row(20, 0, K.AWARDED, ref=0),
    row(40, 1, K.GONE, why=Reason.DEATH),
    pool_row(45, CARE, 500),
    row(50, 0, K.PLACED, ref=0),
    row(60, 2, K.GONE, why=Reason.GAVE_UP),
    row(80, 0, K.LEVEL, level=0),
    row(80, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE, level=0),
    pool_row(80, CLUSTER, 5),
    pool_row(80, HOMES_B, 0),
    row(90, 0, K.SUPPORT, ref=200, why=1, level=0),
    pool_row(100, HOMES_A, 1, K.OFFERED),
    pool_row(130, HOMES_B, 1, K.OFFERED),
    row(130, 0, K.PLACED, ref=1, level=0),
    pool_row(160, HOMES_A, 0, K.LOST, LostBecause.HOLD),
    row(200, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE, level=0),
    pool_row(200, HOMES_A, 0),
    pool_row(260, HOMES_A, 1, K.OFFERED),
    row(260, 0, K.HOUSED, ref=2, level=0),
    row(290, 0, K.AFTERCARE, ref=2, level=0),
    row(300, 3, K.NOTIFIED, ref=DESK),
    pool_row(380, HOMES_B, 1, K.OFFERED),
    row(400, 0, K.GONE, why=Reason.DONE, level=0),
]


def story(**changes: object) -> Ledger:
    """Return the ledger of the four."""
    about: dict[str, object] = {
        "rows": ROWS,
        "pools": POOLS,
        "options": OPTIONS,
        "sets": SETS,
        "notified_at": (0, 1, 1, 0),
        "profile": (0, -1, -1, 0),
    }
    return ledger_of(**(about | changes))  # type: ignore[arg-type]
