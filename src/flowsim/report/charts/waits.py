"""Charts of waiting: by kind, and by municipality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from flowsim.experiment.estimates.intervals import FEW, FEWEST
from flowsim.experiment.quantities.quantity import quantity
from flowsim.experiment.quantities.waits import FIRST_PLACES, MEAN, WAITS
from flowsim.experiment.tables.by_area import SUBREGION
from flowsim.experiment.tables.picking import rows_of
from flowsim.report.brief import about_signs, said_difference
from flowsim.report.cells import cells_from
from flowsim.report.charts.data import ChartData
from flowsim.report.charts.limited import most_of, with_word
from flowsim.report.charts.style import (
    COLOURS,
    FAINT,
    INK,
    beside,
    canvas,
    finish,
    grid,
    label_outer,
    name_rows,
    nothing,
    panels,
    rows_height,
    styled,
)
from flowsim.report.charts.writing import number_axis, wrap
from flowsim.report.finding import WAIT, finding
from flowsim.report.names import place_name
from flowsim.report.saying import said_label
from flowsim.report.wording import Wording

if TYPE_CHECKING:
    import pandas as pd

_MEAN, _P90 = COLOURS[0], COLOURS[1]
_OFFSET: Final = 0.17
_LITTLE: Final = ("return", "outflow_own")
"""Waits that few have, and mostly none."""
_DRAWN: Final = tuple(
    name for name in WAITS if name not in (*FIRST_PLACES, *_LITTLE, "access_assessor")
)


def draw_waits(data: ChartData, say: Wording) -> Figure:
    """How long people wait, by what they wait for, in every scenario."""
    kinds = [kind for kind in _DRAWN if _any_wait(data, kind)]
    found = finding(WAIT, cells_from(data.summary), data.decisions, say)
    title = found or say("How long people wait")
    with styled():
        if not kinds:
            return nothing(title, data.source, say)
        rows, columns = grid(len(kinds), 2)
        names = [wrap(title, 32) for title in data.titles.values()]
        height = 0.2 + rows * (0.95 + rows_height(names, 0.42))
        figure, axes = canvas(rows, columns, 10, height, sharey=True)
        told: list[dict[Any, Any]] = []
        for axis, kind in zip(axes, kinds, strict=False):
            axis.set_title(wrap(said_label(quantity("wait", kind, MEAN), say), 44))
            mean = data.lines(measure="wait", detail=kind, statistic=MEAN)
            p90 = data.lines(measure="wait", detail=kind, statistic="p90")
            base, limit = mean["value"].iloc[0], _limit(data, kind)
            axis.axvline(base, color=FAINT, linewidth=0.8, linestyle=":")
            _dots(axis, mean, -_OFFSET, _MEAN, "o", limit, say)
            _dots(axis, p90, _OFFSET, _P90, "D", limit, say)
            name_rows(axis, names)
            number_axis(axis.xaxis, say)
            paired = len(names) > 1
            if paired:
                told += _differences(axis, mean, say)
            axis.set_xlim(0, limit * (1.25 if paired else 1.02))
            axis.set_xlabel(say("weeks"))
        for spare in axes[len(kinds) :]:
            spare.set_axis_off()
        handles = [
            _handle(_MEAN, "o", _said_mean(data, say)),
            _handle(_P90, "D", _said_p90(data, say)),
        ]
        note = about_signs(told, say)
        return finish(figure, title, data.judged, handles, 2, note)


def _said_mean(data: ChartData, say: Wording) -> str:
    if data.futures < FEWEST:
        return say("mean of the first 104 weeks")
    return say("mean of the first 104 weeks, 95% interval")


def _said_p90(data: ChartData, say: Wording) -> str:
    if data.futures < FEW:
        return say("nine in ten within (below {few} futures without an interval)", few=FEW)
    return say("nine in ten within, 95% interval")


def _differences(axis: Axes, mean: pd.DataFrame, say: Wording) -> list[dict[Any, Any]]:
    """Write the difference of the mean with the base at the right; return the rows."""
    rows = mean.to_dict("records")[1:]
    shown = [row for row in rows if isinstance(row["verdict"], str)]
    for place, row in enumerate(rows, start=1):
        if isinstance(row["verdict"], str):
            axis.text(0.995, place - _OFFSET, said_difference(row, say), ha="right", va="center",
                      transform=axis.get_yaxis_transform(), fontsize=9,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
    return shown


def draw_waits_by_municipality(data: ChartData, say: Wording) -> Figure:
    """How long people wait, by the subregion and municipality where they notified."""
    about = {"measure": "wait", "statistic": MEAN}
    frame = rows_of(data.by_area, detail=("access", "placement"), **about)
    there = set(zip(frame["kind"], frame["area"], strict=True))
    every = [area for area in data.areas if area in there]
    names = most_of(every, _longest(frame))
    title = say("How long people wait, by where they notified themselves")
    title = with_word(title, len(names), len(every), say)
    with styled():
        if not names:
            return nothing(title, data.source, say)
        places = [_place(kind, name, say) for kind, name in names]
        each = 0.4 + max(rows_height(places, 0.27), 0.54)
        figure, (axes,) = panels(data, each, beside=beside(places))
        for axis, key in zip(axes, data.keys, strict=True):
            _places(axis, frame, key, data.keys[0], names)
            name_rows(axis, places)
            number_axis(axis.xaxis, say, 5)
        axes[0].set_xlim(left=0)
        label_outer(axes, say("mean, weeks (of the first 104)"))
        handles = [
            _handle(_MEAN, "o", say(WAITS["access"].label) + say(", 95% interval")),
            _handle(_P90, "D", say(WAITS["placement"].label) + say(", 95% interval")),
            Line2D([], [], color=FAINT, marker="|", linestyle="", markersize=9, label=say("base")),
        ]
        return finish(figure, title, data.source, handles, 2)


def _longest(frame: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Return the longest wait in any scenario, by kind and name of the area."""
    longest: dict[tuple[str, str], float] = {}
    for kind, area, value in zip(frame["kind"], frame["area"], frame["value"], strict=True):
        longest[kind, area] = max(longest.get((kind, area), 0.0), value if value == value else 0.0)
    return longest


def _place(kind: str, name: str, say: Wording) -> str:
    if kind == SUBREGION:
        return wrap(f"{say('Subregion')} {place_name(name)}".upper(), 24)
    return wrap(place_name(name), 24)


def _any_wait(data: ChartData, kind: str) -> bool:
    mean = data.lines(measure="wait", detail=kind, statistic=MEAN)
    return bool(mean["value"].notna().any())


def _limit(data: ChartData, kind: str) -> float:
    """Return the right end of the axis: beyond all that is reached, with room for an arrow."""
    which = (MEAN, "p90")
    frame = rows_of(data.summary, measure="wait", detail=kind, statistic=which)
    numbers = frame[["value", "low", "high"]].to_numpy(dtype=float)
    finite = numbers[np.isfinite(numbers)]
    return max(float(finite.max(initial=1.0)) * 1.05, 1.0)


def _dots(
    axis: Axes, lines: pd.DataFrame, shift: float, colour: str, marker: str, limit: float,
    say: Wording,
) -> None:  # fmt: skip
    """Draw estimates with intervals; an arrow where the value, or the end, is not reached."""
    for place, (value, low, high) in enumerate(
        lines[["value", "low", "high"]].to_numpy(dtype=float)
    ):
        y = place + shift
        if np.isinf(value):
            note = say("not reached")
            axis.annotate(
                "", (limit, y), (limit * 0.93, y), arrowprops={"arrowstyle": "->", "color": colour}
            )
            axis.text(limit * 0.92, y, note, ha="right", va="center", fontsize=8, color=INK)
            continue
        if np.isfinite(low):
            end = min(high, limit)
            axis.plot([low, end], [y, y], color=colour, linewidth=2, solid_capstyle="butt")
            if np.isinf(high):
                axis.plot([limit], [y], color=colour, marker=">", markersize=6)
        axis.plot([value], [y], color=colour, marker=marker, markersize=5, clip_on=False)


def _places(
    axis: Axes, frame: pd.DataFrame, key: str, base: str, names: list[tuple[str, str]]
) -> None:
    mine, of_base = _by_place(frame, key), _by_place(frame, base)
    for kind, shift, colour, marker in (
        ("access", -_OFFSET, _MEAN, "o"),
        ("placement", _OFFSET, _P90, "D"),
    ):
        for place, name in enumerate(names):
            if (*name, kind) not in mine:
                continue
            value, low, high = mine[*name, kind]
            y = place + shift
            if np.isfinite(low):
                axis.plot([low, high], [y, y], color=colour, linewidth=1.6, solid_capstyle="butt")
            axis.plot([value], [y], color=colour, marker=marker, markersize=4.5)
            if key != base:
                there = of_base[*name, kind][0]
                axis.plot([there], [y], color=FAINT, marker="|", markersize=9)


def _by_place(frame: pd.DataFrame, key: str) -> dict[tuple[str, str, str], tuple[float, ...]]:
    """Return value, low and high of a scenario by kind and name of the area and kind of wait."""
    rows = rows_of(frame, scenario=key)
    about, numbers = rows[["kind", "area", "detail"]], rows[["value", "low", "high"]]
    return dict(zip(about.itertuples(index=False, name=None),
                    numbers.itertuples(index=False, name=None), strict=True))  # fmt: skip


def _handle(colour: str, marker: str, label: str) -> Line2D:
    return Line2D([], [], color=colour, marker=marker, linewidth=2, label=label)
