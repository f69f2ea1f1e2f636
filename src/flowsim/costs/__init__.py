"""What a run costs, and which municipality pays."""

from __future__ import annotations

from typing import Final

from flowsim.costs.accounts import COMPONENTS
from flowsim.costs.basis import basis
from flowsim.costs.contracts import FORMS
from flowsim.costs.pricing import EXTERNAL, price
from flowsim.metrics import Measure

__all__ = ["COMPONENTS", "EXTERNAL", "FORMS", "MEASURES", "basis", "price"]

MEASURES: Final = {
    "cost_eur": Measure(
        "EUR",
        "Kosten in het jaar voor de verantwoordelijke gemeente, naar onderdeel, in prijzen van het "
        "prijsjaar.",
        "Cost in the year to the responsible municipality, by component, in prices of the price "
        "year.",
    ),
    "cost_of_clients_eur": Measure(
        "EUR",
        "Dezelfde kosten in het jaar, naar de gemeente waar de cliënt zich meldde, wie ook "
        "betaalt; wat geen cliënt veroorzaakt naar inwonertal.",
        "The same cost in the year, by the municipality where the client notified, whoever pays; "
        "what no client causes by population.",
    ),
}
