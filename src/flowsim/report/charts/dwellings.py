"""Charts of dwellings: what is needed, how the need is met, and what is short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.experiment.tables.picking import rows_of
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.limited import most_of, with_word
from flowsim.report.charts.style import (
    COLOURS,
    INK,
    canvas,
    despine,
    finish,
    label_outer,
    name_rows,
    nothing,
    panels,
    rows_height,
    styled,
    whisker,
    year_axis,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.labels import METS
from flowsim.report.names import place_name
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

AXIS: Final = "dwellings a year; diamonds: persons"
_LOOKS: Final[dict[str, dict[str, Any]]] = {
    name: {"facecolor": colour, "hatch": hatch, "edgecolor": INK, "linewidth": 0.4}
    for name, colour, hatch in (
        ("used", COLOURS[0], ""),
        ("found_alone", COLOURS[9], "...."),
        ("urgent", COLOURS[2], "\\\\\\\\"),
        ("without", "#dddddd", "////"),
        ("short", COLOURS[3], "xxxx"),
    )
}
_QUEUE: Final[dict[str, Any]] = {
    "color": INK,
    "marker": "D",
    "markersize": 4,
    "linestyle": ":",
    "linewidth": 1,
}
_NEEDED: Final[dict[str, Any]] = {
    "color": INK, "marker": "o", "markersize": 5, "markerfacecolor": "white", "linestyle": "",
    "markeredgewidth": 1.4,
}  # fmt: skip
_AGREED: Final[dict[str, Any]] = {"color": INK, "linewidth": 1.6, "linestyle": "--"}
_REALISED: Final[dict[str, Any]] = {"color": COLOURS[4], "linewidth": 2.2, "linestyle": "-"}


def draw_dwellings(data: ChartData, say: Wording) -> Figure:
    """How many dwellings are needed each year, how the need is met, and what is short."""
    title = say("Dwellings for this group: needed and there, by year")
    frame = data.dwellings[data.dwellings["municipality"] == ""]
    with styled():
        if not _some(frame):
            return nothing(title, data.source, say)
        years = _years(frame)
        figure, (axes,) = panels(data, 1.9)
        for axis, key in zip(axes, data.keys, strict=True):
            mine = frame[(frame["scenario"] == key) & frame["year"].isin(years)]
            table = _table(mine, "year", years)
            _bars(axis, table, upright=True)
            for name, style in (("agreed", _AGREED), ("realised", _REALISED)):
                number = _column(mine, name, years)
                if len(number):
                    axis.step(np.arange(-1, len(years) + 1), np.pad(number, 1, mode="edge"),
                              where="mid", **style)  # fmt: skip
            year_axis(axis, years)
            despine(axis)
        top = max(axis.get_ylim()[1] for axis in axes)
        axes[0].set_ylim(0, max(top, 1) * 1.06)
        for axis in axes:
            number_axis(axis.yaxis, say)
        label_outer(axes, say("year"), wrap(say(AXIS), 22))
        return finish(figure, title, data.source, _handles(frame, say, upright=True),
                      3 if len(data.keys) > 1 else 2)  # fmt: skip


def draw_dwellings_by_municipality(data: ChartData, say: Wording) -> Figure:
    """Where dwellings are needed and short, in the base, on average a year."""
    title = say("Dwellings for this group: needed and short, by municipality")
    frame = data.dwellings
    areas = [a for a in dict.fromkeys(frame["municipality"]) if a] if len(frame) else []
    needed = rows_of(frame, measure="needed")
    areas = [area for area in areas if area in set(needed["municipality"])]
    with styled():
        if not areas or not _some(frame):
            return nothing(title, data.source, say)
        window = frame["year"].iloc[-1]
        base = rows_of(frame, scenario=data.keys[0], year=window)
        every, asked = len(areas), rows_of(base, measure="needed")
        areas = most_of(areas, dict(zip(asked["municipality"], asked["value"], strict=True)))
        title = with_word(title, len(areas), every, say)
        names = [wrap(place_name(area), 24) for area in areas]
        figure, (axis,) = canvas(1, 1, 10, 1.0 + rows_height(names, 0.42))
        _bars(axis, _table(base, "municipality", areas), upright=False)
        realised = _column(base, "realised", areas)
        for place, value in enumerate(realised):
            axis.plot([value, value], [place - 0.42, place + 0.42], **_REALISED)
        name = data.titles[data.keys[0]]
        axis.set_title(wrap(f"{name}, {window}", 78))
        name_rows(axis, names)
        axis.set_xlim(0, axis.get_xlim()[1])
        axis.set_xlabel(say(AXIS))
        number_axis(axis.xaxis, say)
        handles = _handles(base, say, upright=False)
        return finish(figure, title, data.source, handles, 3)


def _some(frame: pd.DataFrame) -> bool:
    return len(frame) > 0 and bool(rows_of(frame, measure="needed")["value"].any())


def _years(frame: pd.DataFrame) -> list[str]:
    """Return the years, without the whole window that comes after them."""
    found = list(dict.fromkeys(frame["year"]))
    return found[:-1] if len(found) > 1 else found


def _table(frame: pd.DataFrame, by: str, order: list[str]) -> pd.DataFrame:
    """Return the numbers as columns, and the interval of what is needed."""
    table = frame.pivot(index=by, columns="measure", values="value").reindex(order)
    needed = rows_of(frame, measure="needed").set_index(by).reindex(order)
    return table.assign(low=needed["low"], high=needed["high"])


def _column(frame: pd.DataFrame, measure: str, order: list[str]) -> Any:
    """Return the values of one measure in order; empty where it is not known for all."""
    mine = rows_of(frame, measure=measure)
    by = "year" if mine["year"].nunique() > 1 or order == mine["year"].tolist() else "municipality"
    values = mine.set_index(by)["value"].reindex(order)
    return np.empty(0) if values.isna().any() else values.to_numpy()


def _bars(axis: Axes, table: pd.DataFrame, *, upright: bool) -> None:
    """Draw the needs of a row by how they were met; on top what is short; and who still waits."""
    at = np.arange(len(table))
    before = np.zeros(len(table))
    for name, fill in _LOOKS.items():
        if name in table:
            size = np.maximum(table[name].to_numpy(dtype=float), 0.0)
            if upright:
                axis.bar(at, size, bottom=before, width=0.72, **fill)
            else:
                axis.barh(at, size, left=before, height=0.62, **fill)
            before += size
    queue = table["end"].to_numpy(dtype=float)
    joined = _QUEUE if upright else _QUEUE | {"linestyle": ""}
    axis.plot(*((at, queue) if upright else (queue, at + 0.14)), **joined)
    across = at if upright else at - 0.14
    for place, (low, high) in zip(across, table[["low", "high"]].to_numpy(float), strict=True):
        whisker(
            axis, *(((place, place), (low, high)) if upright else ((low, high), (place, place)))
        )
    needed = table["needed"].to_numpy(dtype=float)
    axis.plot(*((across, needed) if upright else (needed, across)), **_NEEDED)


def _handles(frame: pd.DataFrame, say: Wording, *, upright: bool) -> Any:
    there = set(frame.loc[frame["value"] > 0, "measure"])
    handles: list[Any] = [
        Patch(label=say(text), **_LOOKS[name]) for name, text in METS.items() if name in there
    ]
    short = say("new need left unmet: newly needed, less who got something")
    handles.append(Patch(label=wrap(short, 36), **_LOOKS["short"]))
    label = say("newly needed, 95% interval of the mean")
    handles.append(Line2D([], [], label=wrap(label, 36), **(_NEEDED | {"linestyle": "-"})))
    label = say("persons still waiting for one at the end of the year")
    handles.append(Line2D([], [], label=wrap(label, 36), **_QUEUE))
    if upright and "agreed" in there:
        handles.append(Line2D([], [], label=say("agreed"), **_AGREED))
    if "realised" in there:
        text = say("realised") if upright else say("realised there")
        handles.append(Line2D([], [], label=text, **_REALISED))
    return handles
