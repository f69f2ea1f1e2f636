"""What one row about a client says, in a sentence or two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from flowsim.errors import Said, msg, number
from flowsim.ledger import EventKind, How, Reason, RefusedBy, RequestKind, State
from flowsim.tell.words import Words, lasting


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row about a client, and where the client was before it."""

    kind: EventKind
    ref: int
    why: int
    level: int
    before: State | None
    """None: it is the client's first row."""
    asks: int
    """`RequestKind` of what was asked for before it; -1: nothing."""
    fitted: int
    """Set of options that was waited in before it; -1: none."""


def sentences(words: Words, row: Row) -> list[Said]:
    """Return what a row says, without full stops; nothing where it is not worth telling."""
    tell = _TELLERS.get(row.kind)
    return [] if tell is None else [one for one in tell(words, row) if one]


# ---------------------------------------------------------------- access
def _notified(words: Words, row: Row) -> list[Said]:
    again = row.why == RequestKind.RETURN or row.before == State.GONE
    desk = words.name("desk", words.ledger.pools[row.ref].block) if row.ref >= 0 else ""
    if desk:
        asked = msg("Asks for support again at {desk}", desk=desk) if again else (
            msg("Asks for support at {desk}", desk=desk)
        )  # fmt: skip
    else:
        asked = msg("Asks for support again") if again else msg("Asks for support")
    return [asked, *_need(words, row)]


def _need(words: Words, row: Row) -> list[Said]:
    level = words.level(row.level)
    return [] if level is None else [msg("Needs: {level}", level=level)]


def _awarded(words: Words, row: Row) -> list[Said]:
    need = _need(words, row) if row.before is None else []
    return [msg("Gets an award"), *need, _fits(words, row)]


def _fits(words: Words, row: Row) -> Said:
    choices = words.choices(row.ref)
    return msg("Nothing fits now") if choices is None else msg("What fits: {choices}",
                                                               choices=choices)  # fmt: skip


def _fits_now(words: Words, row: Row) -> Said:
    choices = words.choices(row.ref)
    if choices is None:
        return msg("Nothing fits now")
    return msg("What fits is now: {choices}", choices=choices)


# ---------------------------------------------------------------- requests
def _requested(words: Words, row: Row) -> list[Said]:
    if row.asks == row.why:
        same = words.choices(row.fitted) == words.choices(row.ref)
        return [] if same else [_fits_now(words, row)]
    asked = {
        RequestKind.NEW: msg("Waits for a first place"),
        RequestKind.MOVE: msg("Needs another place, and keeps this one until it is there"),
        RequestKind.LEAVE: msg("Is ready to leave"),
        RequestKind.RETURN: msg("Needs a place again"),
        RequestKind.DWELLING: msg("Needs a dwelling"),
        RequestKind.NEXT: msg("Waits for the next place"),
        RequestKind.FLIP: msg("May become tenant of the present dwelling"),
    }[RequestKind(row.why)]
    choices = words.choices(row.ref)
    if row.why not in (RequestKind.LEAVE, RequestKind.DWELLING):
        return [asked, _fits(words, row)]
    if choices is None:
        return [asked]
    return [asked, msg("Keeps the place until there is {dwelling}", dwelling=choices)]


def withdrawn(request: int) -> Said:
    """Say that something is asked no more."""
    if request == RequestKind.LEAVE:
        return msg("Is not ready to leave any more")
    if request == RequestKind.FLIP:
        return msg("Does not become tenant of it for now")
    return msg("Needs no other place any more")


def _withdrawn(words: Words, row: Row) -> list[Said]:
    return [withdrawn(row.why)]


def _stepped_out(words: Words, row: Row) -> list[Said]:
    return [msg("Gives up the place, and waits without one"), _fits(words, row)]


def _refused(words: Words, row: Row) -> list[Said]:
    place = words.place(row.ref)
    if row.why == RefusedBy.CLIENT:
        return [msg("Could have {place}, and waits for another provider", place=place)]
    return [msg("Is refused by the provider: {place}", place=place)]


def _refusal_over(words: Words, row: Row) -> list[Said]:
    if row.why == RefusedBy.CLIENT:
        return [msg("Waits for one provider no more")]
    return [msg("May ask again where a provider refused")]


# ---------------------------------------------------------------- places
_IN_A_PLACE: Final = (State.SETTLED, State.MOVING, State.READY, State.TRANSIT)


def _placed(words: Words, row: Row) -> list[Said]:
    place = words.place(row.ref)
    told = {
        How.TURN: msg("Moves to {place}", place=place)
        if row.before in _IN_A_PLACE
        else (msg("Gets a place: {place}", place=place)),
        How.EXCHANGE: msg("Exchanges places with someone: moves to {place}", place=place),
        How.START: msg("Lives in {place}", place=place),
        How.FLIP: msg("Becomes tenant of the present dwelling: {place}", place=place),
    }[How(row.why)]
    return [told, *(_need(words, row) if row.before is None else [])]


def _housed(words: Words, row: Row) -> list[Said]:
    if row.why == How.FLIP:
        return [msg("Becomes tenant of the present dwelling, and needs no support there")]
    if row.ref >= 0 and words.ledger.options[row.ref].dwelling >= 0:
        return [msg("Gets {dwelling}", dwelling=words.place(row.ref)), msg("Is about to leave")]
    return [msg("Is about to leave")]


def _aftercare(words: Words, row: Row) -> list[Said]:
    return [msg("Lives in a home of their own, with aftercare")]


def _reassigned(words: Words, row: Row) -> list[Said]:
    return [msg("Counts from now on for {place}", place=words.place(row.ref, counted=True))]


def _found_alone(words: Words, row: Row) -> list[Said]:
    return [msg("Gets a dwelling by urgency") if row.why else msg("Finds a dwelling alone")]


def _tenancy_lost(words: Words, row: Row) -> list[Said]:
    return [msg("Rents a dwelling no more")]


# ---------------------------------------------------------------- need and support
def _level(words: Words, row: Row) -> list[Said]:
    level = words.level(row.level)
    return [msg("Gets worse: {level}", level=level) if row.why else
            msg("Recovers: {level}", level=level)]  # fmt: skip


def _support(words: Words, row: Row) -> list[Said]:
    hours = number(row.ref / 60, 0 if row.ref % 60 == 0 else 1)
    if row.why:
        return [msg("Gets {hours} hours of support a week, less than needed", hours=hours)]
    return [msg("Gets {hours} hours of support a week", hours=hours)]


def _reviewed(words: Words, row: Row) -> list[Said]:
    late = [msg("The award had run on for {time}", time=lasting(row.ref))] if row.ref else []
    return [msg("Is reassessed: the award is extended"), *late]


def _relapsed(words: Words, row: Row) -> list[Said]:
    return [msg("Relapses: needs support again"), *_need(words, row)]


def _crisis(words: Words, row: Row) -> list[Said]:
    return [msg("Has a crisis")]


def _misjudged(words: Words, row: Row) -> list[Said]:
    return [msg("The award is heavier than the need") if row.why > 0 else
            msg("The award is lighter than the need")]  # fmt: skip


def _corrected(words: Words, row: Row) -> list[Said]:
    return [msg("The award fits the need again")]


# ---------------------------------------------------------------- the end
def _gone(words: Words, row: Row) -> list[Said]:
    if row.why == Reason.DONE:
        aftercare = row.before == State.AFTERCARE
        return [msg("Aftercare ends") if aftercare else msg("Is done, and leaves")]
    return [_LEAVES[Reason(row.why)]]


_LEAVES: Final = {
    Reason.OWN_DWELLING: msg("Leaves support, for a home of their own"),
    Reason.FAMILY: msg("Leaves, to live with family"),
    Reason.ELSEWHERE: msg("Leaves for elsewhere"),
    Reason.CLINIC: msg("Leaves for a clinic"),
    Reason.UNKNOWN: msg("Leaves, nobody knows where to"),
    Reason.WLZ: msg("Leaves for long-term care (Wlz)"),
    Reason.DEATH: msg("Dies"),
    Reason.GAVE_UP: msg("Gives up"),
    Reason.GENERAL: msg("Gets no award: general services will do"),
    Reason.REJECTED: msg("Gets no award: the application is rejected"),
    Reason.REFER: msg("Gets no award: referred to long-term care (Wlz)"),
    Reason.NO_VARIANT: msg("Leaves: no housing variant serves this need"),
}

_TELLERS: Final[dict[EventKind, Callable[[Words, Row], list[Said]]]] = {
    EventKind.NOTIFIED: _notified,
    EventKind.AWARDED: _awarded,
    EventKind.NOT_AWARDED: _gone,
    EventKind.REQUESTED: _requested,
    EventKind.WITHDRAWN: _withdrawn,
    EventKind.STEPPED_OUT: _stepped_out,
    EventKind.REFUSED: _refused,
    EventKind.REFUSAL_OVER: _refusal_over,
    EventKind.PLACED: _placed,
    EventKind.HOUSED: _housed,
    EventKind.AFTERCARE: _aftercare,
    EventKind.REASSIGNED: _reassigned,
    EventKind.FOUND_ALONE: _found_alone,
    EventKind.TENANCY_LOST: _tenancy_lost,
    EventKind.LEVEL: _level,
    EventKind.SUPPORT: _support,
    EventKind.REVIEWED: _reviewed,
    EventKind.RELAPSED: _relapsed,
    EventKind.CRISIS: _crisis,
    EventKind.MISJUDGED: _misjudged,
    EventKind.CORRECTED: _corrected,
    EventKind.GONE: _gone,
}
"""What is told of each kind of row; steps at the desk are told with the decision that they end in
(`flowsim.tell.waits`)."""


def kind_told(name: str) -> Said:
    """Say a kind of event in a few words, whoever it is about; by its name in small letters."""
    return _KINDS[EventKind[name.upper()]]


_KINDS: Final = {
    EventKind.NOTIFIED: msg("someone asks for support"),
    EventKind.ASSESSING: msg("an assessment begins"),
    EventKind.PAPERWORK: msg("an assessment is done"),
    EventKind.AWARDED: msg("someone gets an award"),
    EventKind.NOT_AWARDED: msg("someone gets no award"),
    EventKind.REQUESTED: msg("someone needs something else"),
    EventKind.WITHDRAWN: msg("someone needs nothing else any more"),
    EventKind.PLACED: msg("someone gets a place"),
    EventKind.STEPPED_OUT: msg("someone gives up the place"),
    EventKind.HOUSED: msg("someone can leave"),
    EventKind.AFTERCARE: msg("someone goes on with aftercare"),
    EventKind.GONE: msg("someone leaves"),
    EventKind.LEVEL: msg("someone recovers or gets worse"),
    EventKind.SUPPORT: msg("someone gets other hours of support"),
    EventKind.REVIEW_REQUESTED: msg("a reassessment is asked for"),
    EventKind.REVIEW_STARTED: msg("a reassessment begins"),
    EventKind.REVIEWED: msg("someone is reassessed"),
    EventKind.FOUND_ALONE: msg("someone finds a dwelling alone"),
    EventKind.RELAPSED: msg("someone relapses"),
    EventKind.CRISIS: msg("someone has a crisis"),
    EventKind.REASSIGNED: msg("someone counts for another area"),
    EventKind.MISJUDGED: msg("an award differs from the need"),
    EventKind.CORRECTED: msg("an award fits the need again"),
    EventKind.TENANCY_LOST: msg("someone rents a dwelling no more"),
    EventKind.REFUSED: msg("a place is refused"),
    EventKind.REFUSAL_OVER: msg("a refusal is over"),
    EventKind.CAPACITY: msg("the capacity changes"),
    EventKind.OFFERED: msg("a dwelling comes free"),
    EventKind.LOST: msg("a dwelling lapses"),
    EventKind.EXCHANGED: msg("people exchange places"),
    EventKind.OTHER_STARTED: msg("a desk begins with another case"),
    EventKind.OTHER_ENDED: msg("a desk is done with another case"),
    EventKind.REFILLED: msg("a dwelling goes to a provider"),
}
