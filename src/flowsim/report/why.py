"""Why two scenarios differ, on one screen: where they part, who wins and loses, what is scarce."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, TextIO

import numpy as np

from flowsim.calendar import date_of
from flowsim.errors import joined, msg
from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.kinds import ANY, Good
from flowsim.experiment.quantities.waits import WAITS
from flowsim.experiment.why.units import ASSESSOR, DWELLING, FTE, HOUR, PLACE
from flowsim.experiment.why.why import Why
from flowsim.experiment.why.winners import FEWEST_A_YEAR
from flowsim.metrics import Reading
from flowsim.report.brief import about_signs, said_difference
from flowsim.report.console import console_for, plain_table
from flowsim.report.names import naming_of, place_name, titles_of
from flowsim.report.saying import quantity_of, said_interval, said_label, said_number
from flowsim.report.terminal import few_futures, heading, too_few, unseen
from flowsim.report.wording import Wording
from flowsim.tell import event_told, kind_told

if TYPE_CHECKING:
    from rich.table import Table

TOLD: Final = 3
"""Futures of which is told how they part."""
_LABEL: Final = 34
_SHORT: Final = ("all", "profile", "level", "subregion")
"""Groups of which is told on one screen."""


def print_why(found: Why, say: Wording, stream: TextIO, *, full: bool = False) -> None:
    """Print why two scenarios differ.

    Parameters
    ----------
    found
        Of at least one complete future.
    say, stream
        In which language and where.
    full
        Every future and every group, instead of one screen.
    """
    console = console_for(stream)
    console.print(say("‘{other}’ beside ‘{base}’", **_titles(found, say)), style="bold")
    console.print(heading(found.comparison, say))
    console.print()
    console.print(say("Where the two part"), style="bold")
    for line in partings(found, say, console.width, full=full):
        console.print(line, soft_wrap=True)
    console.print()
    what = say(WAITS[found.kind].label)
    console.print(say("Who wins and who loses: {what}", what=what), style="bold")
    if found.winners.empty:
        console.print(say("Nobody waits for it in either."))
    else:
        console.print(_winners(found, say, full=full))
        for line in _about_winners(found, say):
            console.print(line)
    if len(found.plan):
        console.print()
        what = said_label(found.about, say, found.detail if found.about.detail == ANY else "")
        told = say("One more of each in ‘{base}’: {what} ({unit})", what=what,
                   unit=say(found.about.unit), base=_titles(found, say)["base"])  # fmt: skip
        console.print(told, style="bold")
        for line in _units(found, say):
            console.print(line)


def _titles(found: Why, say: Wording) -> dict[str, str]:
    base, other = titles_of([found.base, found.other], say).values()
    return {"base": base, "other": other}


# ---------------------------------------------------------------- where they part
def partings(found: Why, say: Wording, width: int, *, full: bool = False) -> Iterator[str]:
    """Yield how the futures part: in how many and when, on what, and some one by one."""
    titles, partings = _titles(found, say), found.partings
    apart = {number: one for number, one in partings.items() if one[0] is not None}
    if not apart:
        yield say("The two are the same to the end, event by event.")
        return
    if len(apart) < len(partings):
        yield say("In {n} of {total} futures the two are the same to the end.",
                  n=len(partings) - len(apart), total=len(partings))  # fmt: skip
    frame = found.parting.dropna(subset="day")
    events, persons = (frame[frame["first"] == first] for first in ("event", "person"))
    days = events["day"].to_numpy(dtype=float)
    yield _when(found, days, say)
    yield say("What parts them: {kinds}.", kinds=_kinds(events, say))
    if len(persons) and (persons["day"].median() > np.median(days) or _is_of_pools(events)):
        day = _date(found, float(persons["day"].median()), say)
        yield say("The first person for whom it differs, in half of these by {day}: {kinds}.",
                  day=day, kinds=_kinds(persons, say))  # fmt: skip
    for number in list(apart)[: None if full else TOLD]:
        yield from _one(found, number, titles, say, width)
    if len(apart) > TOLD and not full:
        yield say("Every future: --full.")


def _when(found: Why, days: Any, say: Wording) -> str:
    first, half, last = (_date(found, float(one), say)
                         for one in (days.min(), np.median(days), days.max()))  # fmt: skip
    if len(days) == 1 or first == last:
        return say("On {day}; until then every event is the same.", day=first)
    return say("Half of the futures by {half}, the first on {first}, the last on {last}; until "
               "then every event is the same.", half=half, first=first, last=last)  # fmt: skip


def _date(found: Why, day: float, say: Wording) -> str:
    return say.date(date_of(found.base.scenario.start, day))


def _kinds(frame: Any, say: Wording) -> str:
    """Say which kinds of events come first, and in how many futures."""
    kinds = frame["other_event"].where(frame["other_event"] != "", frame["base_event"])
    counted = Counter(kinds.tolist()).most_common()
    return ", ".join(f"{say(kind_told(name))} ({n})" for name, n in counted)


def _is_of_pools(events: Any) -> bool:
    return bool((events["base_client"].isna() & events["other_client"].isna()).any())


def _one(
    found: Why, number: int, titles: dict[str, str], say: Wording, width: int
) -> Iterator[str]:  # fmt: skip
    """Yield how one future parts: the first event, and the first of a person."""
    by_day: dict[float, dict[str, list[int]]] = {}
    for one in found.partings[number]:
        if one is not None:
            rows = by_day.setdefault(one.day, {"other": [], "base": []})
            rows["other"] += one.other[:1]
            rows["base"] += one.one[:1]
    base, other = found.pair(number)
    for at, (day, rows) in enumerate(by_day.items()):
        head = say("future {n}", n=number) if at == 0 else ""
        sides = (other, rows["other"], titles["other"]), (base, rows["base"], titles["base"])
        told = " ".join(_said(*side, say) for side in sides)
        yield textwrap.fill(f"  {head:<13}{_date(found, day, say)}: {told}", max(width, 40),
                            subsequent_indent=" " * 15,
                            break_long_words=False, break_on_hyphens=False)  # fmt: skip


def _said(run: Reading, rows: Sequence[int], title: str, say: Wording) -> str:
    """Say what happens on a day in a scenario and not in the other."""
    if not rows:
        return say("Not so with ‘{title}’.", title=title)
    name_of = naming_of(run.scenario, say)
    told = " ".join(f"{say(event_told(run, row, name_of))}." for row in dict.fromkeys(rows))
    return say("With ‘{title}’: {told}", title=title, told=told)


# ---------------------------------------------------------------- who wins, who loses
def _winners(found: Why, say: Wording, *, full: bool) -> Table:
    frame, titles = found.winners, _titles(found, say)
    columns = {
        "persons": say("people"), "shorter": say("shorter"), "weeks_shorter": say("weeks"),
        "same": say("as long"), "longer": say("longer"), "weeks_longer": say("weeks"),
        "place_in_other_only": say("gets it only with ‘{title}’", title=titles["other"]),
        "place_in_base_only": say("gets it only with ‘{title}’", title=titles["base"]),
        "no_place": say("gets it in neither"),
        "comes_in_other_only": say("comes only with ‘{title}’", title=titles["other"]),
        "comes_in_base_only": say("comes only with ‘{title}’", title=titles["base"]),
    }  # fmt: skip
    shown = [name for name in columns if not name.startswith("comes") or frame[name].any()]
    table = plain_table()
    table.add_column("", width=_LABEL, overflow="fold")
    for name in shown:
        table.add_column(columns[name], justify="right", max_width=14)
    name_of, before = naming_of(found.base, say), "all"
    for row in frame.to_dict("records"):
        if row["by"] not in _SHORT and not (full or _has_no_subregions(found, row["by"])):
            continue
        if row["by"] != before:
            table.add_row(say.said(_BY[row["by"]]))
            before = row["by"]
        label = say("Everybody") if before == "all" else f"  {_group(row, name_of, say)}"
        numbers = (say.number(row[name], int(name.startswith("weeks"))) for name in shown)
        table.add_row(label, *numbers)
    return table


_BY: Final = {
    "profile": msg("by profile"),
    "level": msg("by need at first"),
    "municipality": msg("by municipality where notified"),
    "subregion": msg("by subregion where notified"),
    "origin": msg("by municipality of origin"),
}


def _has_no_subregions(found: Why, by: str) -> bool:
    return by == "municipality" and "subregion" not in set(found.winners["by"])


def _group(row: dict[Any, Any], name_of: Any, say: Wording) -> str:
    by, group = row["by"], row["group"]
    if not group:
        return say("from outside the region") if by == "origin" else say("there on the start date")
    return place_name(group) if by not in ("profile", "level") else str(name_of(by, group))


def _about_winners(found: Why, say: Wording) -> Iterator[str]:
    yield say(
        "The same people in both, in an average future, over the whole window; longer or shorter: "
        "by a day or more, in weeks on average. Who gets it in neither gave up, left, or still "
        "waits when the run ends."
    )
    if found.small_groups:
        yield say("Groups of fewer than {few} people a year, not shown: {n}.", few=FEWEST_A_YEAR,
                  n=found.small_groups)  # fmt: skip


# ---------------------------------------------------------------- one more of each
def _units(found: Why, say: Wording) -> Iterator[str]:
    rows = found.units.to_dict("records")
    if not rows:
        yield say("These scenarios have no such line.")
        return
    n = len(found.comparison.replications)
    if n < FEWEST:
        yield too_few(say)
        return
    whole = found.line[found.line["scenario"] == found.other.key].to_dict("records")
    labels = [f"‘{_titles(found, say)['other']}’", *(_unit(row, found, say) for row in rows)]
    order = sorted(range(1, len(labels)), key=lambda at: _effect(rows[at - 1]))
    listed = [*whole, *rows]
    wide = max(map(len, labels))
    for at in (0, *order):
        row = listed[at]
        ends = _ends(row, say)
        told = f"  {labels[at]:<{wide}}  {said_difference(row, say)}"
        yield told + (f" ({ends})" if ends else "")
    yield about_signs(listed, say)
    yield say("Between brackets: 95% interval of the difference with ‘{base}’, chance only.",
              base=_titles(found, say)["base"])  # fmt: skip
    if n < FEW:
        yield few_futures(say)
    yield from unseen({tuple(row.values())[:1]: row for row in listed}, say)


def _ends(row: dict[Any, Any], say: Wording) -> str:
    """Say the interval of a difference, or what it is in every future."""
    about = quantity_of(row)
    low, high = row["difference_low"], row["difference_high"]
    if row["difference_differs_in"] == 0 and row["difference"]:
        return said_number(about, row["difference"], say, signed=True)
    return said_interval(about, low, high, say, signed=True)


def _effect(row: dict[Any, Any]) -> float:
    """Return what to order by: the best first, or the largest where none is better."""
    good, difference = quantity_of(row).good, float(row["difference"])
    if np.isnan(difference):
        return np.inf
    return {Good.LESS: difference, Good.MORE: -difference}.get(good, -abs(difference))


def _unit(row: dict[Any, Any], found: Why, say: Wording) -> str:
    name_of = naming_of(found.base, say)
    where = [row["provider"], place_name(row["area"])]
    name = joined([name_of(row["resource"], row["name"]), *filter(None, where)])
    texts = {
        PLACE: say("1 place more: {name}", name=name),
        DWELLING: say("1 agreed dwelling a year more: {name}", name=name),
        FTE: say("1 FTE more: {name}", name=name),
        HOUR: say("1 hour a week more: {name}", name=name),
        ASSESSOR: say("1 assessor more: {name}", name=name),
    }
    return texts[row["more"]]
