"""Unit and definition, in Dutch and English, of the measures of chains, returns, staff and homes.

Part of `flowsim.metrics.MEASURES`.
"""

from __future__ import annotations

from typing import Final

_CHAINED: Final = {
    "placement": ("op een eerste plek", "for a first place"),
    "internal": ("in een plek, op een andere", "in a place, for another one"),
    "return": ("op een plek na terugval", "for a place after relapse"),
}

DEFINITIONS: Final[dict[str, tuple[str, str, str]]] = {
    # ------------------------------------------------------------ blocking chains
    **{
        f"{kind}_chain_days": (
            "days",
            f"Wachten {nl}, voor zover een plek ontbrak: waar de keten van wachtenden eindigt; "
            "telt op tot de dagen met oorzaak plek.",
            f"Waiting {en}, as far as a place was missing: where the chain of waiting ends; adds "
            "up to the days charged to place.",
        )
        for kind, (nl, en) in _CHAINED.items()
    },
    "place_holder_days": (
        "days",
        "Wachten op een plek, naar wie de plek bezet houdt (de eerste schakel van de keten), naar "
        "woonvariant van die plek; telt op tot alle dagen met oorzaak plek.",
        "Waiting for a place, by who holds it (the first link of the chain), by variant of that "
        "place; adds up to all days charged to place.",
    ),
    # ------------------------------------------------------------ after leaving
    **{
        f"{name}_{months}_months": (
            "events",
            f"{nl} {months} maanden {after_nl}, naar jaar van vertrek.",
            f"{en} {months} months {after_en}, by year of leaving.",
        )
        for months in (6, 12, 24)
        for name, nl, after_nl, en, after_en in (
            (
                "leavers",
                "Vertrokken naar een eigen woning en",
                "te volgen",
                "Left for an own dwelling, and followed for",
                "in full",
            ),
            (
                "after",
                "Van wie vertrok naar een eigen woning, wat er na",
                "van kwam (duurzaam, weer gevraagd, terug in een plek, Wlz of overleden)",
                "Of those who left for an own dwelling, what came of it after",
                "(sustained, asking again, back in a place, Wlz or died)",
            ),
            (
                "not_followed",
                "Vertrokken naar een eigen woning en geen",
                "te volgen, omdat de run dan eindigt",
                "Left for an own dwelling, and not followed for",
                "because the run ends before",
            ),
        )
    },
    # ------------------------------------------------------------ stays and norms
    "stays_ended": (
        "events",
        "Verblijven in een woonvariant die eindigden: begonnen in de run, of al voor de start.",
        "Stays in a variant that ended: begun in the run, or before the start.",
    ),
    "stay_days_ended": (
        "days",
        "Dagen van de verblijven die eindigden en in de run begonnen; ingekort zolang de run jong "
        "is.",
        "Days of the stays that ended and began in the run; too short while the run is young.",
    ),
    "stays_current": (
        "persons",
        "Bewoners op de datum: verblijf begonnen in de run, of al voor de start.",
        "Residents on the date: stay begun in the run, or before the start.",
    ),
    "stay_days_current": (
        "days",
        "Dagen tot de datum van de lopende verblijven die in de run begonnen.",
        "Days up to the date of the stays that go on and began in the run.",
    ),
    "placement_by_norm": (
        "events",
        "Wachten op een eerste plek, naar jaar waarin het begon: hoe lang het duurde, hoe het ook "
        "eindigde.",
        "Waits for a first place, by the year in which they began: how long they lasted, whatever "
        "ended them.",
    ),
    # ------------------------------------------------------------ what does not fit
    "misplaced_days": (
        "days",
        "Dagen van bewoners die minder of meer nodig hebben dan hun woonvariant bedient.",
        "Days of residents who need less or more than their variant serves.",
    ),
    "misjudged": (
        "events",
        "Toekenningen die lichter of zwaarder zijn dan de behoefte.",
        "Awards that are lighter or heavier than the need.",
    ),
    "misjudged_days": (
        "days",
        "Dagen van bewoners met een toekenning die lichter of zwaarder is dan de behoefte.",
        "Days of residents with an award that is lighter or heavier than the need.",
    ),
    "corrected": (
        "events",
        "Onjuiste toekenningen die bij de herindicatie zijn rechtgezet.",
        "Misjudged awards that a reassessment put right.",
    ),
    # ------------------------------------------------------------ staff
    "team_hours_needed": (
        "hours",
        "Uren die nodig zijn: van bewoners naar hun niveau, van nazorg, en van wie een plek of "
        "woning heeft als er uren waren.",
        "Hours that are needed: of residents by their level, of aftercare, and of people who would "
        "have a place or dwelling if there were hours.",
    ),
    "team_fte": (
        "fte",
        "Formatie-eenheden gemiddeld over het jaar: nodig, ingezet, bezet, formatie, en "
        "bereikbaarheid.",
        "Full-time equivalents on average over the year: needed, given, filled, formation, and on "
        "call.",
    ),
    # ------------------------------------------------------------ dwellings
    "dwelling_needs": (
        "persons",
        "Mensen die een woning nodig hebben: begin + nieuw - gekregen - vervallen = eind.",
        "People who need a dwelling: start + new - got one - ended = end.",
    ),
    "dwellings_short": (
        "dwellings",
        "Woningtekort van het jaar: nieuwe vraag min wie er een kreeg of zonder toe kon; negatief "
        "als de wachtrij krimpt.",
        "Dwellings short in the year: new needs less those who got one or did without; negative "
        "when the queue shrinks.",
    ),
    "dwellings_agreed": (
        "dwellings",
        "Woningen volgens de afspraken, gerealiseerd of niet.",
        "Dwellings as agreed, realised or not.",
    ),
    "tenancies_lost": (
        "events",
        "Huurcontracten opgegeven bij de start in een plek van een aanbieder, of verloren tijdens "
        "het wachten of een verblijf daar.",
        "Tenancies given up on entering a provider's place, or lost while waiting or living there.",
    ),
    "reassigned": (
        "persons",
        "Mensen die blijven waar zij zijn en door een wijziging voor een ander gebied gaan tellen.",
        "People who stay where they are and, by a change, count for another area.",
    ),
}
"""Unit, Dutch and English, by name of the measure."""
