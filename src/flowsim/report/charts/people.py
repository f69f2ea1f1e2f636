"""Charts of people over time: where they live, and what they wait for."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

import matplotlib.dates as mdates
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.experiment.quantities.people import CAUSES
from flowsim.experiment.tables.picking import rows_of
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    HATCHES,
    INK,
    despine,
    finish,
    label_outer,
    nothing,
    panels,
    styled,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_LINES: Final = ("-", "--", "-.", (0, (1, 1)), (0, (5, 1, 1, 1, 1, 1)), (0, (8, 3)))
_dates: Any = mdates.AutoDateLocator  # matplotlib gives their making no types
_date_format: Any = mdates.DateFormatter
_DESK: Final = ("assessor", "assessing", "paperwork")
"""Causes that are the desk's own; one area in the chart."""
DESK_LABEL: Final = "assessment and decision"


def draw_people(data: ChartData, say: Wording) -> Figure:
    """How many people live in each housing variant, through the years."""
    title = say("Where people live")
    frame = rows_of(data.over_time, measure="residents")
    looks: dict[str, dict[str, Any]] = {
        name: {"color": COLOURS[i % len(COLOURS)], "linestyle": _LINES[i % len(_LINES)]}
        for i, name in enumerate(name for name in data.variants if name in set(frame["detail"]))
    }
    with styled():
        if not looks:
            return nothing(title, data.source, say)
        figure, (axes,) = panels(data, 1.9)
        for axis, key in zip(axes, data.keys, strict=True):
            for name, look in looks.items():
                lives = rows_of(frame, detail=name)
                _line(axis, rows_of(lives, scenario=key), look)
                if key != data.keys[0]:
                    base = rows_of(lives, scenario=data.keys[0])
                    axis.plot(_days(base), base["median"], color=INK, linestyle=":", linewidth=1)
        _time_axes(axes, say)
        handles: list[Any] = [
            Line2D([], [], label=wrap(data.variants[name], 34), **look)
            for name, look in looks.items()
        ]
        handles.append(Patch(color=FAINT, alpha=0.3, label=say("8 in 10 futures")))
        if len(data.keys) > 1:
            handles.append(Line2D([], [], color=INK, linestyle=":", label=say("base")))
        return finish(figure, title, data.source, handles, 3)


def _line(axis: Axes, frame: pd.DataFrame, look: dict[str, Any]) -> None:
    """Draw the median and, around it, what 8 in 10 futures bring."""
    if frame["p10"].notna().any():
        axis.fill_between(
            _days(frame), frame["p10"], frame["p90"], color=look["color"], alpha=0.25, linewidth=0
        )
    axis.plot(_days(frame), frame["median"], linewidth=1.8, **look)


def draw_waiting(data: ChartData, say: Wording) -> Figure:
    """How many people wait or are blocked, and what they lack, through the years."""
    frame = rows_of(data.over_time, measure="waiting")
    causes = _causes(frame)
    title = say("What people wait for, on the list or in a place that they could leave")
    with styled():
        if not causes:
            return nothing(title, data.source, say)
        figure, (axes,) = panels(data, 1.9)
        for axis, key in zip(axes, data.keys, strict=True):
            mine = rows_of(frame, scenario=key)
            whole = rows_of(mine, detail="")
            if len(whole):
                layers = [_sum(mine, group) for group in causes.values()]
                areas = axis.stackplot(
                    _days(whole), layers, colors=COLOURS, edgecolor=INK, linewidth=0.4
                )
                for area, hatch in zip(areas, HATCHES, strict=False):
                    area.set_hatch(hatch)
                _whiskers(axis, whole)
        _time_axes(axes, say)
        handles: list[Any] = [
            Patch(facecolor=colour, edgecolor=INK, linewidth=0.4, hatch=hatch, label=say(name))
            for name, colour, hatch in zip(causes, COLOURS, HATCHES, strict=False)
        ]
        label = say("all together, 8 in 10 futures")
        handles.append(Line2D([], [], color=INK, marker="|", linewidth=1.2, label=label))
        return finish(figure, title, data.source, handles, 3 if len(data.keys) > 1 else 2)


def _whiskers(axis: Axes, whole: pd.DataFrame) -> None:
    """Draw, about once a year, between which numbers 8 in 10 futures lie."""
    some = whole.iloc[2::4]
    if some["p10"].notna().any():
        middle = (some["p10"] + some["p90"]) / 2
        axis.errorbar(
            _days(some), middle, (some["p90"] - some["p10"]) / 2, fmt="none", ecolor=INK,
            elinewidth=1.2, capsize=2.5,
        )  # fmt: skip


def _time_axes(axes: list[Axes], say: Wording) -> None:
    """Finish the panels, after all of them are drawn: they share their axes."""
    for axis in axes:
        axis.set_ylim(0, max(axis.get_ylim()[1], 1))
        axis.xaxis.set_major_locator(_dates(minticks=3, maxticks=6))
        first, last = axis.get_xlim()
        pattern = "%Y" if last - first > 3 * 365 else "%Y-%m"
        axis.xaxis.set_major_formatter(_date_format(pattern))
        number_axis(axis.yaxis, say)
        axis.grid(axis="x", visible=False)
        despine(axis)
    label_outer(axes, say("date"), say("persons"))


def _days(frame: pd.DataFrame) -> Any:
    """Return the dates of a frame, as matplotlib takes them."""
    return [date.fromisoformat(text) for text in frame["date"]]


def _causes(frame: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return the areas of the chart: their names, and the causes that each adds up."""
    there = set(frame["detail"])
    groups = {DESK_LABEL: tuple(c for c in _DESK if c in there)}
    groups |= {CAUSES[c]: (c,) for c in CAUSES if c in there and c not in _DESK}
    return {name: group for name, group in groups.items() if group}


def _sum(frame: pd.DataFrame, causes: tuple[str, ...]) -> Any:
    layers = [frame.loc[frame["detail"] == cause, "mean"].to_numpy() for cause in causes]
    return np.sum(layers, axis=0)
