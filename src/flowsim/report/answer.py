"""The answer in sentences: one for each scenario, on what the comparison is about.

A title is never the subject of a verb and never inflected. The direction is a word, said only where
its sign is sure; what is too small or too unsure is said to be so (docs/decisions/0022).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from flowsim.experiment.estimates.estimate import Direction, Verdict
from flowsim.experiment.quantities.kinds import Quantity
from flowsim.report.amounts import said_amount, said_between, said_ends, weeks
from flowsim.report.besides import but_of, late, more_late, opposite, part_said, since_said
from flowsim.report.cells import FIRST, Cells, first_of
from flowsim.report.saying import (
    is_probable,
    quantity_of,
    said_label,
    said_number,
    words_of,
)
from flowsim.report.wording import Wording

Cell = dict[Any, Any]
_Sure = dict[tuple[bool, bool], str]
SURE: Final[_Sure] = {
    (True, False): "With ‘{title}’: {what} on average slightly {word}{ends}.",
    (True, True): "With ‘{title}’: {what} probably on average slightly {word}{ends}.",
    (False, False): "With ‘{title}’: {what} on average {amount} {word}{ends}.",
    (False, True): "With ‘{title}’: {what} probably on average {amount} {word}{ends}.",
}
SURE_WAIT: Final[_Sure] = {
    (True, False): "With ‘{title}’ people wait on average slightly {word} {what}{ends}.",
    (True, True): "With ‘{title}’ people probably wait on average slightly {word} {what}{ends}.",
    (False, False): "With ‘{title}’ people wait on average {amount} {word} {what}{ends}.",
    (False, True): "With ‘{title}’ people probably wait on average {amount} {word} {what}{ends}.",
}
SURE_LIST: Final[_Sure] = {
    (True, False): "With ‘{title}’ on average slightly {word} people wait for a place{ends}.",
    (True, True): (
        "With ‘{title}’ probably on average slightly {word} people wait for a place{ends}."
    ),
    (False, False): "With ‘{title}’ on average {n} {word} people wait for a place{ends}.",
    (False, True): "With ‘{title}’ probably on average {n} {word} people wait for a place{ends}.",
}
"""Differences of which the sign is sure, the same of a wait, and of the list of those who wait; by
whether they are slight, and whether they are no more than probable."""
UNTOLD: Final = (
    "With ‘{title}’: {what}, it cannot be told whether on average {more} or {less} ({between})."
)
UNTOLD_WAIT: Final = (
    "With ‘{title}’ it cannot be told whether people wait on average {more} or {less} {what} "
    "({between})."
)
"""Differences that may be chance, while what may be there matters."""


def answer(
    keys: Sequence[str],
    cells: Cells,
    titles: Mapping[str, str],
    say: Wording,
    since: Mapping[str, Cell] | None = None,
    parts: Mapping[str, Cell] | None = None,
) -> Iterator[str]:
    """Say how things are in the base, and what each other scenario changes.

    On the first of `flowsim.report.cells.FIRST` that a scenario and the base have a number for.
    ``since``: by scenario the same from its first dated difference on, where it begins later: a
    mean over the whole window dilutes that (`flowsim.report.cells.since_of`). ``parts``: by
    scenario the subregion that differs most from the region (`flowsim.report.cells.parts_of`).
    """
    base = first_of(keys[0], cells)
    for key in keys:
        about = first_of(key, cells)
        if base is None or about is None:
            continue
        about = max(base, about, key=FIRST.index)
        cell = cells.get((key, *about))
        if cell is None:
            continue
        nobody = cell["value"] == 0 and about[0] == "wait" and not _somebody(cell, cells)
        if key == keys[0] or nobody or Verdict(cell["verdict"]) == Verdict.NONE:
            text = level(cell, cells, titles[key], say)
            too_late = late(key, cells, say)
        else:
            text = difference(cell, titles[key], say)
            but = but_of(key, cells, say) if cell["direction"] == Direction.LOWER else ""
            text = text.removesuffix(".") + (f"; {but}." if but else ".")
            too_late = more_late(key, cells, say)
        later = since.get(key) if since and about == FIRST[0] else None
        part = parts.get(key) if parts and about == FIRST[0] else None
        more = (
            since_said(later, say) if later else "",
            part_said(part, say) if part else "",
            opposite(key, cells, say),
            too_late,
        )
        yield " ".join(filter(None, (text, *more)))


# ---------------------------------------------------------------- how it is
def level(cell: Cell, cells: Cells, title: str, say: Wording) -> str:
    """Say a number with its interval."""
    about, value = quantity_of(cell), float(cell["value"])
    if about.measure != "wait":
        number = said_number(about, value, say)
        ends = said_ends(about, cell["low"], cell["high"], say, about.decimals)
        if _is_list(about):
            return say(
                "With ‘{title}’ on average {number} people wait for a place{ends}.",
                title=title, number=number, ends=ends,
            )  # fmt: skip
        return say(
            "With ‘{title}’: {label} on average {number} {unit}{ends}.",
            title=title, label=_small(said_label(about, say)), number=number,
            unit=say(about.unit), ends=ends,
        )  # fmt: skip
    what = _what(about, say)
    if value == 0 and not _somebody(cell, cells):
        return say("With ‘{title}’ nobody waits {what}.", title=title, what=what)
    places = about.say if round(value) >= 1 else about.decimals
    ends = said_ends(about, cell["low"], cell["high"], say, places)
    amount = weeks(value, say, plain=True)
    return say(
        "With ‘{title}’ people wait on average {amount} {what}{ends}.",
        title=title, amount=amount, what=what, ends=ends,
    )  # fmt: skip


def _somebody(cell: Cell, cells: Cells) -> bool:
    """Tell whether somebody is on the list, as it is shown."""
    listed = cells.get((str(cell["scenario"]), "waiting", str(cell["detail"]), "mean"))
    return listed is not None and round(float(listed["value"]), 1) != 0


# ---------------------------------------------------------------- what changes
def difference(cell: Cell, title: str, say: Wording) -> str:
    """Say what a scenario changes, by its verdict."""
    about, verdict = quantity_of(cell), Verdict(cell["verdict"])
    wait = about.measure == "wait"
    what = _what(about, say) if wait else _small(said_label(about, say))
    told = {"title": title, "what": what}
    if verdict == Verdict.EXACT:
        text = (
            say("With ‘{title}’ people wait on average exactly as long {what}.", **told)
            if wait
            else say("With ‘{title}’: {what} on average exactly the same.", **told)
        )
    elif verdict == Verdict.SAME:
        told["least"] = said_amount(about, float(cell["matters"]), say, plain=True)
        text = (
            say(
                "With ‘{title}’ people wait on average about as long {what}: less than {least} "
                "apart.",
                **told,
            )
            if wait
            else say(
                "With ‘{title}’: {what} on average about the same, less than {least} apart.", **told
            )
        )
    elif verdict == Verdict.CLOSE:
        told["between"] = said_between(about, cell, say)
        told["less"], told["more"] = (say(word) for word in words_of(about))
        text = say(UNTOLD_WAIT if wait else UNTOLD, **told)
    else:
        text = _sure(about, cell, told, verdict, say)
    return text


def _sure(about: Quantity, cell: Cell, told: dict[str, str], verdict: Verdict, say: Wording) -> str:
    """Say a difference of which the sign is sure."""
    value = float(cell["difference"])
    told["word"] = say(words_of(about)[value > 0])
    places = about.decimals if verdict == Verdict.SLIGHT else about.say
    low, high = sorted(abs(float(cell[name])) for name in ("difference_low", "difference_high"))
    told["ends"] = said_ends(about, low, high, say, places)
    if verdict == Verdict.SLIGHT and told["ends"]:
        told["ends"] = f"{told['ends'][:-1]} {say(about.unit)})"  # no amount has said it
    told["amount"] = said_amount(about, abs(value), say)
    told["n"] = told["amount"].rpartition(" ")[0]
    texts = SURE_WAIT if about.measure == "wait" else SURE_LIST if _is_list(about) else SURE
    return say(texts[verdict == Verdict.SLIGHT, is_probable(cell)], **told)


def _is_list(about: Quantity) -> bool:
    """Tell whether it is the number of people who wait for a place."""
    return (about.measure, about.detail) == ("waiting", "placement")


def _what(about: Quantity, say: Wording) -> str:
    """Say what is waited for, as it goes on after "waits"."""
    return say(about.label).removeprefix(f"{say('Wait')} ")


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
