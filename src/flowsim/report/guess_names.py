"""What guesses are called, and what they are at the ends of their range, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flowsim.errors import Said, msg, verbatim
from flowsim.guesses import Guess, Guesses
from flowsim.report.names import naming_of
from flowsim.report.wording import Wording
from flowsim.scenario import Scenario, paths
from flowsim.scenario.durations import Duration

WORDS: Final[Mapping[str, Said]] = {
    "hours_per_week": msg("hours a week of a client"),
    "recovery_days": msg("days to recover one level"),
    "worse_per_year": msg("getting worse, a year"),
    "recovery": msg("pace of recovery"),
    "worse": msg("pace of getting worse"),
    "wlz": msg("leaving to long-term care, a year"),
    "death": msg("dying, a year"),
    "unknown": msg("leaving to where nobody knows, a year"),
    "elsewhere": msg("leaving to family or elsewhere, a year"),
    "family": msg("leaving to family, a year"),
    "clinic": msg("leaving to a clinic, a year"),
    "weight": msg("weight of the municipalities"),
    "level_mix": msg("need at the door"),
    "has_tenancy": msg("share that rents at the door"),
    "hours_per_fte": msg("hours for cases of one FTE"),
    "assessment_hours": msg("hours of an assessment"),
    "reassessment_hours": msg("hours of a reassessment"),
    "reassessment_lead_days": msg("days before the end at which a reassessment is asked"),
    "award_days": msg("term of an award, days"),
    "paperwork_days": msg("lead time after the assessment, days"),
    "outcome": msg("outcome of an assessment"),
    "turnover_days": msg("days between two residents"),
    "patience_days": msg("patience of who waits, days"),
    "client_hours": msg("hours for clients of one FTE"),
    "vacancy": msg("vacancies, share"),
    "absence": msg("absence, share"),
    "realised": msg("share of the agreed dwellings that comes"),
    "stay_days": msg("length of a stay, days"),
    "hold_days": msg("days that a dwelling is held"),
    "transition_days": msg("days to move out"),
    "find_alone_per_year": msg("finding a dwelling alone, a year"),
    "days": msg("length of aftercare, days"),
}
"""By the key of the number."""
_OF: Final[Mapping[tuple[str, str], Said]] = {
    ("demand", "per_year"): msg("notifications a year"),
    ("dwellings", "per_year"): msg("dwellings agreed a year"),
    ("relapse", "per_year"): msg("relapse, a year"),
}
"""By the block or section, where the key says too little."""
_OUTCOMES: Final[Mapping[str, Said]] = {
    "award": msg("an award"),
    "general": msg("general services"),
    "rejected": msg("rejected"),
    "refer": msg("referred"),
}
_NAMED: Final = {"variant": "place", "team": "team", "desk": "desk", "level": "level",
                 "demand": "profile"}  # fmt: skip
"""What a teller calls the kinds of block."""


def guess_names(base: Scenario, say: Wording) -> dict[str, str]:
    """Return what each guess is called, by the name under which it is drawn; no two the same."""
    guesses, name_of = Guesses(base), naming_of(base, say)
    found: dict[str, str] = {}
    for name in guesses.names:
        listed = guesses.of(name)
        blocks = {_block(one.path) for one in listed}
        said = say.said(_word(listed[0]))
        if part := name.removeprefix(listed[0].name).lstrip("."):
            said = f"{said}: {say.said(_OUTCOMES.get(part) or verbatim(name_of('level', part)))}"
        if len(blocks) == 1 and (block := blocks.pop()) is not None:
            said = f"{said} ({name_of(_NAMED.get(block[0], ''), block[1])})"
        found[name] = said
    counted = list(found.values())
    return {name: said if counted.count(said) == 1 else f"{said} [{name}]"
            for name, said in found.items()}  # fmt: skip


def _block(path: str) -> tuple[str, str] | None:
    """Return the kind and name of the block of a path; None: it is in a section."""
    keys = paths.split(path) or [path]
    return (keys[0], keys[1]) if keys[0] in (*_NAMED, "dwellings", "situation") else None


def _word(guess: Guess) -> Said:
    keys = paths.split(guess.path) or [guess.path]
    for kind in keys[:-1]:
        if (kind, keys[-1]) in _OF:
            return _OF[kind, keys[-1]]
    return WORDS.get(keys[-1]) or verbatim(guess.path)


def said_at(guess: Guess, name: str, z: float, say: Wording) -> str:
    """Say what a guess is at a standard normal: its number, or a number of its table."""
    value = value_at(guess, name, z)
    return say.number(value, _places(value))


def value_at(guess: Guess, name: str, z: float) -> float:
    """Return what a guess is at a standard normal: its number, its mean, or one of its table."""
    value: Any = guess.at(dict.fromkeys(guess.names, 0.0) | {name: z})
    if "" in guess.laws:
        return Duration.parse(value).mean if isinstance(value, Mapping) else float(value)
    key = name.removeprefix(guess.name).lstrip(".")
    return float(value[key if key in value else next(iter(guess.laws))])


def _places(value: float) -> int:
    """Return decimals that leave about three digits."""
    size = abs(value)
    return 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 0.995 else 3
