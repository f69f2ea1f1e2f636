"""The state of one person at one instant, whole: what a burn-in leaves and a start restores."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from math import inf
from operator import attrgetter, itemgetter
from typing import Any, get_type_hints

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One person in the chain. Numbers are lasting numbers (`flowsim.layout`).

    What has a name here is also said by the data of today, or matters to more than one mechanism.
    All else a mechanism keeps for itself, under names of its own (`kept`).

    What is left of a clock is in days at speed 1 (recovery, stage, patience) or is the rest of an
    Exp(1) threshold (deterioration, exits, relapse, finding or losing a dwelling). None: not known,
    or not running for want of a rule that the run may have: drawn as for somebody new.
    """

    state: str
    """``settled``, ``ready``, ``move``, ``transit``, ``waiting``, ``queue``, ``assessing``,
    ``paperwork``, ``deciding`` (one of the three before, not known which) or ``aftercare``."""
    municipality: int
    """Where the person lives or lived last."""
    level: int
    since_days: float
    """Days since the request (or the notification) that is open."""
    variant: int = -1
    """Lived in, or waited for first; -1 none."""
    provider: int = -1
    area: int = -1
    """Number of the area (of the variant's scale) of the place; -1 none."""

    # who it is
    profile: int = -1
    origin: int | None = None
    notified_at: int | None = None
    reach: int | None = None
    urgent: bool | None = None
    tenancy: bool | None = None
    tenancy_at_door: bool | None = None

    prefers: int | None = None
    """Preferred provider, by its lasting number; -1 none."""

    # need and support
    error: int = 0
    """By how many levels the award is too light or too heavy."""
    recovery_left: float | None = None
    supported_from: int | None = None
    """A municipality whose team gives the support; None: where the person lives."""
    minutes: int | None = None
    """Minutes a week that the person gets."""

    # what is waited for
    request: int | None = None
    """`flowsim.ledger.RequestKind`."""
    wanted: tuple[int, ...] = ()
    """Variants asked for."""
    patience_left: float | None = None

    # the desk
    desk: int = -1
    """Number of the desk that handles the case or the award; -1: by profile and level."""
    work_left: float | None = None
    """Hours of work left on the case at the desk, first assessment or reassessment."""
    work_done: float = 0.0
    """Hours of work already done on it."""
    review_since: float | None = None
    """Days since a reassessment was asked for; None: none is open."""
    award_left: float | None = None
    """Days to the end of the award; negative when it is over."""
    award_share: float = 0.0
    """Share of the term of the award that is over, where `award_left` is not known."""

    stage_left: float = inf
    """Days to the end of a stay, transition, paperwork or aftercare."""

    kept: Mapping[str, Any] = field(default_factory=dict)
    """What mechanisms keep besides, by the names that they give it (`Part.take`): numbers, words,
    or tuples of these. What is not there is not known."""

    @property
    def groups(self) -> list[tuple[str, int, int, int]]:
        """What the data of today may count the person under: state, variant, provider, area."""
        state = _COUNTED.get(self.state, self.state)
        variants = self.wanted if state == "waiting" else (self.variant,)
        return [(state, variant, self.provider, self.area) for variant in variants]


_COUNTED = {
    "transit": "ready",
    "queue": "deciding",
    "assessing": "deciding",
    "paperwork": "deciding",
}


class People:
    """Snapshots of a burn-in, to resample people of today from.

    A path holds thousands, of whom a replication meets some hundreds: each is made when first met.

    Parameters
    ----------
    snapshots
        People at many instants of a run in balance, of each of whom the same is kept; the order is
        part of the results.
    names
        Of what is kept of each; not known before the first of the snapshots is there.
    rows
        More of them, each as its values in the order of the fields; of what is kept, the values
        alone.
    """

    def __init__(
        self,
        snapshots: Iterable[Snapshot],
        names: tuple[str, ...] | None = None,
        rows: Iterable[tuple[Any, ...]] = (),
    ) -> None:
        self._names = names
        self._rows: list[tuple[Any, ...]] = [*(self._row(one) for one in snapshots), *rows]
        self._met: dict[int, Snapshot] = {}
        self._numbers: dict[tuple[bool, bool], dict[_Group, list[int]]] = {}

    def _row(self, one: Snapshot) -> tuple[Any, ...]:
        if self._names is None:
            self._names = tuple(one.kept)
        elif self._names != tuple(one.kept):
            raise ValueError(f"{self._names} is kept of one, {tuple(one.kept)} of another")
        return (*_said(one), tuple(one.kept.values()))

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """Everyone, in order."""
        return tuple(self._meet(number) for number in range(len(self._rows)))

    def like(self, person: Snapshot, u: float, level_known: bool = False) -> Snapshot:
        """Return the snapshot at share `u` among those counted as a person of today is.

        Where nobody in the burn-in was in that place (at that level, where it is known), anyone in
        the variant will do, who then lives where the person does; where nobody was in the variant
        at all, the person stays. Who is counted as waiting for a variant is like those who ask for
        it first; where nobody does, like those who would also have it, and asks for it first.
        """
        group, level = person.groups[0], person.level
        found = self._counted(group, level if level_known else None)
        if found:
            one = self._meet(found[int(u * len(found))])
        else:
            wide = self._counted(group[:2], level) if level_known else []
            wide = wide or self._counted(group[:2])
            if not wide:
                return person
            one = _moved(self._meet(wide[int(u * len(wide))]), person)
        return one if one.award_left is not None else replace(one, award_share=person.award_share)

    def _meet(self, number: int) -> Snapshot:
        if number not in self._met:
            *said, kept = self._rows[number]
            of_mechanisms = dict(zip(self._names or (), kept, strict=True))
            known = dict(zip(_NAMES, said, strict=True))
            self._met[number] = Snapshot(**known, kept=of_mechanisms)
        return self._met[number]

    def _counted(self, group: _Group, level: int | None = None) -> list[int]:
        """Return the numbers of those counted in a place (then first) or a variant, at a level."""
        place, known = len(group) > 2, level is not None
        if (place, known) not in self._numbers:
            self._numbers[place, known] = self._counts(place, known)
        return self._numbers[place, known].get((*group, level) if known else group, [])

    def _counts(self, place: bool, known: bool) -> dict[_Group, list[int]]:
        numbers: dict[_Group, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            named, wanted, variant, provider, area, level = _GROUPED(row)
            state = _COUNTED.get(named, named)
            for one in wanted if state == "waiting" else (variant,):
                if place and one != variant:  # of who waits: what is asked for first
                    continue
                group = (state, one, provider, area) if place else (state, one)
                numbers[(*group, level) if known else group].append(number)
        return numbers

    def to_json(self) -> bytes:
        """Return the snapshots as JSON: the names of what is kept, and a row for each person."""
        said = [self._names or (), self._rows]
        return json.dumps(said, separators=(",", ":")).encode("utf-8")

    @classmethod
    def from_json(cls, text: bytes) -> People:
        """Make people from what `to_json` gave.

        Raises
        ------
        ValueError
            When it is no such thing: another number of values, another type, not a number.
        """
        if b"NaN" in text:
            raise ValueError("not a number")
        names, rows = _rows().validate_json(text, strict=True)
        if any(len(row[-1]) != len(names) for row in rows):
            raise ValueError("another number of values is kept than there are names")
        return cls((), names, rows)


_Group = tuple[str | int | None, ...]
"""State and variant; of a place also provider and area; then the level, where it is known."""
_NAMES = tuple(one.name for one in fields(Snapshot) if one.name != "kept")
_said = attrgetter(*_NAMES)
_GROUPED = itemgetter(
    *map(_NAMES.index, ("state", "wanted", "variant", "provider", "area", "level"))
)


_Value = bool | int | float | str | None
_Kept = _Value | tuple[_Value | tuple[_Value, ...], ...]


@cache
def _rows() -> TypeAdapter[tuple[tuple[str, ...], list[tuple[Any, ...]]]]:
    hints = get_type_hints(Snapshot)
    types = (*(hints[name] for name in _NAMES), tuple[_Kept, ...])
    row: Any = tuple.__class_getitem__(types)
    return TypeAdapter(tuple[tuple[str, ...], list[row]])


def _moved(one: Snapshot, person: Snapshot) -> Snapshot:
    here = person.municipality
    if one.state == "waiting" and one.variant != person.variant:
        one = _asking_first(one, person.variant)
    return replace(
        one,
        municipality=here,
        origin=here if one.origin == one.municipality else one.origin,
        notified_at=here if one.notified_at == one.municipality else one.notified_at,
        provider=person.provider,
        area=person.area,
    )


def _asking_first(one: Snapshot, variant: int) -> Snapshot:
    """Let someone ask for a variant before the others; patience is of the one asked for first."""
    rest = (other for other in one.wanted if other != variant)
    return replace(one, variant=variant, wanted=(variant, *rest), patience_left=None)
