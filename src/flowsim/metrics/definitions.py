"""Unit and definition of every measure, in the words that reports print."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flowsim.metrics.definitions_flow import DEFINITIONS


@dataclass(frozen=True, slots=True)
class Measure:
    """What a measure is, for people."""

    unit: str
    """``persons`` (on a date, or on average over a year), ``events`` (in a year), ``days``,
    ``place_days``, ``hours``, ``dwellings`` or ``EUR`` (all in a year), ``fte`` (on average over a
    year)."""
    nl: str
    en: str


_WAITS: Final = {
    "access": ("op een besluit (melding tot besluit)", "for a decision (notification to decision)"),
    "placement": (
        "op een eerste plek (besluit tot start)",
        "for a first place (decision to start)",
    ),
    "internal": (
        "in een plek, op een andere woonvariant (doorstroom)",
        "in a place, for another variant (throughflow)",
    ),
    "outflow": (
        "in een plek, uitstroomgereed, op wat voor vertrek nodig is (zonder de verhuistijd)",
        "in a place, ready to leave, for what leaving needs (without the transition)",
    ),
    "return": ("op een plek na terugval", "for a place after relapse"),
}
_DAYS: Final = {
    "days": (
        "gelijk verdeeld over wat ontbrak; telt op tot de hele wachttijd",
        "divided equally over what was missing; adds up to the whole wait",
    ),
    "days_sole": (
        "alleen dagen waarop dit het enige was dat ontbrak",
        "only days on which it was all that was missing",
    ),
    "days_any": (
        "alle dagen waarop dit ontbrak; telt op tot meer dan de wachttijd",
        "all days on which it was missing; adds up to more than the wait",
    ),
    "persons": (
        "aantal personen op de datum, gelijk verdeeld over wat ontbrak",
        "persons on the date, divided equally over what was missing",
    ),
}

MEASURES: Final[dict[str, Measure]] = {
    "exposure": Measure("days", "Lengte van het jaar.", "Length of the year."),
    "persons": Measure(
        "persons",
        "Personen op de datum, naar toestand en (in een plek) woonvariant; wie vertrokken is telt "
        "niet mee.",
        "Persons on the date, by state and (in a place) variant; who has left does not count.",
    ),
    "mean_persons": Measure(
        "persons",
        "Gemiddeld aantal personen in het jaar, naar toestand en woonvariant.",
        "Persons on average over the year, by state and variant.",
    ),
    "person_days": Measure(
        "days", "Persoonsdagen in het jaar, naar toestand.", "Person-days in the year, by state."
    ),
    "residents_by_level": Measure(
        "persons",
        "Bewoners op de datum, naar woonvariant en werkelijke ondersteuningsbehoefte.",
        "Residents on the date, by variant and true support level.",
    ),
    "residents_by_tenancy": Measure(
        "persons",
        "Bewoners op de datum: met eigen huurcontract (own), van de aanbieder (provider), in de "
        "opvang (shelter).",
        "Residents on the date: own tenancy, provider's place, shelter.",
    ),
    "balance": Measure(
        "persons",
        "Personenbalans van de keten: begin + in - uit = eind. In de keten is wie gemeld en nog "
        "niet vertrokken is; nazorg is erbuiten.",
        "Balance of persons in the chain: start + in - out = end. In the chain is who has notified "
        "and not yet left; aftercare is outside it.",
    ),
    "notifications": Measure(
        "events",
        "Meldingen: nieuw, opnieuw van wie zonder hulp was weggegaan (again), of na terugval "
        "(return).",
        "Notifications: new, again of people who had gone without support, or after relapse "
        "(return).",
    ),
    "decisions": Measure("events", "Besluiten, naar uitkomst.", "Decisions, by outcome."),
    "decisions_by_term": Measure(
        "events",
        "Besluiten binnen en buiten de wettelijke termijn (onderzoek en besluit samen).",
        "Decisions within and beyond the legal term (investigation and decision together).",
    ),
    "unserved_awards": Measure(
        "events",
        "Toekenningen die niemand kan uitvoeren: geen woonvariant past (no_variant), of er zijn "
        "tot het einde geen plekken of uren genoeg (no_room).",
        "Awards that nobody can serve: no variant fits (no_variant), or to the end there are no "
        "places, or never hours enough (no_room).",
    ),
    "desk_cases": Measure(
        "events",
        "Zaken van de toegang: meldingen; begonnen onderzoeken, herindicaties en ander werk.",
        "Cases of the desk: notifications; assessments, reassessments and other work begun.",
    ),
    "assessor_days": Measure(
        "days",
        "Dagen van de onderzoekers, naar werk; samen alle dagen die er zijn.",
        "Days of the assessors, by work; together all days there are.",
    ),
    "reviews": Measure(
        "events",
        "Herindicaties besloten, en dagen dat de beschikking na haar einde doorliep.",
        "Reassessments decided, and days that the award ran on after its end.",
    ),
    "list_persons": Measure(
        "persons",
        "Mensen op de lijst op de datum, in geen plek: in afwachting van een besluit, actief "
        "wachtend, of wenswachtend (weigerde een plek en wacht op de aanbieder van voorkeur).",
        "People on the list on the date, in no place: awaiting a decision, active, or waiting by "
        "preference (refused a place and waits for the preferred provider).",
    ),
    "starts": Measure(
        "events", "Starts in een plek, van buiten.", "Starts in a place, from outside."
    ),
    "first_places": Measure(
        "events",
        "Eerste plekken, naar de woonvariant die iemand kreeg en (detail) de woonvariant die de "
        "toekenning als eerste noemt.",
        "First places, by the variant got and (detail) the variant that the award names first.",
    ),
    "moves": Measure(
        "events",
        "Doorstroom: verhuizingen naar de woonvariant, vanuit de andere (detail).",
        "Throughflow: moves into the variant, from the other one (detail).",
    ),
    "locked_days": Measure(
        "days",
        "Dagen dat mensen van plek hadden kunnen ruilen als er uren genoeg waren geweest.",
        "Days on which people could have exchanged places, had there been hours enough.",
    ),
    "exchanges": Measure(
        "events",
        "Keren dat wachtenden elkaars plek innamen, en hoeveel mensen.",
        "Times that waiting people took each other's place, and how many people.",
    ),
    "outflow": Measure(
        "events",
        "Uitstroom uit een plek: naar een eigen woning met nazorg (to_light) of zonder (to_none), "
        "anders (to_other: familie, elders, kliniek, Wlz, onbekend, overleden).",
        "Outflow from a place: to an own dwelling with aftercare (to_light) or without (to_none), "
        "other (to_other: family, elsewhere, clinic, Wlz, unknown, death).",
    ),
    "outflow_by_reason": Measure(
        "events", "Uitstroom uit een plek, naar reden.", "Outflow from a place, by reason."
    ),
    "gave_up": Measure(
        "events",
        "Wachtenden buiten een plek die opgaven, naar waarop zij wachtten.",
        "People waiting outside a place who gave up, by what they waited for.",
    ),
    "left_waiting": Measure(
        "events",
        "Wachtenden buiten een plek die om een andere reden vertrokken of overleden.",
        "People waiting outside a place who left for another reason, or died.",
    ),
    "changes_of_need": Measure(
        "events",
        "Herstel, verslechtering, crisis, uitstroomgereed worden, terugval.",
        "Recovery, deterioration, crisis, becoming ready to leave, relapse.",
    ),
    "over_full_days": Measure(
        "days",
        "Dagen van bewoners boven het aantal plaatsen: plaatsen die sluiten als zij vrijvallen, of "
        "een gebied dat na een splitsing meer bewoners heeft dan plaatsen.",
        "Days of residents beyond the places there are: places that close as they fall free, or "
        "an area that has more residents than places after a split.",
    ),
    "place_days": Measure(
        "place_days",
        "Plaatsdagen: bewoond (settled), bewoond maar geblokkeerd (blocked), vertrek bekend "
        "(transit), mutatieleegstand (turning_over), onbezet (unfilled); samen alle plaatsen.",
        "Place-days: filled (settled), filled but blocked, departure known (transit), turning "
        "over, unfilled; together all places.",
    ),
    "hours_not_delivered": Measure(
        "hours",
        "Uren die zijn toegezegd en er niet zijn: een team met minder personeel dan zijn cliënten "
        "samen nodig hebben; niemand verliest zijn ondersteuning in één keer.",
        "Hours committed that are not there: a team with fewer staff than its clients need "
        "together; nobody loses support at once.",
    ),
    "team_hours": Measure(
        "hours",
        "Uren ondersteuning gegeven, en beschikbaar, per team.",
        "Hours of support given, and available, by team.",
    ),
    "under_supported_days": Measure(
        "days",
        "Dagen van bewoners met minder ondersteuning dan nodig.",
        "Days of residents with less support than needed.",
    ),
    "dwellings": Measure(
        "dwellings",
        "Woningen uit het contingent: aangeboden, gebruikt, verloren na de bedenktijd (lost_hold) "
        "of omdat er al te veel stonden (lost_cap), na een omklap naar de aanbieder (to_provider).",
        "Dwellings of the contingent: offered, used, lost after the hold, lost beyond the cap, "
        "to a provider after a tenancy flip (to_provider).",
    ),
    "found_alone": Measure(
        "dwellings",
        "Woningen die mensen zelf vonden, buiten het contingent.",
        "Dwellings that people found alone, outside the contingent.",
    ),
    **{
        f"{kind}_{what}": Measure(
            "persons" if what == "persons" else "days",
            f"Wachten {wait[0]}, naar oorzaak: {how[0]}.",
            f"Waiting {wait[1]}, by cause: {how[1]}.",
        )
        for kind, wait in _WAITS.items()
        for what, how in _DAYS.items()
        if kind != "access" or what in ("days", "persons")
    },
    **{name: Measure(*words) for name, words in DEFINITIONS.items()},
}
