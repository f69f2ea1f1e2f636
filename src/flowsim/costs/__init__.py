"""What a run costs, and which municipality pays."""

from __future__ import annotations

from typing import Final

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

COMPONENTS: Final = {
    "care": Measure(
        "EUR", "Zorg volgens het contract van de woonvariant.", "Care under the variant's contract."
    ),
    "housing": Measure("EUR", "Huisvesting van bewoonde plekken.", "Housing of filled places."),
    "daytime": Measure("EUR", "Dagbesteding van bewoners.", "Daytime activity of residents."),
    "aftercare": Measure("EUR", "Nazorg in de eigen woning.", "Aftercare in the own dwelling."),
    "assessments": Measure("EUR", "Onderzoeken na melding.", "Assessments after notification."),
    "reassessments": Measure("EUR", "Herindicaties.", "Reassessments."),
    "moves": Measure(
        "EUR", "Verhuizingen naar een eigen woning.", "Moves into a dwelling of one's own."
    ),
    "on_call": Measure("EUR", "Bereikbaarheidsdienst.", "On-call."),
    "overhead": Measure(
        "EUR", "Contractmanagement en bedrijfsvoering.", "Contract management and operations."
    ),
}
"""Components of the cost (column ``detail``), with definitions."""
