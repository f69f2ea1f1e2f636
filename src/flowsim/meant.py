"""The name that was probably meant by another: misspelt, in capitals, or its Dutch word."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

_LOOKS: Final = 0.5
"""As alike as two names are, of 1, where one may be a slip for the other."""
_SURELY: Final = 0.8
"""So alike that it is no other word."""


def nearest(found: str, names: Sequence[str]) -> str | None:
    """Return the name that was probably meant, or None.

    A Dutch word means its translation before it means what looks like it: ``plaatsing`` is
    ``placement``, and not ``leaving``.
    """
    if found in names:
        return found
    low = "_".join(found.lower().replace("-", " ").split())
    sure = _alike(found, names, _SURELY) or _alike(low, names, _SURELY)
    if sure is not None:
        return sure
    translated = next((name for name in _DUTCH.get(low, ()) if name in names), None)
    if translated is not None:
        return translated
    return _alike(found, names, _LOOKS) or _alike(low, names, _LOOKS)


def _alike(found: str, names: Sequence[str], least: float) -> str | None:
    near = get_close_matches(found, names, n=1, cutoff=least)
    return near[0] if near else None


_WORDS: Final = """
naam                                                      name
titel                                                     title
reden waarom toelichting                                  reason note
jaar jaren looptijd                                       years
dagen duur                                                days
begindatum startdatum ingangsdatum                        date start
datum vanaf per                                           date
datums data peildata                                      dates
tot t_m tot_en_met einddatum                              until
herhalingen toekomsten                                    replications
startgetal                                                seed
gebied gebieden regios                                    areas
gemeenten                                                 areas municipality
gemeente                                                  municipality
subregio subregios deelregio deelregios                   subregion
regio                                                     region
niveau niveaus zwaarte                                    level
licht                                                     light
zwaar                                                     heavy
uren                                                      hours_per_week hours
uren_per_week uur_per_week                                hours_per_week
herstel                                                   recovery recovery_days
verslechtering                                            worse worse_per_year
situatie                                                  situation
vraag instroom aanmelding aanmeldingen meldingen          demand
profiel profielen                                         profile
per_jaar aantal aantal_per_jaar                           per_year
per_10k_per_jaar                                          per_10k_per_year
weging gewicht                                            weight
groei groei_per_jaar                                      growth_per_year
niveaumix niveauverdeling                                 level_mix
spoed urgentie                                            urgent urgency
geduld                                                    patience_days
opnieuw                                                   again
extern                                                    external
loket loketten toegang                                    desk access
behandelt                                                 handles
uren_per_fte                                              hours_per_fte
beoordelaars                                              assessors
beschikking indicatie toekenning                          award award_days
afgewezen afwijzing                                       rejected
verwezen doorverwezen                                     refer
algemeen                                                  general
variant varianten woonvorm woonvormen voorziening         variant
voorzieningen                                             variant
schaal                                                    scale
plek plekken plaats plaatsen capaciteit bedden            places
aanbieder                                                 provider providers
aanbieders zorgaanbieders                                 providers
huur huurcontract huurder                                 tenancy
eigen eigen_woning                                        own own_dwelling
woning woningen woningstroom woningstromen                dwellings
teams                                                     team
formatie                                                  fte
vacature vacatures                                        vacancy
verzuim ziekteverzuim                                     absence
verloop                                                   turnover_per_year
gerealiseerd realisatie                                   realised
patroon                                                   pattern
gelijkmatig                                               even
maandelijks per_maand                                     monthly
kwartaal per_kwartaal elk_kwartaal                        quarterly
dagelijks per_dag elke_dag                                daily
voorraad                                                  stock
maximum                                                   cap
plaatsing toewijzing wachtlijst wachtlijstbeleid          placement waiting
volgorde                                                  order
voorrang prioriteit                                       priority
binnen                                                    within
doorstroom doorstromers doorstromer                       move
uitstroom                                                 leaving leave
uitstromers uitstromer                                    leave
terugkeer terugkeerders terugkomers                       return
nieuw nieuwe nieuwkomers instromers                       new
lichtste_eerst                                            lightest_first
thuis_eerst                                               home_first
best_passend                                              best_fit
nazorg                                                    aftercare
terugval                                                  relapse
bestemming bestemmingen                                   destination
overlijden overleden                                      death
elders                                                    elsewhere
familie                                                   family
kliniek                                                   clinic
onbekend                                                  unknown
wachten                                                   waiting
geld kosten                                               money
prijspeil                                                 price_year
betaler                                                   payer
centrumgemeente                                           centre
herkomst                                                  origin
woonplaats                                                residence
vandaag begin beginstand                                  start
bewoners                                                  residents
wachtend wachtenden                                       waiting
personen mensen aantal_personen                           persons
wijziging wijzigingen verandering veranderingen           change
zet instellen wordt                                       set
splitsing                                                 split
gebouw                                                    building
thuis                                                     home
onbeperkt                                                 unlimited
bron                                                      source
aanname                                                   assumption
opmerking notitie                                         note
betrouwbaarheid                                           confidence
bereik bandbreedte marge                                  range
waarde                                                    value
uitgever                                                  publisher
gelezen                                                   read
vorm                                                      form
tarief prijs bedrag                                       eur
dagtarief dagprijs                                        day_rate
uurtarief uurprijs                                        hourly
beschikbaarheid                                           availability
bouwt_voort_op uitbreiding basis                          extends
"""


def _read(words: str) -> dict[str, tuple[str, ...]]:
    """Return by Dutch word what it may mean, the likeliest first."""
    read: dict[str, tuple[str, ...]] = {}
    for line in words.strip().splitlines():
        dutch, english = line[:58].split(), tuple(line[58:].split())
        read |= {word: (*read.get(word, ()), *english) for word in dutch}
    return read


_DUTCH: Final = _read(_WORDS)
