"""The balance of persons as a chart: who comes in, who goes out, and how many there are."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    ChartData,
    canvas,
    despine,
    finish,
    look,
    nothing,
    number_axis,
    styled,
    whisker,
    wrap,
    year_axis,
)
from flowsim.report.labels import BALANCE
from flowsim.report.wording import Wording

_FLOWS: Final = {
    way: tuple(name for name in BALANCE if name.startswith(way)) for way in ("in_", "out_")
}
_LABELLED: Final = 12
"""With more years than this the numbers of persons would run into each other."""


def draw_balance(data: ChartData, say: Wording) -> Figure:
    """How many people there are, who comes in and who goes out, by year."""
    title = say("Do more people come in than go out?")
    whole = data.balance[data.balance["municipality"] == ""]
    base = whole[whole["scenario"] == data.keys[0]]
    there = [name for name in BALANCE if base[name].any() and name not in ("start", "end")]
    with styled():
        if not base[["start", "end", *there]].to_numpy().any():
            return nothing(title, data.source, say)
        height = 5.2 + 0.12 * len(data.keys)
        figure, axes = canvas(2, 2, 10, height)
        years = base["year"].tolist()
        name = data.titles[data.keys[0]] if len(data.keys) > 1 else ""
        _stock(axes[0], base, name, say)
        _by_scenario(axes[1], whole, data, say)
        looks = {name: look(i) for i, name in enumerate(there)}
        for axis, way, text in (
            (axes[2], "in_", say("In, a year")),
            (axes[3], "out_", say("Out, a year")),
        ):
            below = np.zeros(len(years))
            for flow in (one for one in _FLOWS[way] if one in looks):
                axis.bar(range(len(years)), base[flow], bottom=below, width=0.7, **looks[flow])
                below += base[flow].to_numpy()
            axis.set_title(_titled(text, name))
            axis.set_ylabel(say("persons a year"))
            axis.set_xlabel(say("year"))
            year_axis(axis, years)
        top = max(axis.get_ylim()[1] for axis in axes[2:])
        for axis in axes[2:]:
            axis.set_ylim(0, max(top, 1))
            number_axis(axis.yaxis, say)
            despine(axis)
        handles: list[Any] = [
            Line2D([], [], color=INK, linewidth=2.2, label=say("95% interval of the mean")),
            Patch(color=FAINT, alpha=0.3, label=say("8 in 10 futures")),
        ]
        for flow, fill in looks.items():
            way = say("in") if flow.startswith("in_") else say("out")
            handles.append(Patch(label=f"{way}: {say(BALANCE[flow])}", **fill))
        return finish(figure, title, data.source, handles, 3)


def _titled(text: str, name: str) -> str:
    return wrap(f"{text} ({name})" if name else text, 36)


def _stock(axis: Axes, base: Any, name: str, say: Wording) -> None:
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
    axis.set_ylim(0, max(*values, *base["end_p90"].fillna(0), 1) * 1.25)
    if len(years) <= _LABELLED:
        top = np.fmax(values, [values[0], *base["end_p90"].fillna(0)])
        for x, y, value in zip(at, top, values, strict=True):
            axis.annotate(say.number(value), (x, y), (0, 4), textcoords="offset points",
                          ha="center", fontsize=8)  # fmt: skip
    axis.set_title(_titled(say("In support or waiting for it"), name))
    axis.set_ylabel(say("persons"))
    year_axis(axis, years)
    step = -(-len(years) // 5)
    axis.set_xticks(range(-1, len(years), step), [say("start"), *years][::step])
    axis.set_xlim(-1.6, len(years) - 0.4)
    axis.set_xlabel(say("end of the year"))
    number_axis(axis.yaxis, say)
    despine(axis)


def _by_scenario(axis: Axes, whole: Any, data: ChartData, say: Wording) -> None:
    """Draw the persons at the end of the last year, in every scenario."""
    last = whole["year"].iloc[-1]
    rows = whole[whole["year"] == last].set_index("scenario").reindex(data.keys)
    start = whole[whole["scenario"] == data.keys[0]]["start"].iloc[0]
    axis.axvline(start, color=INK, linewidth=1, linestyle=":")
    for place, row in enumerate(rows.to_dict("records")):
        whisker(axis, (row["end_p10"], row["end_p90"]), (place, place), color=FAINT, alpha=0.35,
                linewidth=8)  # fmt: skip
        whisker(axis, (row["end_low"], row["end_high"]), (place, place))
        axis.plot([row["end"]], [place], color=COLOURS[0], marker="o", markersize=6)
    axis.set_yticks(range(len(data.keys)), [wrap(data.titles[key], 26) for key in data.keys])
    axis.set_ylim(len(data.keys) - 0.4, -0.6)
    axis.margins(x=0.12)
    axis.set_title(say("At the end of {year}", year=last))
    axis.set_xlabel(say("persons (dotted: at the start)"))
    number_axis(axis.xaxis, say, 5)
    axis.grid(axis="y", visible=False)
    despine(axis)
