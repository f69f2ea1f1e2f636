"""Results of ledgers that were written by hand: two years of five people, every number on paper.

Client 0 (a): notified 10, assessed 12, papers 15, award 20, sheltered 50, asks for a home 80 and
has it 130 (a dwelling of b), ready 200, housed 260 (a dwelling of a), aftercare 290, relapse 380,
waits. Client 1 (b): in sheltered housing at the start, dies on day 40. Client 2 (b): waits for
a home since 30 days before the start, gives up on day 60. Client 3 (a): notified 300, waits for an
assessor for ever. Client 4 (b): award for a home 500, has it 560 (a dwelling of b).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowsim.costs import price
from flowsim.experiment.batch import Batch, Labels, Run
from flowsim.experiment.occupancy import NAME as OCCUPANCY
from flowsim.experiment.occupancy import packed_occupancy
from flowsim.experiment.results import Results
from flowsim.ledger import EventKind as K
from flowsim.ledger import How, Ledger, LostBecause, Reason, RequestKind
from flowsim.metrics import Reading, episodes, measure
from flowsim.metrics.columns import stack
from flowsim.scenario import Scenario
from flowsim.store.packed import PackedColumns, PackedWaits
from tests.handmade import (
    BEDS,
    CARE,
    CLUSTER,
    DESK,
    HOMES_A,
    HOMES_B,
    OPTIONS,
    POOLS,
    SETS,
    ledger_of,
    pool_row,
    row,
    scenario_of,
)

ROWS = [
    row(-100, 1, K.PLACED, ref=0, why=How.START),
    row(-30, 2, K.AWARDED, ref=1),
    *(pool_row(0, pool, 0) for pool in (BEDS, HOMES_A, HOMES_B)),
    pool_row(0, CARE, 1000),
    pool_row(0, CLUSTER, 5),
    row(10, 0, K.NOTIFIED, ref=DESK),
    row(12, 0, K.ASSESSING, ref=DESK),
    row(15, 0, K.PAPERWORK, ref=DESK),
    row(20, 0, K.AWARDED, ref=0),
    row(40, 1, K.GONE, why=Reason.DEATH),
    row(50, 0, K.PLACED, ref=0),
    row(60, 2, K.GONE, why=Reason.GAVE_UP),
    row(80, 0, K.REQUESTED, ref=1, why=RequestKind.MOVE),
    pool_row(130, HOMES_B, 0, K.OFFERED),
    row(130, 0, K.PLACED, ref=1),
    row(200, 0, K.REQUESTED, ref=2, why=RequestKind.LEAVE),
    pool_row(260, HOMES_A, 0, K.OFFERED),
    row(260, 0, K.HOUSED, ref=2),
    row(290, 0, K.AFTERCARE, ref=2),
    row(300, 3, K.NOTIFIED, ref=DESK),
    row(380, 0, K.RELAPSED),
    row(380, 0, K.REQUESTED, ref=1, why=RequestKind.RETURN),
    row(500, 4, K.AWARDED, ref=1),
    pool_row(560, HOMES_B, 0, K.OFFERED),
    row(560, 4, K.PLACED, ref=1),
    pool_row(600, HOMES_A, 0, K.OFFERED),
    pool_row(630, HOMES_A, 0, K.LOST, why=LostBecause.HOLD),
]


def five(rows: Sequence[object] = ROWS) -> Ledger:
    """Return the ledger of the five."""
    return ledger_of(
        rows,  # type: ignore[arg-type]
        pools=POOLS,
        options=OPTIONS,
        sets=SETS,
        notified_at=(0, 1, 1, 0, 1),
        profile=(0, -1, -1, 0, 0),
        window_days=730.0,
        end_days=1095.0,
    )


def two_years(name: str = "hand", **changes: object) -> Scenario:
    """Return the scenario of the five."""
    return scenario_of(scenario={"name": name, "years": 2}, **changes)


def results_of(ledgers: Mapping[str, Sequence[Ledger]], **changes: object) -> Results:
    """Measure and price ledgers: by scenario, one for each replication."""
    scenarios = [two_years(name, **changes) for name in ledgers]
    runs = [
        _run(scenario, number, ledger)
        for scenario in scenarios
        for number, ledger in enumerate(ledgers[scenario.key])
    ]
    many = len(next(iter(ledgers.values())))
    return Results(Batch.of(scenarios, runs, planned=many))


def _run(scenario: Scenario, number: int, ledger: Ledger) -> Run:
    return Run(
        scenario=scenario.key,
        seed=scenario.scenario.seed,
        replication=number,
        packed=(
            PackedColumns.of(measure(ledger, scenario)),
            PackedColumns.of(price(ledger, scenario)),
            PackedColumns.of(stack([])),
        ),
        packed_waits=PackedWaits.of(episodes(ledger)),
        labels=Labels.of(ledger),
        digest=ledger.digest(),
        cpu_seconds=(0.0,) * 4,
        more={OCCUPANCY: packed_occupancy(Reading(ledger, scenario))},
    )
