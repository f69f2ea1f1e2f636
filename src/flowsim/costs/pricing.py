"""The price of one run: the accounts of every phase, put together."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from flowsim.costs.accounts import Accounts
from flowsim.costs.facts import Facts
from flowsim.ledger import Ledger
from flowsim.metrics.columns import Columns, stack, table
from flowsim.metrics.reading import Reading
from flowsim.scenario.model import Scenario

Floats = npt.NDArray[np.float64]

EXTERNAL: Final = "external"
"""Payer outside the region: the municipality of origin of people from elsewhere."""


def price(ledger: Ledger, scenario: Scenario, reading: Reading | None = None) -> Columns:
    """Return the costs of one run: by year, payer, variant and component; and by client.

    Parameters
    ----------
    ledger
        One run.
    scenario
        The scenario that was run; prices and contracts follow its dated changes.
    reading
        ``Reading(ledger, scenario)``, where it is at hand.

    Returns
    -------
    Columns
        ``cost_eur``. ``municipality``: who pays (`EXTERNAL`: a municipality outside the region).
        ``detail``: the component, see `flowsim.costs.COMPONENTS`. ``variant`` is given for care,
        housing and daytime. EUR of the price year, from day 0 to the end of the window. The rows
        of a year add up to its total; a component that the scenario does not price is left out.
        ``cost_of_clients_eur``: the same total by the municipality where the client notified.
    """
    run = Reading(ledger, scenario) if reading is None else reading
    payers = _payers(run)
    booked = _components(run, payers)
    paid = {what: eur[:, : len(payers)] for what, eur in booked.items()}
    notified = [eur[:, len(payers) :] for eur in booked.values()]
    return stack([*_priced(run, payers, paid), _of_clients(run, notified)])


def _priced(
    run: Reading, payers: tuple[str, ...], paid: dict[tuple[str, str], Floats]
) -> list[Columns]:
    """Write each component by year and payer."""
    years = run.window.years
    return [
        table(
            "cost_eur",
            eur[:, :, None, None],
            {
                "period": years,
                "municipality": payers,
                "variant": (variant,),
                "detail": (component,),
            },
        )
        for (component, variant), eur in paid.items()
    ]


def _of_clients(run: Reading, notified: list[Floats]) -> Columns:
    """Write the whole cost by year and municipality of notification, whoever pays."""
    if not notified:
        return stack([])
    axes = {"period": run.window.years, "municipality": run.ledger.municipalities}
    return table("cost_of_clients_eur", np.sum(notified, axis=0), axes)


def _components(run: Reading, payers: tuple[str, ...]) -> dict[tuple[str, str], Floats]:
    """Return every component and variant: EUR by year and account, over all phases."""
    whole: dict[tuple[str, str], Floats] = {}
    facts = Facts(run)
    for phase in np.unique(run.window.phase_of_span).tolist():
        accounts = Accounts(facts, phase, payers)
        overhead = accounts.scenario.money.overhead
        for name, variant, eur in accounts.components():
            _book(whole, (name, variant), eur)
            if overhead > 0:
                _book(whole, ("overhead", ""), eur * overhead)
    return whole


def _book(whole: dict[tuple[str, str], Floats], at: tuple[str, str], eur: Floats) -> None:
    whole[at] = whole[at] + eur if at in whole else eur


def _payers(run: Reading) -> tuple[str, ...]:
    """Return the municipalities, and `EXTERNAL` where people from outside pay by origin."""
    by_origin = any(scenario.money.payer == "origin" for scenario in run.scenarios)
    outside = by_origin and any(demand.external for demand in run.scenario.demand)
    return (*run.ledger.municipalities, *([EXTERNAL] if outside else []))
