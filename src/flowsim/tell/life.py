"""The life of one client: when, what happened, how long they waited for it and on what."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from flowsim.errors import Said, joined, msg, verbatim
from flowsim.ledger import EventKind, State
from flowsim.metrics.lives.waits import kind_of_wait
from flowsim.metrics.reading import Reading
from flowsim.tell.sentences import Row, sentences, withdrawn
from flowsim.tell.waits import BEFORE, Cause, Wait, waits_of_client
from flowsim.tell.words import Name, Words, lasting, plain_name

_INSTANT: Final = 1e-6
"""Days within which a row is at the end of a wait, whose length was rounded."""
_ENDS_A_WAIT: Final = {
    EventKind.AWARDED, EventKind.NOT_AWARDED, EventKind.PLACED, EventKind.HOUSED,
    EventKind.AFTERCARE, EventKind.GONE, EventKind.WITHDRAWN,
}  # fmt: skip


_OVERTAKEN_BY: Final = {
    EventKind.SUPPORT: {EventKind.SUPPORT},
    EventKind.HOUSED: {EventKind.AFTERCARE, EventKind.GONE},
}
_MEETS: Final = {
    EventKind.PLACED, EventKind.HOUSED, EventKind.AFTERCARE, EventKind.GONE, EventKind.REQUESTED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moment:
    """What happened to a client on a day."""

    day: float
    """Since the start date; negative where it was before it."""
    said: tuple[Said, ...]
    """Sentences, without their full stops."""


def headline(run: Reading, client: int, name: Name = plain_name) -> Said:
    """Say who a client is: number, profile, and where they notified."""
    clients, ledger = run.ledger.clients, run.ledger
    profile = int(clients.profile[client])
    parts = [msg("Client {n}", n=client)]
    parts.append(
        msg("there on the start date")
        if profile < 0
        else verbatim(name("profile", ledger.profiles[profile]))
    )
    if len(ledger.municipalities) > 1:
        where = ledger.municipalities[int(clients.notified_at[client])]
        parts.append(verbatim(name("area", where)))
    if clients.has_tenancy[client]:
        parts.append(msg("rents a dwelling"))
    return joined(parts)


def life_of(run: Reading, client: int, name: Name = plain_name) -> tuple[Moment, ...]:
    """Return what happened to one client, as it happened, to the end of the run.

    Parameters
    ----------
    run
        One run, with its scenario.
    client
        Number in `Ledger.clients`.
    name
        What things are called; default: by their names in the ledger.

    Returns
    -------
    tuple of Moment
        Empty where the client does not occur in the run.
    """
    past, words = run.history, Words(run.ledger, name)
    waits = deque(waits_of_client(run, client))
    told: list[Moment] = []
    rows = np.flatnonzero(past.client == client)
    for i in rows.tolist():
        row = row_of(run, i)
        said, day = sentences(words, row), float(past.day[i])
        if row.kind in _ENDS_A_WAIT and waits and abs(waits[0].end - day) < _INSTANT:
            after = _after(words, waits.popleft())
            said = [joined([said[0], after]), *said[1:]]
        elif _ends_another(run, i) and waits and abs(waits[0].end - day) < _INSTANT:
            after = _after(words, waits.popleft())
            said = [joined([withdrawn(row.asks), after]), *said]
        elif _goes_on(run, i):
            continue
        if said:
            told.append(Moment(day, tuple(said)))
    if len(rows) and (end := _at_the_end(run, words, rows[-1], waits)):
        told.append(Moment(run.ledger.end_days, tuple(end)))
    return tuple(told)


def row_of(run: Reading, i: int) -> Row:
    """Return what row i of the history says, and where the client was before it."""
    past = run.history
    first = bool(past.first[i])
    return Row(
        kind=EventKind(past.kind[i]),
        ref=int(past.ref[i]),
        why=int(past.why[i]),
        level=int(past.level[i]),
        before=None if first else State(past.before[i]),
        asks=-1 if first else int(past.request[i - 1]),
        fitted=-1 if first else int(past.option_set[i - 1]),
    )


def _ends_another(run: Reading, i: int) -> bool:
    """Tell whether a request ends a wait for something else."""
    past = run.history
    if past.kind[i] != EventKind.REQUESTED or past.first[i]:
        return False
    before, after = kind_of_wait(past.state[i - 1 : i + 1], past.request[i - 1 : i + 1])
    return bool(before >= 0 and before != after)


def _goes_on(run: Reading, i: int) -> bool:
    """Tell whether what a row says is over in its instant.

    So it is with support that changes twice, with leaving without a transition, and with other
    options that are met at once.
    """
    past, kind = run.history, EventKind(run.history.kind[i])
    overtaken_by = _OVERTAKEN_BY.get(kind, set())
    if kind == EventKind.REQUESTED and not past.first[i] and past.request[i - 1] == past.why[i]:
        overtaken_by = _MEETS
    follows: set[EventKind] = set()
    while i + 1 < len(past.kind) and not past.first[i + 1] and past.until[i] == past.day[i]:
        i += 1
        follows.add(EventKind(past.kind[i]))
    return bool(follows & overtaken_by)


def _after(words: Words, wait: Wait) -> Said:
    """Say after how long a wait something came, and on what it was."""
    return msg("after {time} of waiting ({causes})", time=lasting(wait.days),
               causes=_causes(words, wait))  # fmt: skip


def _at_the_end(run: Reading, words: Words, row: int, waits: deque[Wait]) -> list[Said]:
    """Say where someone is when the run ends; nothing of who has left."""
    past = run.history
    state = State(past.state[row])
    if state == State.GONE:
        return []
    ends = msg("Here the run ends")
    if waits:
        wait = waits[-1]
        return [ends, msg("Still waits, by now {time} ({causes})", time=lasting(wait.days),
                          causes=_causes(words, wait))]  # fmt: skip
    if state == State.AFTERCARE:
        return [ends, msg("Still has aftercare")]
    if state == State.TRANSIT:
        return [ends, msg("Is about to leave")]
    if state == State.SETTLED:
        return [ends, msg("Still lives in {place}", place=words.place(int(past.option[row])))]
    return [ends]


# ---------------------------------------------------------------- causes
def _causes(words: Words, wait: Wait) -> Said:
    """Say the causes of a wait; where there are several, with the time of each."""
    parts = list(_in_parts(wait))
    if len(parts) == 1:
        return _cause(words, parts[0][0])
    return joined(
        (joined([time, _cause(words, cause)], ": ") for cause, time in parts), separator="; "
    )


def _in_parts(wait: Wait) -> Iterator[tuple[Cause, Said]]:
    """Yield causes and times in the unit of the whole wait: they add up to what is told of it."""
    unit = 7.0 if lasting(wait.days).template == "{n} weeks" else 1.0
    whole = max(round(wait.days / unit), 1)
    exact = [days / unit for _, days in wait.causes]
    counts = [int(one) for one in exact]
    rest = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], i))
    for i in rest[: max(whole - sum(counts), 0)]:
        counts[i] += 1
    for (cause, _), count in zip(wait.causes, counts, strict=True):
        if count:
            yield cause, _units(count, unit)


def _units(count: int, unit: float) -> Said:
    if unit == 1.0:
        return lasting(count)
    return msg("1 week") if count == 1 else lasting(count * unit) if count > 3 else (
        msg("{n} weeks", n=count)
    )  # fmt: skip


def _cause(words: Words, cause: Cause) -> Said:
    """Say a cause, with what was missing by its name."""
    kind, blocks = cause
    if blocks and kind == "place":
        return msg("no place free in {variants}", variants=words.named("place", blocks))
    if blocks and kind == "hours":
        return msg("no hours free of {teams}", teams=words.named("team", blocks))
    if kind == "dwelling" and words.has_several_streams:
        return msg("no dwelling of {streams}", streams=words.named("dwellings", blocks))
    return _CAUSES[kind]


_CAUSES: Final = {
    BEFORE: msg("before the start date"),
    "assessor": msg("no assessor free"),
    "assessing": msg("assessment under way"),
    "paperwork": msg("paperwork"),
    "place": msg("no place free"),
    "hours": msg("no support hours free"),
    "dwelling": msg("no dwelling"),
    "queue_order": msg("someone else first"),
    "own_choice": msg("own choice of provider"),
    "provider_refusal": msg("refused by a provider"),
}
