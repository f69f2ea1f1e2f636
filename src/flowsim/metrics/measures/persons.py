"""How many people are where: on dates, and on average over a year."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from flowsim.ledger import EventKind, Reason, State
from flowsim.metrics import occurs
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.defining import Measure, defines
from flowsim.metrics.lives.history import NEVER, in_chain, in_place
from flowsim.metrics.reading import STATES, Reading, count
from flowsim.metrics.window import Floats

TENANCIES = ("own", "provider", "shelter")
BALANCE = (
    "start",
    "in_notified",
    "in_again",
    "in_returned",
    "out_not_awarded",
    "out_gave_up",
    "out_left_waiting",
    "out_to_light",
    "out_to_none",
    "out_to_other",
    "end",
)


@defines(
    persons=Measure(
        "persons",
        "Personen op de datum, naar toestand en (in een plek) woonvariant; wie vertrokken is "
        "telt niet mee.",
        "Persons on the date, by state and (in a place) variant; who has left does not count.",
    ),
    mean_persons=Measure(
        "persons",
        "Gemiddeld aantal personen in het jaar, naar toestand en woonvariant.",
        "Persons on average over the year, by state and variant.",
    ),
    person_days=Measure(
        "days",
        "Persoonsdagen in het jaar, naar toestand.",
        "Person-days in the year, by state.",
    ),
)
def measure_persons(run: Reading) -> Columns:
    """Count persons by state, variant and municipality: on dates, and on average by year."""
    window, ledger, spells = run.window, run.ledger, run.spells
    axes = (len(ledger.municipalities), len(ledger.variants) + 1, len(STATES))

    def where(spell: npt.NDArray[np.intp]) -> tuple[npt.ArrayLike, ...]:
        return run.municipality[spell], run.variant[spell] + 1, spells.state[spell]

    spell, date = run.on_dates
    stock = count((len(window.dates), *axes), date, *where(spell))
    pieces = run.pieces
    days = count((len(window.years), *axes), pieces.year, *where(pieces.spell), weight=pieces.days)
    names = {
        "municipality": ledger.municipalities,
        "variant": ("", *ledger.variants),
        "detail": STATES,
    }
    shown = _shown(run)
    mean = days / window.length[:, None, None, None]
    return stack(
        [
            table(name, number, {"period": periods, **names}, np.broadcast_to(shown, number.shape))
            for name, number, periods in (
                ("persons", stock, window.dates),
                ("mean_persons", mean, window.years),
            )
        ]
        + [
            table(
                "person_days",
                days.sum(axis=(1, 2))[:, occurs.states(run)],
                {
                    "period": window.years,
                    "detail": [STATES[i] for i in np.flatnonzero(occurs.states(run))],
                },
            )
        ]
    )


def _shown(run: Reading) -> npt.NDArray[np.bool_]:
    """Return which combinations of variant and state a table shows: (variants + 1, states)."""
    held = in_place(np.arange(len(STATES), dtype=np.int8))
    shown = np.zeros((len(run.ledger.variants) + 1, len(STATES)), dtype=bool)
    states = occurs.states(run)
    shown[0] = states & ~held
    shown[1:] = states & held
    return shown


@defines(
    residents_by_level=Measure(
        "persons",
        "Bewoners op de datum, naar woonvariant en werkelijke ondersteuningsbehoefte.",
        "Residents on the date, by variant and true support level.",
    ),
)
def measure_levels(run: Reading) -> Columns:
    """Count residents by variant and true support level, on dates."""
    if not run.has_levels or not run.variants:
        return stack([])
    spell, date = run.on_dates
    lives = run.variant[spell] >= 0
    spell, date = spell[lives], date[lives]
    size = (len(run.window.dates), len(run.ledger.variants), len(run.levels))
    stock = count(size, date, run.variant[spell], run.spells.level[spell])
    return table(
        "residents_by_level",
        stock,
        {"period": run.window.dates, "variant": run.ledger.variants, "detail": run.levels},
    )


@defines(
    residents_by_tenancy=Measure(
        "persons",
        "Bewoners op de datum: met eigen huurcontract (own), van de aanbieder (provider), in de "
        "opvang (shelter).",
        "Residents on the date: own tenancy, provider's place, shelter.",
    ),
)
def measure_tenancy(run: Reading) -> Columns:
    """Count residents at home (own tenancy), in a provider's place, in a shelter, on dates."""
    if not run.variants:
        return stack([])
    kind_of = np.array([TENANCIES.index(v.tenancy) for v in run.variants.values()])
    present = [i for i in range(len(TENANCIES)) if i in kind_of]
    spell, date = run.on_dates
    lives = run.variant[spell] >= 0
    spell, date = spell[lives], date[lives]
    size = (len(run.window.dates), len(run.ledger.municipalities), len(TENANCIES))
    stock = count(size, date, run.municipality[spell], kind_of[run.variant[spell]])
    return table(
        "residents_by_tenancy",
        stock[..., present],
        {
            "period": run.window.dates,
            "municipality": run.ledger.municipalities,
            "detail": [TENANCIES[i] for i in present],
        },
    )


@defines(
    balance=Measure(
        "persons",
        "Personenbalans van de keten: begin + in - uit = eind. In de keten is wie gemeld en nog "
        "niet vertrokken is; nazorg is erbuiten.",
        "Balance of persons in the chain: start + in - out = end. In the chain is who has "
        "notified and not yet left; aftercare is outside it.",
    ),
)
def measure_balance(run: Reading) -> Columns:
    """Balance the persons in the chain: start + in - out = end, by municipality and year."""
    past, ledger, edges = run.history, run.ledger, run.window.edges
    was, is_ = in_chain(past.before), in_chain(past.state)
    enters, leaves = is_ & ~was, was & ~is_
    municipality = run.municipality_of_client[past.client]
    flow = np.full(len(past.kind), -1)
    flow[enters] = np.select(
        [past.before == NEVER, past.before == State.GONE],
        [BALANCE.index("in_notified"), BALANCE.index("in_again")],
        BALANCE.index("in_returned"),
    )[enters]
    flow[leaves] = _way_out(run)[leaves]
    size = (len(run.window.years), len(ledger.municipalities), len(BALANCE))
    row = np.flatnonzero((flow >= 0) & (run.year_of_row >= 0))
    number = count(size, run.year_of_row[row], municipality[row], flow[row])
    # There just before the first instant of each year; people of the start before that of the run.
    day = np.where(past.at_start, -np.inf, past.day)
    for sign, mine in ((1.0, enters), (-1.0, leaves)):
        after = np.searchsorted(edges, day[mine], side="right")
        begins = count((len(edges) + 1, size[1]), after, municipality[mine]).cumsum(axis=0)
        number[..., 0] += sign * begins[: size[0]]
        number[..., -1] += sign * begins[1 : size[0] + 1]
    return table(
        "balance",
        number,
        {"period": run.window.years, "municipality": ledger.municipalities, "detail": BALANCE},
    )


def _way_out(run: Reading) -> npt.NDArray[np.int64]:
    """Return the index in `BALANCE` of the way out that each row would be."""
    past = run.history
    code = np.full(len(past.kind), BALANCE.index("out_to_other"))
    code[np.isin(past.why, (Reason.OWN_DWELLING, Reason.DONE))] = BALANCE.index("out_to_none")
    code[~in_place(past.before)] = BALANCE.index("out_left_waiting")
    code[past.why == Reason.GAVE_UP] = BALANCE.index("out_gave_up")
    refused = (past.kind == EventKind.NOT_AWARDED) | (past.why == Reason.NO_VARIANT)
    code[refused] = BALANCE.index("out_not_awarded")
    code[past.kind == EventKind.AFTERCARE] = BALANCE.index("out_to_light")
    return code


@defines(
    exposure=Measure(
        "days",
        "Lengte van het jaar.",
        "Length of the year.",
    ),
)
def measure_exposure(run: Reading) -> Columns:
    """Give the length of the years: what turns days into persons and numbers into rates."""
    length: Floats = run.window.length
    return table("exposure", length, {"period": run.window.years})
