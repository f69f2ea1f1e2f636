"""The balance of persons as a chart: who comes in, who goes out, and how many there are."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.report.charts.data import ChartData
from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    despine,
    finish,
    label_outer,
    look,
    name_rows,
    nothing,
    rows_height,
    stacked,
    styled,
    whisker,
    year_axis,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.labels import BALANCE
from flowsim.report.wording import Wording

_FLOWS: Final = {
    way: tuple(name for name in BALANCE if name.startswith(way)) for way in ("in_", "out_")
}
_BASE: Final = 4.6
"""Inches of the charts of the base."""
_LABELLED: Final = 20
"""With more years than this the numbers of persons would run into each other."""


def draw_balance(data: ChartData, say: Wording) -> Figure:
    """How many people there are, who comes in and who goes out, by year."""
    title = say("People who come in and go out, by year")
    whole = data.balance[data.balance["municipality"] == ""]
    base = whole[whole["scenario"] == data.keys[0]]
    there = [name for name in BALANCE if base[name].any() and name not in ("start", "end")]
    with styled():
        if not base[["start", "end", *there]].to_numpy().any():
            return nothing(title, data.source, say)
        names = [wrap(title, 44) for title in data.titles.values()]
        heights, heads = [_BASE], [""]
        if len(names) > 1:
            heights.append(0.6 + rows_height(names, 0.3))
            last = base["year"].iloc[-1]
            heads = [data.titles[data.keys[0]], say("At the end of {year}", year=last)]
        figure, (upper, *lower) = stacked(10, heights, heads)
        looks = {name: look(i) for i, name in enumerate(there)}
        _years_of_base(upper, base, looks, say)
        for part in lower:
            _by_scenario(part.subplots(), whole, names, data, say)
        handles: list[Any] = [
            Line2D([], [], color=INK, linewidth=2.2, label=say("95% interval of the mean")),
            Patch(color=FAINT, alpha=0.3, label=say("8 in 10 futures")),
        ]
        for flow, fill in looks.items():
            way = say("in") if flow.startswith("in_") else say("out")
            handles.append(Patch(label=f"{way}: {say(BALANCE[flow])}", **fill))
        return finish(figure, title, data.source, handles, 3)


def _years_of_base(figure: SubFigure, base: Any, looks: dict[str, Any], say: Wording) -> None:
    """Draw how many there are; below it who comes in and who goes out, on one scale."""
    places, years = figure.add_gridspec(2, 2), base["year"].tolist()
    _stock(figure.add_subplot(places[0, :]), base, say)
    into = figure.add_subplot(places[1, 0])
    out = figure.add_subplot(places[1, 1], sharey=into)
    for axis, way, text in ((into, "in_", say("In, a year")), (out, "out_", say("Out, a year"))):
        below = np.zeros(len(years))
        for flow in (one for one in _FLOWS[way] if one in looks):
            axis.bar(range(len(years)), base[flow], bottom=below, width=0.7, **looks[flow])
            below += base[flow].to_numpy()
        axis.set_title(text)
        year_axis(axis, years)
        despine(axis)
    into.set_ylim(0, max(into.get_ylim()[1], 1))
    number_axis(into.yaxis, say)
    label_outer([into, out], say("year"), say("persons a year"))


def _stock(axis: Axes, base: Any, say: Wording) -> None:
    """Draw the persons at the end of each year, after those of the start."""
    years = base["year"].tolist()
    values = [base["start"].iloc[0], *base["end"]]
    at = np.arange(len(values)) - 1
    if base["end_p10"].notna().any():
        low, high = ([values[0], *base[name]] for name in ("end_p10", "end_p90"))
        axis.fill_between(at, low, high, color=FAINT, alpha=0.3, linewidth=0)
    axis.plot(at, values, color=COLOURS[0], marker="o", markersize=4, linewidth=1.6)
    for i, (low, high) in enumerate(base[["end_low", "end_high"]].to_numpy()):
        whisker(axis, (i, i), (low, high))
    ends = base[["end_p90", "end_high"]].fillna(0).to_numpy()
    axis.set_ylim(0, max(*values, float(ends.max()), 1) * 1.25)
    if len(years) <= _LABELLED:
        top = np.fmax(values, [values[0], *base[["end_p90", "end_high"]].max(axis=1).fillna(0)])
        for x, y, value in zip(at, top, values, strict=True):
            axis.annotate(say.number(value), (x, y), (0, 4), textcoords="offset points",
                          ha="center", fontsize=8)  # fmt: skip
    axis.set_title(say("In support or waiting for it"))
    axis.set_ylabel(say("persons"))
    year_axis(axis, years)
    step = -(-len(years) // 10)
    axis.set_xticks(range(-1, len(years), step), [say("start"), *years][::step])
    axis.set_xlim(-1.6, len(years) - 0.4)
    axis.set_xlabel(say("end of the year"))
    number_axis(axis.yaxis, say)
    despine(axis)


def _by_scenario(axis: Axes, whole: Any, names: list[str], data: ChartData, say: Wording) -> None:
    """Draw the persons at the end of the last year, in every scenario."""
    last = whole[whole["year"] == whole["year"].iloc[-1]]
    rows = last.set_index("scenario").reindex(data.keys)
    start = whole[whole["scenario"] == data.keys[0]]["start"].iloc[0]
    axis.axvline(start, color=INK, linewidth=1, linestyle=":")
    for place, row in enumerate(rows.to_dict("records")):
        whisker(axis, (row["end_p10"], row["end_p90"]), (place, place), color=FAINT, alpha=0.35,
                linewidth=8)  # fmt: skip
        whisker(axis, (row["end_low"], row["end_high"]), (place, place))
        axis.plot([row["end"]], [place], color=COLOURS[0], marker="o", markersize=6)
    name_rows(axis, names)
    axis.margins(x=0.06)
    axis.set_xlabel(say("persons (dotted: at the start)"))
    number_axis(axis.xaxis, say, 8)
